import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ConfigurationError } from '../../src/configuration-error.js';
import { BUILT_IN, loadFixtures } from '../../src/workspaces/load.js';

/** Writes files to a folder that is gone after the test. What is no text is written as JSON. */
function folderWith(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fixtures-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const tenant = (name: string) => ({ name, segments: [{ id: 'shared' }] });
const named = (...names: string[]) => ({ workspaces: names.map((name) => ({ name })) });

function namesFrom(path: string): string[] {
  return loadFixtures(path).map(({ name }) => name);
}

function problemsOf(path: string): readonly string[] {
  try {
    loadFixtures(path);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

it('has the built-in workspaces', () => {
  expect(namesFrom(BUILT_IN)).toEqual(['default', 'large']);
});

it('reads one file, whatever its name', () => {
  const folder = folderWith({ 'one.fixture': named('a', 'b'), 'two.json': named('c') });
  expect(namesFrom(join(folder, 'one.fixture'))).toEqual(['a', 'b']);
});

it('reads the *.json of a folder by name, and neither their schema nor other files nor subfolders', () => {
  const folder = folderWith({
    'b.json': named('b1', 'b2'),
    'a.json': named('a'),
    'C.json': named('c'),
    'notes.txt': 'no JSON',
    'schema.json': { title: 'the schema that the others name' },
    'old.json.bak': 'no JSON',
    'deeper/d.json': named('d'),
    'folder.json/e.json': named('e'),
  });
  expect(namesFrom(folder)).toEqual(['c', 'a', 'b1', 'b2']);
});

it('follows links to files, as mounted configuration has them', () => {
  const folder = folderWith({ 'data/real': named('linked') });
  symlinkSync(join(folder, 'data/real'), join(folder, 'link.json'));
  expect(namesFrom(folder)).toEqual(['linked']);
});

it('reads a file with a byte order mark', () => {
  const folder = folderWith({ 'a.json': `\uFEFF${JSON.stringify(named('a'))}` });
  expect(namesFrom(folder)).toEqual(['a']);
});

it('keeps a byte order mark that stands elsewhere', () => {
  const folder = folderWith({ 'a.json': { workspaces: [{ name: 'a', segments: [{ id: '\uFEFF' }] }] } });
  expect(loadFixtures(folder)[0]?.segments).toEqual([{ id: '\uFEFF' }]);
});

it('tells of a file that is broken too deeply to say how', () => {
  const folder = folderWith({ 'deep.json': '['.repeat(100_000) });
  expect(problemsOf(folder)).toEqual([
    `${folder}/deep.json: $: found broken JSON (Invalid symbol at line 1, column 100001), expected a fixture file`,
  ]);
});

it('loads 100,000 segments', () => {
  const segments = Array.from({ length: 100_000 }, (_, index) => ({ id: `segment_${index}` }));
  const folder = folderWith({ 'large.json': { workspaces: [{ name: 'large', segments }] } });
  expect(loadFixtures(folder)[0]?.segments).toHaveLength(100_000);
});

it('tells of a hundred of 200,000 problems, and that there are more', () => {
  const folder = folderWith({ 'large.json': { workspaces: Array.from({ length: 200_000 }, () => 0) } });
  const told = problemsOf(folder);
  expect([told.length, told.at(-2), told.at(-1)]).toEqual([
    101,
    `${folder}/large.json: $.workspaces[99]: found 0, expected an object`,
    `${folder}/large.json: $: found more problems than these 100, expected none`,
  ]);
});

it('refuses a path that is not there', () => {
  const path = join(folderWith({}), 'nowhere');
  expect(problemsOf(path)).toEqual([
    `${path}: cannot be read as fixtures: ENOENT: no such file or directory, stat '${path}'`,
  ]);
});

it('refuses a folder without fixtures', () => {
  const folder = folderWith({ 'a.txt': 'text' });
  expect(problemsOf(folder)).toEqual([`${folder}: found no *.json file, expected at least one`]);
});

it('refuses a link that leads nowhere', () => {
  const folder = folderWith({});
  const link = join(folder, 'link.json');
  symlinkSync(join(folder, 'gone'), link);
  expect(problemsOf(folder)).toEqual([
    `${link}: $: found nothing that can be read (ENOENT: no such file or directory, open '${link}'), ` +
      'expected a fixture file',
  ]);
});

it('names every problem of every file at once', () => {
  const folder = folderWith({
    '1.json': '',
    '2.json': '{\n  "workspaces": [\n    { "name": "a", }\n  ]\n}\n',
    '3.json': { workspaces: [{ name: 'b c' }, { name: 'd', retentionDays: 'all' }] },
    '4.json': named('fine'),
    '5.json': { workspaces: [], more: true },
  });
  expect(problemsOf(folder)).toEqual([
    `${folder}/1.json: $: found broken JSON (Value expected at line 1, column 1), expected a fixture file`,
    `${folder}/2.json: $: found broken JSON (Property name expected at line 3, column 20), expected a fixture file`,
    `${folder}/3.json: $.workspaces[0].name: found "b c", expected 1 to 64 of A-Z a-z 0-9 . _ -`,
    `${folder}/3.json: $.workspaces[1].retentionDays: found "all", expected a whole number of at least 0`,
    `${folder}/5.json: $.more: found an unknown field with true, expected one of $schema, workspaces`,
    `${folder}/5.json: $.workspaces: found [], expected a list with at least 1 entry`,
  ]);
});

it('refuses names and keys that came before, in the same file, in another, and in one with other problems', () => {
  const folder = folderWith({
    '1.json': { workspaces: [{ name: 'a', apiKeys: [{ key: 'k' }, { key: 'k' }] }, { name: 'a' }] },
    '2.json': { workspaces: [{ name: 'b', apiKeys: [{ key: 'k', permissions: [] }] }] },
    '3.json': { workspaces: [{ name: 'b', size: 1 }, null, { name: 4 }] },
  });
  const clash = (path: string, value: string, first: string) =>
    `${folder}/${path}: found ${value}, expected another one: ${folder}/${first} has it already`;
  expect(problemsOf(folder).filter((problem) => problem.includes('already'))).toEqual([
    clash('1.json: $.workspaces[1].name', '"a"', '1.json: $.workspaces[0].name'),
    clash('3.json: $.workspaces[0].name', '"b"', '2.json: $.workspaces[0].name'),
    clash('1.json: $.workspaces[0].apiKeys[1].key', '…', '1.json: $.workspaces[0].apiKeys[0].key'),
    clash('2.json: $.workspaces[0].apiKeys[0].key', '…', '1.json: $.workspaces[0].apiKeys[0].key'),
  ]);
});

it('accepts one segment id in two workspaces, of one file and of two', () => {
  const folder = folderWith({
    '1.json': { workspaces: [tenant('a'), tenant('b')] },
    '2.json': { workspaces: [tenant('c')] },
  });
  expect(namesFrom(folder)).toEqual(['a', 'b', 'c']);
});
