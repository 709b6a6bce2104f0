import type { Endpoint } from '../context.js';
import { campaigns } from './campaigns.js';
import { dataSeries } from './data-series.js';
import { details } from './details.js';
import { list } from './list.js';

/** The simulated endpoints of Braze. */
export const ENDPOINTS: readonly Endpoint[] = [dataSeries, list, details, campaigns];

interface Endpoints {
  byPath: ReadonlyMap<string, Endpoint>;
  /** Shared by the journal entries that quote it. */
  paths: readonly string[];
  /** The names between the slashes of each path. */
  steps: readonly string[][];
}

/** By base path. A process has few of them. */
const beneath = new Map<string, Endpoints>();

/** The endpoints as a mock with this base path serves them; their paths include it. */
export function endpointsBeneath(basePath = ''): Endpoints {
  let known = beneath.get(basePath);
  if (known === undefined) {
    const endpoints = ENDPOINTS.map((endpoint) => ({ ...endpoint, path: basePath + endpoint.path }) as Endpoint);
    const byPath = new Map(endpoints.map((endpoint) => [endpoint.path as string, endpoint]));
    const paths = [...byPath.keys()];
    known = { byPath, paths, steps: paths.map((path) => path.split('/').slice(1)) };
    beneath.set(basePath, known);
  }
  return known;
}

export function endpointAt(path: string, basePath: string | undefined): Endpoint | undefined {
  return endpointsBeneath(basePath).byPath.get(path);
}
