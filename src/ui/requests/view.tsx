import { useEffect, useRef, useState } from 'preact/hooks';
import type { Entry, Reply } from '../api/replies.js';
import { formatNumber, plural } from '../lib/format.js';
import { asCurl } from '../lib/snippets.js';
import { Button } from '../parts/button.js';
import { clearJournal, journal, journalPath, KEPT, setPaused, useJournal } from '../state/journal.js';
import { closeEntry } from '../state/keys.js';
import { useLoaded } from '../state/load.js';
import { usePage } from '../state/page.js';
import { MOCK, pathTo, withQuery } from '../api/client.js';
import { bestKey } from '../segments/picker.js';
import { CopyButton } from '../parts/button.js';
import { Conduct } from './conduct.js';
import { Drawer } from './drawer.js';
import { Filters, matches } from './filters.js';
import { Row } from './row.js';

/** Rows in the page at once; the rest is on further pages. */
const PAGE_ROWS = 100;

export function Requests() {
  const { query, id } = usePage(({ route }) => route);
  const { open, problem } = useOpen(id);
  return (
    <div class={`requests ${open === undefined && problem === undefined ? '' : 'has-drawer'}`}>
      <h1 class="hidden">Requests</h1>
      <section class="journal" aria-label="Requests">
        <Tabs />
        {query['tab'] === 'conduct' ? <Conduct /> : <Rows openId={id} />}
      </section>
      {open !== undefined && <Drawer key={open.id} entry={open} />}
      {problem !== undefined && (
        <aside class="drawer" aria-label={`Request ${id}`}>
          <p class="buttons bad-text">
            {problem}
            <span class="spring" />
            <Button icon="close" kind="quiet" label="Close" onClick={closeEntry} />
          </p>
        </aside>
      )}
    </div>
  );
}

/** The requests of the journal that pass the filters. */
function Rows({ openId }: { openId: string | undefined }) {
  const query = usePage(({ route }) => route.query);
  const { entries, loaded } = useJournal((state) => state);
  const list = useRef<HTMLDivElement>(null);
  const { shown, fresh, release } = useHeld(entries.filter(matches(query)), list);
  const [page, setPage] = useState(0);
  useEffect(() => setPage(0), [query]);
  const rows = shown.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS);
  return (
    <>
      <Filters />
      <div class="request-row head" aria-hidden="true">
        {['Time', 'Status', 'Outcome', 'Request', 'Window', 'Key', 'Took'].map((text) => (
          <span key={text}>{text}</span>
        ))}
      </div>
      {fresh > 0 && (
        <button type="button" class="fresh" onClick={release}>
          {plural(fresh, 'new request')} ↑
        </button>
      )}
      <div class="request-list" ref={list} tabIndex={0} role="region" aria-label="List of requests">
        {rows.map((entry) => (
          <Row key={entry.id} entry={entry} isOpen={entry.id === openId} />
        ))}
        {rows.length === 0 && loaded && <Empty hasEntries={entries.length > 0} />}
      </div>
      <Foot count={shown.length} page={page} rows={rows.length} onPage={setPage} />
    </>
  );
}

/** The open request: from the page, or from the mock, which keeps more of them. */
function useOpen(id: string | undefined) {
  const { entries, loaded } = useJournal((state) => state);
  const found = entries.find((entry) => entry.id === id);
  const isMissing = loaded && found === undefined && id !== undefined;
  const { data, error } = useLoaded<Entry>(isMissing ? `${journalPath()}/${encodeURIComponent(id)}` : undefined);
  return { open: found ?? (data?.id === id ? data : undefined), problem: isMissing ? error : undefined };
}

