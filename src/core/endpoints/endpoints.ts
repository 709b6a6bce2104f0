import type { Endpoint } from '../context.js';
import { campaigns } from './campaigns.js';
import { dataSeries } from './data-series.js';
import { details } from './details.js';
import { list } from './list.js';

/** The simulated endpoints of Braze. */
export const ENDPOINTS: readonly Endpoint[] = [dataSeries, list, details, campaigns];

const byPath = new Map<string, Endpoint>(ENDPOINTS.map((endpoint) => [endpoint.path, endpoint]));

export function endpointAt(path: string): Endpoint | undefined {
  return byPath.get(path);
}
