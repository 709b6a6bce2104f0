import type { Logger } from 'pino';
import type { Mock } from '../core/mock.js';
import type { FixtureWatch } from '../fixtures/watch.js';
import { setInterval, type Timer } from '../system/real-time.js';
import { generatedKeys } from './make-mock.js';

const FIXTURES_POLL_MS = 250;

/**
 * Reloads the fixtures of a mock when they change, and logs it. Abort the timer to stop watching.
 * @param noControl whether the control API is off, so that it cannot show keys
 */
export function watchFixtures(mock: Mock, watch: FixtureWatch, log: Logger, noControl: boolean): Timer {
  // The log masks keys, so it says where to read them.
  const where = noControl ? 'start again to have them printed' : 'GET /__mock/workspaces shows them';
  const message = `API keys were generated for workspaces without apiKeys; ${where}`;
  // By name and key: if a reload gives a generated key to another workspace, a new one is generated.
  const nameAndKey = ({ name, key }: { name: string; key: string }) => `${name}\n${key}`;
  const reported = new Set(generatedKeys(mock).map(nameAndKey));
  return setInterval(() => {
    const result = watch.poll();
    if (result === undefined) return;
    if ('problems' in result) {
      const problems = result.problems.map(mock.workspaces.mask);
      log.error({ problems }, 'fixtures not reloaded; the last valid state stays');
      return;
    }
    log.info({ changed: result.changed }, 'fixtures reloaded');
    const { skipped } = mock.exchanges;
    if (skipped.length > 0) log.warn({ skipped }, 'exchanges that are not replayed');
    const made = generatedKeys(mock).filter((one) => !reported.has(nameAndKey(one)));
    if (made.length === 0) return;
    for (const one of made) reported.add(nameAndKey(one));
    log.warn({ workspaces: made.map(({ name }) => name) }, message);
  }, FIXTURES_POLL_MS);
}
