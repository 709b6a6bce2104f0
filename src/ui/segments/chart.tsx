import { pathTo, withQuery } from '../api/client.js';
import type { Segment, SeriesDay } from '../api/replies.js';
import { formatDay } from '../lib/days.js';
import { formatNumber } from '../lib/format.js';
import { compareDays, PAST, RANGES, UNSEEN, unseenStretches } from '../lib/series.js';
import { Button, Choice } from '../parts/button.js';
import { useLoaded } from '../state/load.js';
import { setQuery, usePage, useWorkspaceName } from '../state/page.js';
import { DayTable } from './day-table.js';
import { usePlot } from './use-plot.js';

interface ChartProps {
  segment: Segment;
  days: readonly SeriesDay[];
  range: string;
  onCanvas: (canvas: () => HTMLCanvasElement | null) => void;
}

/** The sizes of a range, with the days that clients do not see, and everything that can explain a jump. */
export function Chart({ segment, days, range, onCanvas }: ChartProps) {
  const { compare = '', table = '' } = usePage(({ route }) => route.query);
  const other = useComparison(compare, segment, days);
  const { canvas, index, isZoomed, reset, handlers } = usePlot({ segment, days, other });
  onCanvas(() => canvas.current);
  const segments = usePage((state) => state.segments) ?? [];
  return (
    <section class="chart" aria-label="Sizes">
      <div class="chart-head">
        <Choice label="Range" options={RANGES} value={range as '30'} onChange={(next) => setQuery({ range: next })} />
        <select
          aria-label="Compare with"
          value={compare}
          onChange={({ currentTarget }) => setQuery({ compare: currentTarget.value })}
        >
          <option value="">Compare with …</option>
          {Object.entries(PAST).map(([kind, text]) => (
            <option key={kind} value={kind}>
              {text}
            </option>
          ))}
          {segments
            .filter(({ id }) => id !== segment.id)
            .map(({ id, name }) => (
              <option key={id} value={`:${id}`}>
                {name}
              </option>
            ))}
        </select>
        {isZoomed && <Button onClick={reset}>Whole range</Button>}
        <span class="spring" />
        <Button
          icon="table"
          kind="quiet"
          pressed={table !== ''}
          onClick={() => setQuery({ table: table === '' ? '1' : '' })}
        >
          Table
        </Button>
      </div>
      <Readout day={days[index ?? days.length - 1]} other={other?.[index ?? days.length - 1]} />
      <canvas
        class="plot"
        ref={canvas}
        hidden={table !== ''}
        tabIndex={0}
        role="img"
        aria-label={`Sizes of ${segment.name}; the table has the numbers`}
        {...handlers}
      />
      {table !== '' && <DayTable days={days} />}
      <Legend days={days} hasOther={other !== undefined} />
    </section>
  );
}

function useComparison(compare: string, { id }: Segment, days: readonly SeriesDay[]): (number | null)[] | undefined {
  const workspace = useWorkspaceName();
  const [from, to] = [days[0]?.day ?? '', days.at(-1)?.day ?? ''];
  const isOn = compare !== '' && from !== '';
  const whose = compare.startsWith(':') ? compare.slice(1) : id;
  const path = isOn
    ? withQuery(pathTo(workspace, 'segments', whose, 'series'), compareDays(compare, from, to))
    : undefined;
  const { data } = useLoaded<{ series: SeriesDay[] }>(path);
  return isOn ? data?.series.map(({ estimatedSize }) => estimatedSize) : undefined;
}

/** The day under the crosshair, or the last one: both sizes, and what a client gets for it in each profile. */
function Readout({ day, other }: { day: SeriesDay | undefined; other: number | null | undefined }) {
  if (day === undefined) return <p class="readout">&nbsp;</p>;
  const isSeen = day.seen === 'yes';
  return (
    <p class="readout">
      <b>{formatDay(day.day)}</b>
      <span>
        estimated <b>{formatNumber(day.estimatedSize)}</b>
      </span>
      <span>
        true <b>{formatNumber(day.trueSize)}</b>
      </span>
      {other !== undefined && (
        <span>
          compared <b>{formatNumber(other)}</b>
        </span>
      )}
      <span class="unit">
        {isSeen
          ? `clients see it${day.source === 'recorded' ? ', as recorded' : ''}`
          : `${UNSEEN[day.seen as 'missing']}: no row in documented, size 0 in observed`}
      </span>
    </p>
  );
}

function Legend({ days, hasOther }: { days: readonly SeriesDay[]; hasOther: boolean }) {
  const causes = [...new Set(unseenStretches(days).map(({ cause }) => cause))];
  const entries = [
    'estimated',
    'true',
    ...(days.some(({ source }) => source === 'recorded') ? ['recorded'] : []),
    ...(hasOther ? ['compared'] : []),
  ];
  return (
    <ul class="legend">
      {entries.map((text) => (
        <li key={text} class={`key-${text}`}>
          {text}
        </li>
      ))}
      {causes.map((cause) => (
        <li key={cause} class={`key-${cause}`}>
          {UNSEEN[cause]}
        </li>
      ))}
    </ul>
  );
}
