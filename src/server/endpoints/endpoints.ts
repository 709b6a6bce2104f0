import type { Endpoint } from './exchange.js';
import { CampaignsParameters, DataSeriesParameters, DetailsParameters, ListParameters } from './query.js';

/** What each of the imitated endpoints needs, takes and answers. */
export const ENDPOINTS = {
  dataSeries: { permission: 'segments.data_series', parameters: DataSeriesParameters, answer: 'series' },
  list: { permission: 'segments.list', parameters: ListParameters, answer: 'list' },
  details: { permission: 'segments.details', parameters: DetailsParameters, answer: 'details' },
  campaigns: { permission: 'campaigns.list', parameters: CampaignsParameters, answer: 'campaigns' },
} as const satisfies Record<string, Endpoint>;
