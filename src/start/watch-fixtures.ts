import type { Logger } from 'pino';
import type { Mock } from '../core/mock.js';
import type { LoadedFile } from '../fixtures/load.js';
import { FixtureWatch } from '../fixtures/watch.js';
import { clearInterval, setInterval } from '../system/real-time.js';
import { madeUpKeys } from './made-up-keys.js';

/** Milliseconds between looks at the fixture files. */
const LOOK = 250;

export interface WatchedFixtures {
  /** The path of the file or the folder. */
  path: string;
  /** What it held when the mock was made. */
  files: LoadedFile[];
  log: Logger;
  /** Can the control API be asked for keys? */
  noControl: boolean;
}

/** Reloads the fixtures of a mock when they change, and logs that. Gives the function that ends it. */
export function watchFixtures(mock: Mock, { path, files, log, noControl }: WatchedFixtures): () => void {
  const watch = new FixtureWatch(mock, path, files);
  // A log has no whole keys: it says where they can be read.
  const where = noControl ? 'start again to have them printed' : 'GET /__mock/workspaces shows them';
  const madeUp = `API keys were made up for workspaces without apiKeys; ${where}`;
  // By name and key: a reload that gives a workspace's made-up key to another workspace makes up a new one.
  const nameAndKey = (made: { name: string; key: string }) => `${made.name}\n${made.key}`;
  const told = new Set(madeUpKeys(mock).map(nameAndKey));
  const timer = setInterval(() => {
    const look = watch.look();
    if (look === undefined) return;
    if ('problems' in look) {
      const problems = look.problems.map(mock.workspaces.mask);
      log.error({ problems }, 'fixtures not reloaded; the last good state goes on');
      return;
    }
    log.info({ changed: look.changed }, 'fixtures reloaded');
    const made = madeUpKeys(mock).filter((one) => !told.has(nameAndKey(one)));
    if (made.length === 0) return;
    for (const one of made) told.add(nameAndKey(one));
    log.warn({ workspaces: made.map(({ name }) => name) }, madeUp);
  }, LOOK);
  return () => clearInterval(timer);
}
