import type { SeriesDay } from '../api/replies.js';
import { formatDay } from '../lib/days.js';
import { formatNumber } from '../lib/format.js';
import { UNSEEN } from '../lib/series.js';
import { VirtualList } from '../parts/virtual-list.js';

/** The chart's numbers, latest day first. */
export function DayTable({ days }: { days: readonly SeriesDay[] }) {
  return (
    <div class="day-table" role="table" aria-label="Sizes by day" aria-rowcount={days.length + 1}>
      <div role="row" class="day-row head">
        {['Day', 'Estimated', 'True', 'Source', 'Clients'].map((text) => (
          <span role="columnheader" key={text}>
            {text}
          </span>
        ))}
      </div>
      <VirtualList items={days.toReversed()} rowHeight={28} label="Days" role="rowgroup" keyOf={({ day }) => day}>
        {({ day, estimatedSize, trueSize, source, seen }) => (
          <div role="row" class="day-row" data-day={day}>
            <span role="cell">{formatDay(day)}</span>
            <span role="cell">{formatNumber(estimatedSize)}</span>
            <span role="cell">{formatNumber(trueSize)}</span>
            <span role="cell">{source ?? '–'}</span>
            <span role="cell">{seen === 'yes' ? 'see it' : UNSEEN[seen]}</span>
          </div>
        )}
      </VirtualList>
    </div>
  );
}
