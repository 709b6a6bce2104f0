import type { Endpoint } from '../context.js';
import { memoized } from '../memo.js';
import { campaigns } from './campaigns.js';
import { dataSeries } from './data-series.js';
import { details } from './details.js';
import { list } from './list.js';

/** The simulated endpoints of Braze. */
export const ENDPOINTS: readonly Endpoint[] = [dataSeries, list, details, campaigns];

/** A process has few base paths. */
const MOST_BASE_PATHS = 100;

const beneath = memoized(MOST_BASE_PATHS, (basePath: string) => {
  const endpoints = ENDPOINTS.map((endpoint) => ({ ...endpoint, path: basePath + endpoint.path }) as Endpoint);
  const byPath: ReadonlyMap<string, Endpoint> = new Map(endpoints.map((endpoint) => [endpoint.path, endpoint]));
  // One list shared by the journal entries that quote it.
  const paths = [...byPath.keys()];
  return { byPath, paths, steps: paths.map((path) => path.split('/').slice(1)) };
});

/**
 * The endpoints as a mock with this base path serves them; their paths include it. `steps` are the names between the
 * slashes of each path.
 */
export function endpointsBeneath(basePath = '') {
  return beneath(basePath);
}

export function endpointAt(path: string, basePath: string | undefined): Endpoint | undefined {
  return endpointsBeneath(basePath).byPath.get(path);
}
