import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createWorkspace } from '../../src/control/workspaces.js';
import { Mock } from '../../src/mock.js';
import { defaultSettings } from '../../src/settings.js';
import type { WorkspaceFixture } from '../../src/workspaces/fixture.js';
import { loadFixtureFiles } from '../../src/workspaces/load.js';
import { FixtureWatch, type Look } from '../../src/workspaces/watch.js';

/** A folder of fixtures, a mock that serves it, and a watch over it. */
function watched(files: Record<string, WorkspaceFixture[]>) {
  const folder = mkdtempSync(join(tmpdir(), 'fixtures-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = (file: string) => join(folder, file);
  let saved = 0;
  const save = (file: string, text: string) => {
    writeFileSync(path(file), text);
    // Two changes may fall into one tick of the file system's clock.
    utimesSync(path(file), 0, ++saved);
  };
  const write = (file: string, workspaces: WorkspaceFixture[]) => save(file, JSON.stringify({ workspaces }));
  for (const [file, workspaces] of Object.entries(files)) write(file, workspaces);
  const loaded = loadFixtureFiles(folder);
  const mock = new Mock(
    defaultSettings,
    loaded.flatMap(({ workspaces }) => workspaces),
  );
  const watch = new FixtureWatch(mock, folder, loaded);
  const settle = (): Look => {
    watch.look();
    return watch.look();
  };
  const names = () => mock.workspaces.all().map(({ name }) => name);
  return { folder, path, save, write, mock, watch, settle, names };
}

it('sees nothing where nothing changes', () => {
  const { watch, settle } = watched({ 'a.json': [{ name: 'a' }] });
  expect([watch.look(), watch.look(), settle()]).toEqual([undefined, undefined, undefined]);
});

it('takes a change up at the second look that finds it', () => {
  const { watch, write, path, mock } = watched({ 'a.json': [{ name: 'a' }] });
  write('a.json', [{ name: 'a', instance: 'US-05' }]);
  expect([watch.look(), mock.workspaces.get('a')?.instance]).toEqual([undefined, undefined]);
  expect(watch.look()).toEqual({ changed: [path('a.json')] });
  expect(mock.workspaces.get('a')?.instance).toBe('US-05');
  expect(watch.look()).toBeUndefined();
});

it('waits while a file is still being written', () => {
  const { watch, write, path } = watched({ 'a.json': [{ name: 'a' }] });
  const looks: Look[] = [];
  for (const instance of ['US-02', 'US-03', 'US-04'] as const) {
    write('a.json', [{ name: 'a', instance }]);
    looks.push(watch.look());
  }
  expect([...looks, watch.look()]).toEqual([undefined, undefined, undefined, { changed: [path('a.json')] }]);
});

it('starts the workspaces of changed files anew, and leaves the others and those made at run time', () => {
  const { write, settle, mock, names } = watched({
    'a.json': [{ name: 'a1', apiKeys: [{ key: 'old' }] }, { name: 'a2' }],
    'b.json': [{ name: 'b' }],
  });
  const made = createWorkspace(mock, { from: 'a1', name: 'made' });
  const before = new Map(mock.workspaces.all().map((workspace) => [workspace.name, workspace]));
  write('a.json', [{ name: 'a1', apiKeys: [{ key: 'new' }] }, { name: 'a3' }]);
  settle();
  const stayed = mock.workspaces.all().filter((workspace) => before.get(workspace.name) === workspace);
  expect(names()).toEqual(['a1', 'a3', 'b', 'made']);
  expect(stayed.map(({ name }) => name)).toEqual(['b', 'made']);
  const opened = ['old', 'new', made.apiKey].map((key) => mock.workspaces.opened(key)?.workspace.name);
  expect(opened).toEqual([undefined, 'a1', 'made']);
});

it('tells those who listen to a workspace that it is gone', () => {
  const { write, settle, mock } = watched({ 'a.json': [{ name: 'a' }], 'b.json': [{ name: 'b' }] });
  const closed: string[] = [];
  for (const { name, journal } of mock.workspaces.all()) {
    journal.listen({ heard: () => undefined, closed: () => void closed.push(name) });
  }
  write('b.json', [{ name: 'b', retentionDays: 1 }]);
  settle();
  expect(closed).toEqual(['b']);
});

it('keeps the order of the files, and so which workspace is the first', () => {
  const { write, settle, mock, names } = watched({ 'a.json': [{ name: 'a' }], 'b.json': [{ name: 'b' }] });
  write('a.json', [{ name: 'a', retentionDays: 1 }]);
  settle();
  expect([names(), mock.workspaces.default?.name]).toEqual([['a', 'b'], 'a']);
});

it('takes up files that come and drops those that go, for a later reset too', () => {
  const { path, write, settle, mock, names } = watched({ 'a.json': [{ name: 'a' }], 'b.json': [{ name: 'b' }] });
  write('0.json', [{ name: 'zero' }]);
  rmSync(path('b.json'));
  expect(settle()).toEqual({ changed: [path('b.json'), path('0.json')] });
  expect(names()).toEqual(['zero', 'a']);
  mock.reset();
  expect(names()).toEqual(['zero', 'a']);
});

it('takes a file that is renamed for one that went and one that came', () => {
  const { path, write, settle, mock } = watched({ 'a.json': [{ name: 'a' }] });
  const before = mock.workspaces.get('a');
  rmSync(path('a.json'));
  write('b.json', [{ name: 'a' }]);
  expect(settle()).toEqual({ changed: [path('a.json'), path('b.json')] });
  expect(mock.workspaces.get('a')).not.toBe(before);
});

it('leaves a deleted workspace deleted until its own file changes', () => {
  const { write, settle, mock, names } = watched({ 'a.json': [{ name: 'a' }], 'b.json': [{ name: 'b' }] });
  mock.remove(mock.workspaces.get('a')!);
  write('b.json', [{ name: 'b', retentionDays: 1 }]);
  settle();
  expect(names()).toEqual(['b']);
  write('a.json', [{ name: 'a', retentionDays: 1 }]);
  settle();
  expect(names()).toEqual(['a', 'b']);
});

it('does nothing about a file that was saved as it was', () => {
  const { write, settle, mock } = watched({ 'a.json': [{ name: 'a' }] });
  const before = mock.workspaces.get('a');
  write('a.json', [{ name: 'a' }]);
  expect(settle()).toBeUndefined();
  expect(mock.workspaces.get('a')).toBe(before);
});

it.each([
  ['no JSON', '{"workspaces":[', /a\.json: \$: found broken JSON/],
  ['a wrong field', '{"workspaces":[{"name":"a","size":1}]}', /a\.json: \$\.workspaces\[0\]\.size: found/],
  ['a name of another file', '{"workspaces":[{"name":"b"}]}', /b\.json.*found "b", expected another one: .*a\.json/],
  ['no workspaces', '{"workspaces":[]}', /a\.json: \$\.workspaces: found/],
])('reports a file with %s once, and the last good state goes on', (_what, text, problem) => {
  const { save, watch, settle, mock, write } = watched({ 'a.json': [{ name: 'a' }], 'b.json': [{ name: 'b' }] });
  const before = mock.workspaces.all();
  save('a.json', text);
  expect(settle()).toEqual({ problems: [expect.stringMatching(problem)] });
  expect([watch.look(), mock.workspaces.all()]).toEqual([undefined, before]);
  write('a.json', [{ name: 'mended' }]);
  expect(settle()).toMatchObject({ changed: [expect.stringContaining('a.json')] });
});

it.each([
  ['name', { name: 'made' }, 'the name made is that of a workspace made at run time'],
  ['key', { name: 'c', apiKeys: [{ key: 'taken' }] }, 'an API key of c opens made already'],
])('reports a %s that a workspace made at run time has', (_what, fixture, problem) => {
  const { write, settle, mock, names } = watched({ 'a.json': [{ name: 'a' }] });
  createWorkspace(mock, { name: 'made', apiKeys: [{ key: 'taken' }] });
  write('a.json', [fixture]);
  expect(settle()).toEqual({ problems: [problem] });
  expect(names()).toEqual(['a', 'made']);
});

it('keeps the key made up for a workspace when its file changes, and makes one up for those that come', () => {
  const { write, settle, mock } = watched({ 'a.json': [{ name: 'a' }] });
  const keyOf = (name: string) => [...(mock.workspaces.get(name)?.apiKeys.keys() ?? [])].join();
  const before = keyOf('a');
  write('a.json', [{ name: 'a', retentionDays: 1 }, { name: 'b' }]);
  settle();
  expect([keyOf('a'), mock.workspaces.opened(before)?.workspace.name]).toEqual([before, 'a']);
  expect(mock.workspaces.opened(keyOf('b'))?.workspace.name).toBe('b');
  write('a.json', [{ name: 'a', apiKeys: [{ key: 'GIVEN' }] }]);
  settle();
  expect([keyOf('a'), mock.workspaces.opened(before)]).toEqual(['GIVEN', undefined]);
});

it('reports a made-up key that a workspace made at run time has', () => {
  const { write, settle, mock, names } = watched({ 'a.json': [{ name: 'a' }] });
  const [key = ''] = mock.workspaces.get('a')?.apiKeys.keys() ?? [];
  write('a.json', [{ name: 'other' }]);
  settle();
  createWorkspace(mock, { name: 'made', apiKeys: [{ key }] });
  write('a.json', [{ name: 'a' }]);
  expect(settle()).toEqual({ problems: ['an API key of a opens made already'] });
  expect(names()).toEqual(['other', 'made']);
});

it('spares a workspace made at run time under the name of a deleted one', () => {
  const { write, settle, mock } = watched({ 'a.json': [{ name: 'a' }], 'b.json': [{ name: 'b' }] });
  mock.remove(mock.workspaces.get('a')!);
  createWorkspace(mock, { name: 'a' });
  const made = mock.workspaces.get('a');
  write('a.json', [{ name: 'other' }]);
  settle();
  expect(mock.workspaces.get('a')).toBe(made);
});

it('reports a folder that is gone, and sees it come back', () => {
  const { folder, settle, write, names } = watched({ 'a.json': [{ name: 'a' }] });
  rmSync(folder, { recursive: true });
  expect(settle()).toMatchObject({ problems: [expect.stringContaining(folder)] });
  expect(names()).toEqual(['a']);
  mkdirSync(folder);
  write('a.json', [{ name: 'back' }]);
  settle();
  expect(names()).toEqual(['back']);
});
