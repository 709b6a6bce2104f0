import type { NamedFaults } from './faults.js';

/** A storyboard with what it is about, and how fast the clock runs where a client is to see its end. */
export interface BuiltInStoryboard extends NamedFaults {
  readonly sentence: string;
  /** The scale of the clock at which a wait that is told lasts seconds instead of hours. Default: 1. */
  readonly scale?: number;
}

const SERIES = '/segments/data_series';
const htmlPage = (status: number) => ({ status, body: 'html' }) as const;

/**
 * Scenes that happen to clients of an API. What a client should survive ends after a number of requests, so that
 * retries after 1, 2, 4 and 8 seconds get through on any clock; what has to be waited for has a scale.
 */
export const BUILT_IN_STORYBOARDS: readonly BuiltInStoryboard[] = [
  {
    name: 'outage',
    sentence: 'The service is down: the first three requests get the 503 page of its proxy.',
    faults: [{ trigger: { times: 3 }, effect: htmlPage(503) }],
  },
  {
    name: 'brownout',
    sentence: 'The service is overloaded: replies are slow, and some requests time out at the proxy.',
    faults: [
      {
        trigger: { probability: 0.3, times: 5 },
        effect: { delay: { kind: 'fixed', ms: 400 }, ...htmlPage(504) },
      },
      { trigger: { times: 40 }, effect: { delay: { kind: 'lognormal', medianMs: 80, sigma: 0.7 } } },
    ],
  },
  {
    name: 'flaky',
    sentence: 'Some requests fail, with a 500, a 502 or a connection reset.',
    faults: [
      { trigger: { probability: 0.15, times: 4 }, effect: { status: 500 } },
      { trigger: { probability: 0.15, times: 4 }, effect: htmlPage(502) },
      { trigger: { probability: 0.1, times: 4 }, effect: { connection: 'CONNECTION_RESET_BY_PEER' } },
    ],
  },
  {
    name: 'quota-squeeze',
    sentence: 'The quota is used up: every request gets a 429 that says to wait until an hour has passed.',
    faults: [{ trigger: { until: 'PT1H' }, effect: { status: 429 } }],
    scale: 900,
  },
  {
    name: 'noisy-neighbour',
    sentence: 'Another client sends 5,000 requests a second for an hour, and uses up the shared limit within a minute.',
    faults: [{ trigger: { until: 'PT1H' }, effect: { drain: { perSecond: 5_000 } } }],
    scale: 900,
  },
  {
    name: 'key-rotation',
    sentence: 'The API key is revoked after two requests: each further one gets a 401, and retries do not help.',
    faults: [{ trigger: { after: 2 }, effect: { status: 401 } }],
  },
  {
    name: 'permission-lost',
    sentence: 'After the first series, the API key loses the permission for series and keeps the others.',
    faults: [{ trigger: { path: SERIES, after: 1 }, effect: { status: 403 } }],
  },
  {
    name: 'segment-gone',
    sentence: 'Segments are deleted after the first series: each further one gets a 404.',
    faults: [{ trigger: { path: SERIES, after: 1 }, effect: { status: 404 } }],
  },
  {
    name: 'tracking-off',
    sentence: 'Analytics tracking is turned off after the first series: each further one gets a 422.',
    faults: [{ trigger: { path: SERIES, after: 1 }, effect: { status: 422 } }],
  },
  {
    name: 'late-processing',
    sentence: 'Processing is late: for twelve hours, the two newest days are not available.',
    faults: [{ trigger: { until: 'PT12H' }, effect: { data: { late_days: 2 } } }],
  },
  {
    name: 'bad-data-day',
    sentence:
      'Six series have bad data: a missing day, a repeated one, days out of order, a zero, a huge size, a revision.',
    faults: (['missing_day', 'duplicate_day', 'shuffled', 'zero_dip', 'huge_size', 'revised_yesterday'] as const).map(
      (data) => ({ trigger: { path: SERIES, times: 1 }, effect: { data } }),
    ),
  },
  {
    name: 'edge-garbage',
    sentence: 'A proxy breaks replies: an HTML page, bytes that are not HTTP, bodies that end early.',
    faults: [
      { trigger: { times: 1 }, effect: htmlPage(502) },
      { trigger: { times: 1 }, effect: { connection: 'RANDOM_DATA_THEN_CLOSE' } },
      { trigger: { times: 1 }, effect: { connection: 'MALFORMED_RESPONSE_CHUNK' } },
      { trigger: { times: 1 }, effect: { truncate: 0.5 } },
    ],
  },
  {
    name: 'bad-morning',
    sentence: 'Several problems at once: first a 429, soon after two 503s, slow replies, and yesterday is late.',
    faults: [
      // A client that backs off by itself waits a second.
      { trigger: { until: 'PT5S', times: 1 }, effect: { status: 429, headers: { 'retry-after': '1' } } },
      { trigger: { after: 3, times: 2 }, effect: htmlPage(503) },
      { trigger: { path: SERIES, until: 'PT6H', after: 8 }, effect: { data: { late_days: 1 } } },
      { trigger: { times: 8 }, effect: { delay: { kind: 'uniform', minMs: 50, maxMs: 250 } } },
    ],
  },
];
