import type { Segment, Workspace } from '../api/replies.js';
import { routeHash, parseHash, type Route } from './route.js';
import { createStore, useStore } from './store.js';

export type Theme = 'system' | 'light' | 'dark';

export interface Page {
  route: Route;
  connection: 'connecting' | 'live' | 'lost';
  /** The workspace of the route, as last seen; `undefined` until it is known. */
  workspace: Workspace | undefined;
  /** When that was, by `performance.now()`; its clock has kept running since. */
  workspaceSeenAt: number;
  workspaceError: string | undefined;
  segments: readonly Segment[] | undefined;
  /** Counts up with every change of segments or clock, so that values computed from them are requested again. */
  revision: number;
  /** Requests without a valid key, up to 100. */
  strays: number;
  /** The notices of what happened. */
  notice: { text: string; kind: 'info' | 'bad' } | undefined;
  theme: Theme;
  /** Set while the user is asked for the control token. */
  tokenPrompt: { wasWrong: boolean; answer: (token: string) => void } | undefined;
}

/** Everything that more than one part of the page shows. */
export const page = createStore<Page>({
  route: parseHash(location.hash),
  connection: 'connecting',
  workspace: undefined,
  workspaceSeenAt: 0,
  workspaceError: undefined,
  segments: undefined,
  revision: 0,
  strays: 0,
  notice: undefined,
  theme: 'system',
  tokenPrompt: undefined,
});

export function usePage<Part>(select: (state: Page) => Part): Part {
  return useStore(page, select);
}

/** The name of the workspace that is shown. */
export function useWorkspaceName(): string {
  return usePage(({ route }) => route.workspace);
}

/** Goes to another view; omitted parts of the route stay, except an open entry, which belongs to its view. */
export function go(change: Partial<Route>): void {
  const { route } = page.get();
  const isElsewhere = change.view !== undefined || change.workspace !== undefined;
  location.hash = routeHash({ ...route, ...(isElsewhere && { id: undefined, query: {} }), ...change });
  // `hashchange` comes later; a key that is pressed before it belongs to the new view.
  showRoute();
}

/** Shows what the hash says, and drops the data of another workspace. */
export function showRoute(): void {
  const before = page.get().route;
  const route = parseHash(location.hash);
  if (routeHash(route) === routeHash(before)) return;
  page.set({ route, ...(route.workspace !== before.workspace && { workspace: undefined, segments: undefined }) });
}

/** Changes fields of the query without an entry in the browser's history. */
export function setQuery(change: Readonly<Record<string, string>>): void {
  const { route } = page.get();
  const next = { ...route, query: { ...route.query, ...change } };
  history.replaceState(null, '', routeHash(next));
  page.set({ route: parseHash(location.hash) });
}

/** The hash of a link within the page. */
export function linkTo(change: Partial<Route>): string {
  return routeHash({ ...page.get().route, id: undefined, query: {}, ...change });
}

let hiding: ReturnType<typeof setTimeout> | undefined;

/** Shows a notice for some seconds. */
export function notify(text: string, kind: 'info' | 'bad' = 'info'): void {
  clearTimeout(hiding);
  page.set({ notice: { text, kind } });
  hiding = setTimeout(() => page.set({ notice: undefined }), kind === 'bad' ? 12_000 : 4000);
}