/** While the user reads further down, the list stays as it is; new requests are only counted. */
function useHeld(entries: readonly Entry[], list: { current: HTMLElement | null }) {
  const held = useRef<number | undefined>(undefined);
  const [, render] = useState(0);
  useEffect(() => {
    const element = list.current as HTMLElement;
    const onScroll = () => {
      const isReading = element.scrollTop > 4;
      if (isReading === (held.current !== undefined)) return;
      held.current = isReading ? Number(journal.get().entries[0]?.id ?? 0) : undefined;
      render((count) => count + 1);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, []);
  const limit = held.current;
  const shown = limit === undefined ? entries : entries.filter(({ id }) => Number(id) <= limit);
  const release = () => {
    held.current = undefined;
    list.current?.scrollTo({ top: 0 });
    render((count) => count + 1);
  };
  return { shown, fresh: entries.length - shown.length, release };
}

function Tabs() {
  const { workspace, query } = usePage(({ route }) => route);
  const strays = usePage((state) => state.strays);
  const paused = useJournal((state) => state.paused);
  const { tab = '' } = query;
  const current = (own: string) => (tab === own ? 'page' : undefined);
  const base = `#/${encodeURIComponent(workspace)}/requests`;
  return (
    <div class="tabs">
      <a href={base} aria-current={current('')}>
        {workspace}
      </a>
      <a href={`${base}?tab=conduct`} aria-current={current('conduct')}>
        Conduct
      </a>
      <a href={`${base}?tab=strays`} aria-current={current('strays')}>
        Without a valid key {strays > 0 && <span class="count bad">{strays > 99 ? '99+' : strays}</span>}
      </a>
      <span class="spring" />
      <Button icon={paused ? 'play' : 'pause'} kind="quiet" pressed={paused} onClick={() => setPaused(!paused)}>
        {paused ? 'Go on' : 'Pause'}
      </Button>
      <Button icon="trash" kind="quiet" label="Empty the journal" onClick={() => void clearJournal()} />
    </div>
  );
}

/** Says what is not shown. */
function Foot(props: { count: number; page: number; rows: number; onPage: (page: number) => void }) {
  const { count, page, rows, onPage } = props;
  const dropped = useJournal((state) => state.dropped);
  const first = page * PAGE_ROWS;
  return (
    <p class="list-foot buttons">
      <span>
        {rows === 0
          ? 'None shown'
          : `${formatNumber(first + 1)}–${formatNumber(first + rows)} of ${plural(count, 'request')}`}
        {dropped > 0 && `; ${formatNumber(dropped)} older ones are not shown: this page keeps ${formatNumber(KEPT)}`}
      </span>
      <span class="spring" />
      <Button disabled={page === 0} onClick={() => onPage(page - 1)}>
        Newer
      </Button>
      <Button disabled={first + rows >= count} onClick={() => onPage(page + 1)}>
        Older
      </Button>
    </p>
  );
}

function Empty({ hasEntries }: { hasEntries: boolean }) {
  const workspace = usePage((state) => state.workspace);
  const segment = usePage((state) => state.segments)?.[0];
  const isStrays = useJournal(({ source }) => source === 'strays');
  const path = hasEntries ? undefined : workspace && segment && pathTo(workspace.name, 'segments', segment.id, 'reply');
  const { data: reply } = useLoaded<Reply>(path && withQuery(path, { length: 7 }));
  if (isStrays && !hasEntries) return <p class="empty">None: so far, every request had a valid key.</p>;
  if (hasEntries || workspace === undefined || segment === undefined) return <p class="empty">No request matches.</p>;
  if (reply === undefined) return null;
  const url = new URL(reply.url.slice(1), MOCK).href;
  const curl = (key: string) => asCurl({ url, headers: { Authorization: `Bearer ${key}` } });
  return (
    <div class="empty tall">
      <h2>No requests yet</h2>
      <p>Try one:</p>
      <pre class="code" tabIndex={0}>
        {curl(`${bestKey(workspace).slice(0, 4)}…`)}
      </pre>
      <CopyButton text={() => curl(bestKey(workspace))} label="Copy with the whole key">
        Copy
      </CopyButton>
    </div>
  );
}
