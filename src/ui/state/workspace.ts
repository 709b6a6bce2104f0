import { ApiError, call, type Call, describeError, get, pathTo } from '../api/client.js';
import type { Segment, Workspace } from '../api/replies.js';
import { go, notify, page } from './page.js';

const POLL_MS = 2000;

/** Reads the workspace now: clock, rate limit, counts; and its segments if they changed, or on request. */
export async function refreshWorkspace({ withSegments = false } = {}): Promise<void> {
  const { workspace: name } = page.get().route;
  if (name === '') return chooseWorkspace();
  try {
    const workspace = await get<Workspace>(pathTo(name));
    if (page.get().route.workspace !== name) return;
    const before = page.get().workspace;
    page.set({ workspace, workspaceSeenAt: performance.now(), workspaceError: undefined });
    const isNewDay = before?.name === name && shownDay(before) !== shownDay(workspace);
    const isKnown = before?.name === name && page.get().segments?.length === workspace.segments;
    if (withSegments || !isKnown) await refreshSegments();
    else if (isNewDay) page.set({ revision: page.get().revision + 1 });
  } catch (error) {
    if (error instanceof ApiError) page.set({ workspaceError: error.message, workspace: undefined });
  }
}

function shownDay({ clock }: Workspace): string {
  return clock.now.slice(0, 10);
}

/** Without a workspace in the hash: the one that clients get by default. */
async function chooseWorkspace(): Promise<void> {
  try {
    const { workspaces } = await get<{ workspaces: Workspace[] }>('workspaces');
    const first = workspaces.find(({ name }) => name === 'default') ?? workspaces[0];
    if (first === undefined) page.set({ workspaceError: 'The mock has no workspace.' });
    else if (page.get().route.workspace === '') go({ workspace: first.name, view: page.get().route.view });
  } catch (error) {
    if (error instanceof ApiError) page.set({ workspaceError: error.message });
  }
}

/** Reads the segments again, and everything that depends on them. */
export async function refreshSegments(): Promise<void> {
  const { workspace: name } = page.get().route;
  try {
    const { segments } = await get<{ segments: Segment[] }>(pathTo(name, 'segments'));
    if (page.get().route.workspace === name) page.set({ segments, revision: page.get().revision + 1 });
  } catch (error) {
    if (error instanceof ApiError) page.set({ workspaceError: error.message });
  }
}

/** Sends a call that changes something, shows what it changed, and shows a failure. */
export async function change<T>(given: Call): Promise<T | undefined> {
  try {
    const result = await call<T>(given);
    await refreshWorkspace({ withSegments: true });
    return result;
  } catch (error) {
    notify(describeError(error), 'bad');
    return undefined;
  }
}

/** Refreshes the workspace while the page is visible. */
export function watchWorkspace(): void {
  void refreshWorkspace();
  let shown = page.get().route.workspace;
  page.subscribe(() => {
    const { workspace } = page.get().route;
    if (workspace === shown) return;
    shown = workspace;
    void refreshWorkspace();
  });
  setInterval(() => {
    if (!document.hidden) void refreshWorkspace();
  }, POLL_MS);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refreshWorkspace();
  });
}

/** The workspace's present instant in milliseconds: the clock as last read, advanced at its scale. */
export function presentMs(): number {
  const { workspace, workspaceSeenAt } = page.get();
  if (workspace === undefined) return Date.now();
  const { now, frozen, scale } = workspace.clock;
  return Date.parse(now) + (frozen ? 0 : (performance.now() - workspaceSeenAt) * scale);
}
