import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
// eslint-disable-next-line import/default -- a CommonJS package, whose exports are Node's default import
import jsonc, { type ParseError } from 'jsonc-parser';
import { ConfigurationError } from '../configuration-error.js';
import { packaged } from '../package.js';
import { describeProblem, type Problem } from '../problems.js';
import {
  checkFixture,
  clashesAmong,
  type FixtureDocument,
  type FixtureFile,
  type WorkspaceFixture,
} from './fixture.js';

/** The built-in workspaces, which serve when no fixtures are given. */
export const BUILT_IN = packaged('fixtures', 'workspaces');

/** A fixture file as it was read. */
export interface LoadedFile {
  file: string;
  text: string;
  workspaces: WorkspaceFixture[];
}

/**
 * Reads a fixture file, or every `*.json` of a folder by name (not of its subfolders).
 * @throws ConfigurationError naming every problem of every file.
 */
export function loadFixtureFiles(path: string): LoadedFile[] {
  const files = fixtureFilesAt(path).map(readFixtureFile);
  const problems = [
    ...files.flatMap(({ file, problems: own }) => own.map((problem) => `${file}: ${describeProblem(problem)}`)),
    ...clashesAmong(files).map(describeProblem),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return files.map(({ file, text, document }) => ({ file, text, workspaces: (document as FixtureFile).workspaces }));
}

/** The workspaces of a fixture file or folder. */
export function loadFixtures(path: string): WorkspaceFixture[] {
  return loadFixtureFiles(path).flatMap(({ workspaces }) => workspaces);
}

/** Of a file that holds no JSON the document is `undefined`. */
function readFixtureFile(file: string): FixtureDocument & { text: string; problems: Problem[] } {
  const text = attempt(() => readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  if (text instanceof Error) {
    const found = `nothing that can be read (${text.message})`;
    return { file, text: '', document: undefined, problems: [{ path: '$', found, expected: 'a fixture file' }] };
  }
  const document = attempt(() => JSON.parse(text) as unknown);
  if (document instanceof Error) return { file, text, document: undefined, problems: [brokenJson(text)] };
  const checked = checkFixture(document);
  return { file, text, document, problems: checked.ok ? [] : checked.problems };
}

/** Says where a text stops being JSON; the words of `JSON.parse` differ between Node versions, and often do not. */
export function whereBroken(text: string): string {
  const errors: ParseError[] = [];
  // It descends level by level, and a file can be too deep for that.
  attempt(() => jsonc.parse(text, errors, { disallowComments: true }) as unknown);
  const { error, offset } = errors[0] ?? { error: 1, offset: text.length };
  const before = text.slice(0, offset).split('\n');
  return `${wordsOf(error)} at line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
}

function brokenJson(text: string): Problem {
  return { path: '$', found: `broken JSON (${whereBroken(text)})`, expected: 'a fixture file' };
}

/** `PropertyNameExpected` in words. */
function wordsOf(error: ParseError['error']): string {
  return jsonc.printParseErrorCode(error).replace(/(?!^)[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

/** The fixture files of a path: itself, or the `*.json` of a folder by name. */
export function fixtureFilesAt(path: string): string[] {
  const files = attempt(() => (statSync(path).isDirectory() ? jsonFilesIn(path) : [path]));
  if (files instanceof Error) throw new ConfigurationError([`${path}: cannot be read as fixtures: ${files.message}`]);
  if (files.length === 0) throw new ConfigurationError([`${path}: found no *.json file, expected at least one`]);
  return files;
}

function jsonFilesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.filter((entry) => isFixture(entry)).map(({ name }) => name);
  return names.toSorted().map((name) => join(folder, name));
}

/** The schema may lie beside the fixtures that name it. */
function isFixture(entry: Dirent): boolean {
  return !entry.isDirectory() && entry.name.endsWith('.json') && entry.name !== 'schema.json';
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
