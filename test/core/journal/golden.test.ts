import { expect, it } from 'vitest';
import { abandon, answer } from '../../../src/core/answer.js';
import type { Effect } from '../../../src/core/faults/fault.js';
import { viewOf } from '../../../src/core/journal/entry-view.js';
import type { ProfileName } from '../../../src/core/profiles/names.js';
import type { Recorded } from '../../../src/core/reply.js';
import type { ServiceRequest } from '../../../src/core/request.js';
import { REFUSALS } from '../../../src/core/refusals/codes.js';
import { mockOf } from '../../support/mock.js';

const SERIES = '/segments/data_series';
const KEY = 'Bearer YOUR-REST-API-KEY';

interface Case extends Partial<ServiceRequest> {
  authorization?: string | undefined;
  prefer?: string;
  effect?: Effect;
  remaining?: number;
  setup?: 'broken' | 'strict' | 'abandoned';
}

const series = (query: string): Case => ({ target: `${SERIES}?${query}` });
const GOOD = series('segment_id=segment_1234&length=7');

/** A request for every outcome, by what it shows. */
const CASES: Record<string, Case> = {
  http_malformed: { problem: { code: 'http_malformed', detail: 'the Host header is missing' } },
  query_malformed: series('%ff'),
  request_timeout: { problem: { code: 'request_timeout' } },
  body_too_large: { ...GOOD, problem: { code: 'body_too_large', limit: 1_048_576 } },
  uri_too_long: { problem: { code: 'uri_too_long', limit: 8192 } },
  expectation_failed: { problem: { code: 'expectation_failed', expectation: 'miracles' } },
  headers_too_large: { problem: { code: 'headers_too_large', limit: 16_384 } },
  not_found: { target: '/v1/segments/lists' },
  method_not_allowed: { ...GOOD, method: 'DELETE' },
  api_key_missing: { ...GOOD, authorization: undefined },
  api_key_invalid: { ...GOOD, authorization: 'Bearer your-rest-api-key' },
  'api_key_invalid, another instance': { ...GOOD, headers: { host: 'rest.fra-01.braze.com' } },
  permission_denied: { ...GOOD, authorization: 'Bearer KEY-WITHOUT-PERMISSIONS' },
  rate_limited: { ...GOOD, remaining: 0 },
  segment_id_required: series('length=7'),
  segment_id_invalid: series(`segment_id=${'x'.repeat(257)}&length=7`),
  length_required: series('segment_id=segment_1234'),
  length_invalid: series('segment_id=segment_1234&length={{length}}'),
  ending_at_invalid: series('segment_id=segment_1234&length=7&ending_at=1706659200'),
  ending_at_in_future: series('segment_id=segment_1234&length=7&ending_at=2024-02-02'),
  page_invalid: { target: '/segments/list?page=-1' },
  sort_direction_invalid: { target: '/segments/list?sort_direction=up' },
  parameter_repeated: series('segment_id=segment_1234&length=7&length=7'),
  parameter_unknown: { ...series('segment_id=segment_1234&length=7&lenght=8'), setup: 'strict' },
  segment_not_found: series('segment_id=SEGMENT_1234&length=7'),
  analytics_not_enabled: series('segment_id=segment_without_analytics&length=7'),
  internal_server_error: { ...GOOD, setup: 'broken' },
  'success of a series': GOOD,
  'success, some days left out': series('segment_id=segment_with_gaps&length=7&ending_at=2024-01-31'),
  'success, before the creation': series('segment_id=segment_young&length=7&ending_at=2024-01-31'),
  'success of a list': { target: '/segments/list' },
  'success of a page behind the last one': { target: '/segments/list?page=1' },
  'success of details': { target: '/segments/details?segment_id=segment_1234' },
  'success of campaigns': { target: '/campaigns/list' },
  'success, an unknown parameter ignored': series('segment_id=segment_1234&length=7&lenght=8'),
  'fault, a status': { ...GOOD, effect: { status: 503 } },
  'fault, a 429': { ...GOOD, effect: { status: 429 } },
  'fault, a delay': { ...GOOD, effect: { delay: { kind: 'fixed', ms: 5 } } },
  'fault, a broken connection': { ...GOOD, effect: { connection: 'EMPTY_RESPONSE' } },
  'fault, corrupted data': { ...GOOD, effect: { data: 'missing_day' } },
  'fault of the segment': series('segment_id=segment_timeout&length=7'),
  'Prefer: code=422': { ...GOOD, prefer: 'code=422' },
  'Prefer: code=200': { ...GOOD, prefer: 'code=200', effect: { status: 503 } },
  unanswered: { ...GOOD, setup: 'abandoned' },
};

function recorded(profile: ProfileName, given: Case): string[] {
  const {
    authorization = 'authorization' in given ? undefined : KEY,
    prefer,
    effect,
    remaining,
    setup,
    ...rest
  } = given;
  const mock = mockOf({ profile, clock: '2024-01-31T12:00:00Z', strictParameters: setup === 'strict' });
  const workspace = mock.workspaces.default;
  if (effect !== undefined) workspace?.faults.add({ effect });
  if (remaining !== undefined)
    workspace?.limiter.set({ capacity: 10, refillPerHour: 10 }, remaining, workspace.clock.now());
  if (setup === 'broken') Object.defineProperty(mock, 'seriesOf', { value: undefined });
  const { headers, ...request } = { method: 'GET', target: SERIES, ...rest };
  const all = { host: 'localhost', ...(authorization && { authorization }), ...(prefer && { prefer }), ...headers };
  const result: Recorded & { status?: number } = (setup === 'abandoned' ? abandon : answer)(mock, {
    ...request,
    headers: all,
  });
  result.journal.finish(result.trace, result.trace.status, 1);
  const view = viewOf(result.trace, mock.workspaces.mask);
  return [
    `${view.method} ${view.path} → ${view.status ?? 'no reply'}, ${view.outcome}`,
    ...view.explain.map(({ check, saw, decided }) =>
      `  ${check}: ${saw} → ${decided}`.replaceAll('x'.repeat(257), 'x…'),
    ),
    ...view.warnings.map((warning) => `  ! ${warning}`),
  ];
}

it('has a request for every code', () => {
  expect(Object.keys(REFUSALS).filter((code) => !(code in CASES))).toEqual([]);
});

it.each(['documented', 'observed'] as const)(
  'every trace in the profile %s reads as its file says',
  async (profile) => {
    const texts = Object.entries(CASES).map(([name, given]) =>
      [`# ${name}`, ...recorded(profile, given), ''].join('\n'),
    );
    await expect(texts.join('\n')).toMatchFileSnapshot(`traces-${profile}.txt`);
  },
);
