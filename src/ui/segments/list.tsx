import { useEffect, useRef, useState } from 'preact/hooks';
import type { Segment } from '../api/replies.js';
import { direction, formatNumber, formatPercent, plural } from '../lib/format.js';
import { Button } from '../parts/button.js';
import { SearchField } from '../parts/search-field.js';
import { Sparkline } from '../parts/sparkline.js';
import { VirtualList } from '../parts/virtual-list.js';
import { linkTo, setQuery, usePage, useWorkspaceName } from '../state/page.js';
import { usePointsDrop } from './drop.js';
import { type Summary, summariesOf, useSummary } from '../state/summaries.js';

type SortKey = 'name' | 'size' | 'change';
const ROW_HEIGHT = 44;

/** The segments of the workspace: filtered, sorted, with a line for the last 30 days. */
export function SegmentList({ selected, onNew }: { selected: string | undefined; onNew: () => void }) {
  const segments = usePage((state) => state.segments);
  const { q = '', sort = '' } = usePage(({ route }) => route.query);
  const shown = useSorted(matchingSegments(segments ?? [], q), sort);
  const current = shown.findIndex(({ id }) => id === selected);
  return (
    <section class="list" aria-label="Segments">
      <div class="list-head">
        <SearchField label="Filter segments" text={q} />
        <Button icon="plus" kind="quiet" label="New segment" onClick={onNew} />
      </div>
      <SortBar sort={sort} />
      {segments === undefined ? (
        <Skeleton />
      ) : shown.length === 0 ? (
        <p class="empty">{q === '' ? 'No segments yet. Make one with +.' : `No segment matches “${q}”.`}</p>
      ) : (
        <VirtualList
          items={shown}
          rowHeight={ROW_HEIGHT}
          label="Segments"
          role="listbox"
          keyOf={({ id }) => id}
          current={current}
          order={`${q} ${sort}`}
        >
          {(segment) => <SegmentRow segment={segment} isSelected={segment.id === selected} />}
        </VirtualList>
      )}
      <p class="list-foot">
        {plural(segments?.length ?? 0, 'segment')}
        {shown.length !== (segments?.length ?? 0) && `, ${formatNumber(shown.length)} shown`}
      </p>
    </section>
  );
}

function matchingSegments(segments: readonly Segment[], filter: string): readonly Segment[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return segments;
  return segments.filter(({ id, name, type, tags }) => {
    const text = [id, name, type, ...tags].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Sorted by a column, `-` for descending. By size or change every segment's summary is needed, so it takes a moment. */
function useSorted(segments: readonly Segment[], sort: string): readonly Segment[] {
  const workspace = useWorkspaceName();
  const revision = usePage((state) => state.revision);
  const key = sort.replace('-', '') as SortKey;
  const [summaries, setSummaries] = useState<ReadonlyMap<string, Summary>>(new Map());
  const needed = key === 'size' || key === 'change';
  const ids = segments.map(({ id }) => id).join('\n');
  const latest = useRef('');
  useEffect(() => {
    if (!needed) return;
    latest.current = `${revision}${ids}`;
    const wanted = latest.current;
    void summariesOf(
      workspace,
      segments.map(({ id }) => id),
    ).then((found) => latest.current === wanted && setSummaries(found));
  }, [needed, workspace, revision, ids]);
  if (sort === '') return segments;
  const value = ({ id }: Segment) => summaries.get(id)?.[key === 'size' ? 'today' : 'change30'] ?? -Infinity;
  const compare = (one: Segment, other: Segment) =>
    needed ? value(one) - value(other) || 0 : one.name.localeCompare(other.name);
  const sorted = segments.toSorted(compare);
  return sort.startsWith('-') ? sorted.toReversed() : sorted;
}

const COLUMNS: [SortKey, string][] = [
  ['name', 'Name'],
  ['size', 'Today'],
  ['change', '30 days'],
];

function SortBar({ sort }: { sort: string }) {
  return (
    <div class="sort-bar" role="group" aria-label="Sort by">
      {COLUMNS.map(([key, text]) => {
        const isCurrent = sort.replace('-', '') === key;
        // Largest first, then smallest, then as the workspace lists them; names in the opposite order.
        const [first, second] = key === 'name' ? [key, `-${key}`] : [`-${key}`, key];
        const next = sort === first ? second : sort === second ? '' : first;
        return (
          <button type="button" key={key} aria-pressed={isCurrent} onClick={() => setQuery({ sort: next })}>
            {text}
            {isCurrent && <span aria-hidden="true">{sort.startsWith('-') ? ' ↓' : ' ↑'}</span>}
          </button>
        );
      })}
    </div>
  );
}

function SegmentRow({ segment, isSelected }: { segment: Segment; isSelected: boolean }) {
  const workspace = useWorkspaceName();
  const { id, name, analyticsTrackingEnabled, fault } = segment;
  const summary = useSummary(workspace, id);
  const drop = usePointsDrop(id);
  const query = usePage(({ route }) => route.query);
  return (
    <a
      class="segment-row"
      role="option"
      data-row={id}
      aria-selected={isSelected}
      href={linkTo({ id, query })}
      {...drop}
    >
      <span class="segment-names">
        <span class="segment-name">{name}</span>
        <span class="segment-id">
          {!analyticsTrackingEnabled && <span class="badge">tracking off</span>}
          {fault !== undefined && <span class="badge bad">fault</span>}
          {id}
        </span>
      </span>
      <Sparkline sizes={summary?.sizes ?? []} />
      <span class="segment-sizes">
        <span class="number">{summary === undefined ? '' : formatNumber(summary.today)}</span>
        <Delta fraction={summary?.change30} />
      </span>
    </a>
  );
}

/** A change with its arrow. */
export function Delta({ fraction }: { fraction: number | null | undefined }) {
  if (fraction === undefined) return <span class="delta" />;
  const way = direction(fraction);
  return (
    <span class={`delta ${way}`}>
      {way !== 'flat' && <span aria-hidden="true">{way === 'up' ? '▲ ' : '▼ '}</span>}
      {formatPercent(fraction)}
    </span>
  );
}

function Skeleton() {
  return (
    <div class="virtual" aria-busy="true">
      {Array.from({ length: 12 }, (_, index) => (
        <div class="skeleton-row" key={index} />
      ))}
    </div>
  );
}
