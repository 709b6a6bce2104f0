import { useEffect, useState } from 'preact/hooks';
import { get, pathTo, withQuery } from '../api/client.js';
import type { SeriesDay } from '../api/replies.js';
import { addDays, dayAt } from '../lib/days.js';
import { page, usePage } from './page.js';
import { presentMs } from './workspace.js';

/** A segment's last 31 days in short. */
export interface Summary {
  sizes: (number | null)[];
  today: number | null;
  /** Of the size 30 days ago; `null` if one of the two is missing. */
  change30: number | null;
}

const AT_ONCE = 4;

const loadedSummaries = new Map<string, Summary>();
const waiting = new Map<string, { workspace: string; id: string; listeners: Set<(summary: Summary) => void> }>();
let running = 0;

function summaryKey(workspace: string, id: string): string {
  return `${page.get().revision} ${workspace} ${id}`;
}

/** The summary of a segment while its row is in sight. A row that scrolls out of sight before its turn is not requested. */
export function useSummary(workspace: string, id: string): Summary | undefined {
  const revision = usePage((state) => state.revision);
  const [shown, show] = useState<Summary | undefined>(() => loadedSummaries.get(summaryKey(workspace, id)));
  useEffect(() => requestSummary(workspace, id, show), [workspace, id, revision]);
  return shown;
}

/** The summaries of many segments, in their order; `undefined` until all have arrived. For sorting by size. */
export async function summariesOf(workspace: string, ids: readonly string[]): Promise<Map<string, Summary>> {
  const pairs = ids.map(
    (id) =>
      new Promise<[string, Summary]>(
        (resolve) => void requestSummary(workspace, id, (summary) => resolve([id, summary])),
      ),
  );
  return new Map(await Promise.all(pairs));
}

function requestSummary(workspace: string, id: string, listener: (summary: Summary) => void): () => void {
  const key = summaryKey(workspace, id);
  const there = loadedSummaries.get(key);
  if (there !== undefined) {
    listener(there);
    return () => {};
  }
  const job = waiting.get(key) ?? { workspace, id, listeners: new Set() };
  job.listeners.add(listener);
  waiting.set(key, job);
  void work();
  return () => {
    job.listeners.delete(listener);
    if (job.listeners.size === 0) waiting.delete(key);
  };
}

async function work(): Promise<void> {
  while (running < AT_ONCE) {
    const [next] = waiting;
    if (next === undefined) return;
    const [key, { workspace, id, listeners }] = next;
    waiting.delete(key);
    running++;
    try {
      const summary = await load(workspace, id);
      // The summaries of an older revision are obsolete.
      for (const old of loadedSummaries.keys())
        if (!old.startsWith(`${page.get().revision} `)) loadedSummaries.delete(old);
      loadedSummaries.set(key, summary);
      for (const listener of listeners) listener(summary);
    } catch {
      // The row stays without a line; the next revision tries again.
    } finally {
      running--;
    }
  }
}

async function load(workspace: string, id: string): Promise<Summary> {
  const to = dayAt(presentMs());
  const from = addDays(to, -30);
  const path = withQuery(pathTo(workspace, 'segments', id, 'series'), { from, to });
  const { series } = await get<{ series: SeriesDay[] }>(path);
  const byDay = new Map(series.map(({ day, estimatedSize }) => [day, estimatedSize]));
  const sizes = Array.from({ length: 31 }, (_, index) => byDay.get(addDays(from, index)) ?? null);
  const [first, last] = [sizes[0] ?? null, sizes.at(-1) ?? null];
  return { sizes, today: last, change30: first === null || last === null || first === 0 ? null : last / first - 1 };
}
