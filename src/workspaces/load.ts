import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../configuration-error.js';
import { describeProblem, type Problem } from '../validation.js';
import {
  checkFixture,
  clashesAmong,
  type FixtureDocument,
  type FixtureFile,
  type WorkspaceFixture,
} from './fixture.js';
import { findMistake } from './json.js';

/** The built-in workspaces, which serve when no fixtures are given. */
export const BUILT_IN = fileURLToPath(new URL('../../fixtures/workspaces', import.meta.url));

/**
 * Reads the workspaces of a fixture file, or of every `*.json` of a folder by name (not of its subfolders).
 * @throws ConfigurationError naming every problem of every file.
 */
export function loadFixtures(path: string): WorkspaceFixture[] {
  const files = filesAt(path).map(readFixtureFile);
  const problems = [
    ...files.flatMap(({ file, problems: own }) => own.map((problem) => `${file}: ${describeProblem(problem)}`)),
    ...clashesAmong(files).map(describeProblem),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return files.flatMap(({ document }) => (document as FixtureFile).workspaces);
}

/** Of a file that holds no JSON the document is `undefined`. */
function readFixtureFile(file: string): FixtureDocument & { problems: Problem[] } {
  const text = attempt(() => readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  if (text instanceof Error) {
    const found = `nothing that can be read (${text.message})`;
    return { file, document: undefined, problems: [{ path: '$', found, expected: 'a fixture file' }] };
  }
  const document = attempt(() => JSON.parse(text) as unknown);
  if (document instanceof Error) return { file, document: undefined, problems: [brokenJson(text)] };
  const checked = checkFixture(document);
  return { file, document, problems: checked.ok ? [] : checked.problems };
}

function brokenJson(text: string): Problem {
  const mistake = findMistake(text);
  if (mistake === undefined) throw new Error('JSON.parse refuses a text in which findMistake sees no mistake');
  const { found, line, column, expected } = mistake;
  return { path: '$', found: `broken JSON, ${found} at line ${line}, column ${column}`, expected };
}

function filesAt(path: string): string[] {
  const files = attempt(() => (statSync(path).isDirectory() ? jsonFilesIn(path) : [path]));
  if (files instanceof Error) throw new ConfigurationError([`${path}: cannot be read as fixtures: ${files.message}`]);
  if (files.length === 0) throw new ConfigurationError([`${path}: found no *.json file, expected at least one`]);
  return files;
}

function jsonFilesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json')).map(({ name }) => name);
  return names.toSorted().map((name) => join(folder, name));
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
