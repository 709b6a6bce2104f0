import type { Entry } from '../api/replies.js';
import { localTime } from '../lib/days.js';
import { formatMs } from '../lib/format.js';
import { StatusPill } from '../parts/status-pill.js';
import { linkTo, page } from '../state/page.js';

/** A request as one line. */
export function Row({ entry, isOpen }: { entry: Entry; isOpen: boolean }) {
  const { id, at, status, outcome, path, query, durationMs, warnings } = entry;
  const window = [query['length'], query['ending_at']].filter(Boolean).join(' · ');
  const href = linkTo({ id, query: page.get().route.query });
  return (
    <a
      class={`request-row ${warnings.length > 0 ? 'warned' : ''}`}
      data-row={id}
      href={href}
      aria-current={isOpen ? 'true' : undefined}
    >
      <time title={`${at} UTC, ${localTime(Date.parse(at))}`}>{at.slice(11, 23)}</time>
      <span>
        <StatusPill status={status} />
      </span>
      <span>{outcome}</span>
      <span>{query['segment_id'] ?? path}</span>
      <span>{window}</span>
      <span>{rowKey(entry)}</span>
      <span class="took">
        <i style={{ width: `${Math.min(100, Math.log10(1 + durationMs) * 25)}%` }} aria-hidden="true" />
        {formatMs(durationMs)}
      </span>
    </a>
  );
}

/** The first characters of its API key. */
export function rowKey({ headers }: Entry): string {
  return String(headers['authorization'] ?? '–').replace(/^bearer +/i, '');
}
