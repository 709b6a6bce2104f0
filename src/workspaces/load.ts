import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../configuration-error.js';
import { describeProblem } from '../validation.js';
import { checkFixture, clashesAmong, type FixtureDocument, type WorkspaceFixture } from './fixture.js';

/** The built-in workspaces, which serve when no fixtures are given. */
export const BUILT_IN = fileURLToPath(new URL('../../fixtures/workspaces', import.meta.url));

/**
 * Reads the workspaces of a fixture file, or of every `*.json` of a folder by name (not of its subfolders).
 * @throws ConfigurationError naming every problem of every file.
 */
export function loadFixtures(path: string): WorkspaceFixture[] {
  const problems: string[] = [];
  const documents: FixtureDocument[] = [];
  const workspaces: WorkspaceFixture[] = [];
  for (const file of filesAt(path)) {
    const document = attempt(() => JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')) as unknown);
    if (document instanceof Error) {
      problems.push(`${file}: $: found no JSON, expected a fixture file: ${document.message}`);
      continue;
    }
    documents.push({ file, document });
    const checked = checkFixture(document);
    if (checked.ok) workspaces.push(...checked.value.workspaces);
    else problems.push(...checked.problems.map((problem) => `${file}: ${describeProblem(problem)}`));
  }
  problems.push(...clashesAmong(documents).map(describeProblem));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return workspaces;
}

function filesAt(path: string): string[] {
  const files = attempt(() => (statSync(path).isDirectory() ? jsonFilesIn(path) : [path]));
  if (files instanceof Error) throw new ConfigurationError([`${path}: cannot be read as fixtures: ${files.message}`]);
  if (files.length === 0) throw new ConfigurationError([`${path}: found no *.json file, expected at least one`]);
  return files;
}

function jsonFilesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.toSorted().map((name) => join(folder, name));
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
