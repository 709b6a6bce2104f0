import { ApiError, call, get, pathTo, withQuery } from '../api/client.js';
import { readEvents } from '../api/events.js';
import type { Entry } from '../api/replies.js';
import { notify, page } from './page.js';
import { createStore, useStore } from './store.js';
import { refreshWorkspace } from './workspace.js';

/** Requests kept here; the mock's journal may have more. */
export const KEPT = 1000;
/** At most four times a second: a render takes longer than the interval between rows under load. */
const RENDER_EVERY_MS = 250;
const STRAYS_EVERY_MS = 3000;
const LONGEST_WAIT_MS = 4000;

export type Source = 'workspace' | 'strays';

interface Journal {
  source: Source;
  /** Newest first. */
  entries: readonly Entry[];
  /** Requests that came and are not kept here. */
  dropped: number;
  paused: boolean;
  loaded: boolean;
}

export const journal = createStore<Journal>({
  source: 'workspace',
  entries: [],
  dropped: 0,
  paused: false,
  loaded: false,
});

export function useJournal<Part>(select: (state: Journal) => Part): Part {
  return useStore(journal, select);
}

/** Events that have arrived since the last rendering, oldest first, not parsed yet. */
let arrived: string[] = [];
let stream: AbortController | undefined;
let streamed = '';

/** The path of the journal that is shown. */
export function journalPath(): string {
  return journal.get().source === 'strays' ? 'requests' : pathTo(page.get().route.workspace, 'requests');
}

/** Follows the journal of the route with the one stream of this page. */
export function watchJournal(): void {
  page.subscribe(follow);
  takeArrived();
  setInterval(() => void countStrays(), STRAYS_EVERY_MS);
  follow();
  void countStrays();
}

function follow(): void {
  const { workspace, query, view } = page.get().route;
  if (workspace === '') return;
  const source: Source = view === 'requests' && query['tab'] === 'strays' ? 'strays' : 'workspace';
  const wanted = `${source} ${workspace}`;
  if (wanted === streamed) return;
  streamed = wanted;
  stream?.abort();
  stream = new AbortController();
  arrived = [];
  journal.set({ source, entries: [], dropped: 0, loaded: false });
  void keepStreaming(stream.signal);
}

/** Streams until it is stopped, and reconnects when the stream ends. */
async function keepStreaming(signal: AbortSignal): Promise<void> {
  let waitMs = 250;
  let wasRefused = false;
  let lost = false;
  while (!signal.aborted) {
    try {
      await readEvents(
        `${journalPath()}/stream`,
        signal,
        () => {
          page.set({ connection: 'live' });
          void countStrays();
          if (lost) void reconnected(wasRefused, signal);
          else void loadEntries(signal);
          [waitMs, wasRefused, lost] = [250, false, false];
        },
        (data) => arrived.push(data),
      );
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError) {
        // The mock answers, but the workspace does not exist.
        page.set({ connection: 'live' });
        return lost ? reconnected(wasRefused, signal) : undefined;
      }
      // Nothing listened, so the next reply is from another process.
      wasRefused ||= error instanceof TypeError;
    }
    if (signal.aborted) return;
    lost = true;
    page.set({ connection: 'lost' });
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}

/** Shows the state that is there now. A mock that does not know our newest request is a new process. */
async function reconnected(wasRefused: boolean, signal: AbortSignal): Promise<void> {
  const [newest] = journal.get().entries;
  journal.set({ entries: [], dropped: 0, loaded: false });
  page.set({ workspace: undefined, workspaceError: undefined });
  await Promise.all([loadEntries(signal), refreshWorkspace()]);
  const isKnown = journal.get().entries.some(({ id, at }) => id === newest?.id && at === newest.at);
  const isRestarted = wasRefused || (newest !== undefined && !isKnown);
  notify(isRestarted ? 'The mock was restarted. This is its new state.' : 'Connected again.');
}

async function loadEntries(signal: AbortSignal): Promise<void> {
  try {
    const { requests } = await get<{ requests: Entry[] }>(withQuery(journalPath(), { limit: KEPT }), signal);
    journal.set({ entries: merged(requests, journal.get().entries), loaded: true });
  } catch {
    // The stream will report the failure.
  }
}

/** Entries from both, each once, newest first. */
function merged(one: readonly Entry[], other: readonly Entry[]): Entry[] {
  const byId = new Map([...other, ...one].map((entry) => [entry.id, entry]));
  return [...byId.values()].toSorted((a, b) => Number(b.id) - Number(a.id)).slice(0, KEPT);
}

/** Shows what has arrived, repeatedly; not with an interval, which catches up after a delay. Entries that would be dropped at once are not parsed. */
function takeArrived(): void {
  setTimeout(takeArrived, RENDER_EVERY_MS);
  const { paused, entries, dropped } = journal.get();
  if (arrived.length === 0) return;
  const skipped = Math.max(0, arrived.length - KEPT);
  if (paused && skipped === 0) return;
  const texts = arrived.slice(skipped);
  if (paused) {
    arrived = texts;
    journal.set({ dropped: dropped + skipped });
    return;
  }
  arrived = [];
  const fresh = texts.map((text) => JSON.parse(text) as Entry).toReversed();
  const all = merged(fresh, entries);
  const lost = Math.max(0, entries.length + fresh.length - all.length);
  journal.set({ entries: all, dropped: dropped + skipped + (all.length === KEPT ? lost : 0) });
}

export function setPaused(paused: boolean): void {
  journal.set({ paused });
}

/** How many entries wait while the list is paused. */
export function waitingCount(): number {
  return arrived.length;
}

/** Empties the journal that is shown. */
export async function clearJournal(): Promise<void> {
  await call({ method: 'DELETE', path: journalPath() });
  arrived = [];
  journal.set({ entries: [], dropped: 0 });
  void countStrays();
}

let newestStray = '';

/** Counts the requests without a valid key. Reads more than the newest one only when there is a new one. */
async function countStrays(): Promise<void> {
  if (document.hidden || page.get().connection !== 'live') return;
  try {
    const newest = await get<{ requests: Entry[] }>('requests?limit=1');
    const id = newest.requests[0]?.id ?? '';
    if (id === newestStray) return;
    newestStray = id;
    const { requests } = await get<{ requests: Entry[] }>('requests?limit=100');
    page.set({ strays: requests.length });
  } catch {
    // The next count tries again.
  }
}
