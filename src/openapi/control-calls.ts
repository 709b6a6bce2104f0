import { LIMITS } from '../server/transport/limits.js';
import type { ControlCode } from '../operations/errors.js';
import { ProfileName } from '../core/profiles/names.js';
import type { RefusalCode } from '../core/refusals/codes.js';
import type { Json } from './schemas.js';

/** A call of the control API that succeeds. */
export interface ControlCall {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: Json;
}

const [, OTHER_PROFILE] = ProfileName.anyOf;
const checkout = { params: { name: 'checkout' } };
const copied = { params: { name: 'copied' } };
const vip = { params: { name: 'checkout', id: 'vip' } };
const faultParams = { params: { name: 'checkout', id: 'fault-1' } };
const entry = { params: { name: 'checkout', id: '1' } };
const advanced = { by: 'PT1H' };
const filter = (outcome: string) => ({ outcome, segmentId: 'segment_1234', since: '2024-01-01' });

/**
 * Calls of every operation by `operationId`, each with the name of its example. They depend on each other and run in
 * this order.
 */
export const EXAMPLE_CALLS: [operationId: string, name: string, call: ControlCall][] = [
  ['health', 'success', {}],
  ['health', 'verbose', { query: { verbose: 'true' } }],
  ['readiness', 'success', {}],
  ['showVersion', 'success', {}],
  ['showFidelity', 'success', {}],
  ['showUi', 'success', {}],
  ['showPage', 'success', {}],
  ['showPageFile', 'success', { params: { file: 'NOTICE' } }],
  ['makeWorkspace', 'success', { body: { name: 'checkout', apiKeys: [{ key: 'CHECKOUT-KEY' }] } }],
  ['listWorkspaces', 'success', {}],
  ['showWorkspace', 'success', checkout],
  ['addApiKey', 'success', { ...checkout, body: { key: 'NO-RIGHTS', permissions: [] } }],
  ['revokeApiKey', 'success', { params: { name: 'checkout', key: 'NO-RIGHTS' } }],
  ['showProfile', 'success', checkout],
  ['setProfile', 'success', { ...checkout, body: { profile: OTHER_PROFILE.const } }],
  ['putSegment', 'success', { ...vip, body: { type: 'static', points: { '2024-01-01': 4711 } } }],
  ['putSegment', 'replaced', { ...vip, body: { type: 'static', size: 4711 } }],
  ['patchSegment', 'success', { ...vip, body: { analyticsTrackingEnabled: false } }],
  [
    'patchSegment',
    'points',
    { ...vip, body: { tags: null, points: [{ time: '2023-12-31T00:00:00+00:00', size: 4700 }] } },
  ],
  ['listSegments', 'success', { params: { name: 'default' } }],
  ['showSegment', 'success', vip],
  ['showSeries', 'success', { ...vip, query: { from: '2023-12-31', to: '2024-01-01' } }],
  ['showSeries', 'csv', { ...vip, query: { from: '2023-12-31', to: '2024-01-01', format: 'csv' } }],
  ['showTrend', 'success', { ...vip, query: { from: '2023-10-01', to: '2024-01-01' } }],
  [
    'previewReply',
    'success',
    { ...vip, query: { length: '2', ending_at: '2024-01-01', profile: OTHER_PROFILE.const } },
  ],
  ['removeSegment', 'success', vip],
  ['showClock', 'success', checkout],
  ['setClock', 'success', { ...checkout, body: { now: '2024-01-31T23:00:00Z', frozen: true } }],
  ['advanceClock', 'success', { ...checkout, body: advanced }],
  ['resetClock', 'success', checkout],
  ['showRateLimit', 'success', checkout],
  ['setRateLimit', 'success', { ...checkout, body: { capacity: 5, refillPerHour: 3600, remaining: 0 } }],
  ['setRateLimit', 'off', { ...checkout, body: 'off' }],
  ['planFault', 'success', { ...checkout, body: { trigger: { times: 2 }, effect: { status: 503 } } }],
  ['listFaults', 'success', checkout],
  ['showFault', 'success', faultParams],
  ['dropFault', 'success', faultParams],
  ['dropFaults', 'success', checkout],
  ['changeState', 'success', { ...checkout, body: { state: 'outage', params: { status: 502 }, action: 'setup' } }],
  ['changeState', 'teardown', { ...checkout, body: { state: 'outage', action: 'teardown' } }],
  ['playStoryboard', 'success', { ...checkout, body: { name: 'outage' } }],
  [
    'playStoryboard',
    'own',
    {
      ...checkout,
      body: { name: 'mine', faults: [{ trigger: { from: 'PT1M', until: 'PT2M' }, effect: { status: 503 } }] },
    },
  ],
  ['listStoryboards', 'success', checkout],
  ['endStoryboard', 'success', { params: { name: 'checkout', storyboard: 'outage' } }],
  ['listRequests', 'success', { ...checkout, query: { limit: '1', status: '200', ...filter('success') } }],
  ['showRequest', 'success', entry],
  ['answerRequestAgain', 'success', { ...entry, query: { profile: OTHER_PROFILE.const, faults: 'off' } }],
  ['judgeRequests', 'success', checkout],
  ['forgetRequests', 'success', checkout],
  ['countRequests', 'success', { ...checkout, query: { limit: '1', status: '200', ...filter('success') } }],
  ['streamRequests', 'success', checkout],
  ['listStrays', 'success', { query: { limit: '1', status: '401', ...filter('api_key_invalid') } }],
  ['showStray', 'success', { params: { id: '1' } }],
  ['answerStrayAgain', 'success', { params: { id: '1' }, query: { profile: OTHER_PROFILE.const, faults: 'off' } }],
  ['judgeStrays', 'success', {}],
  ['forgetStrays', 'success', {}],
  ['countStrays', 'success', { query: { limit: '1', status: '401', ...filter('api_key_invalid') } }],
  ['streamStrays', 'success', {}],
  [
    'putWorkspace',
    'success',
    { ...copied, body: { workspaces: [{ name: 'copied', apiKeys: [{ key: 'COPIED-KEY' }] }] } },
  ],
  ['putWorkspace', 'replaced', { ...copied, body: { apiKeys: [{ key: 'COPIED-KEY' }], rateLimit: 'off' } }],
  ['showFixture', 'success', copied],
  ['resetWorkspace', 'success', checkout],
  ['removeWorkspace', 'success', checkout],
  ['resetAll', 'success', {}],
];

/** The API keys of requests made before an operation, so that the journals hold an entry. */
export const SETUP_KEYS: Record<string, { key: string }> = {
  listRequests: { key: 'CHECKOUT-KEY' },
  listStrays: { key: 'UNKNOWN-KEY' },
};
/** The target of these requests. */
export const SETUP_TARGET = '/segments/data_series?segment_id=segment_1234&length=1';

/** Path parameters for which an operation is refused, by code. */
export const MISSING: Partial<Record<ControlCode, Record<string, string>>> = {
  not_found: { file: 'nothing.js' },
  workspace_not_found: { name: 'nobody' },
  api_key_not_found: { key: 'NO-SUCH-KEY' },
  segment_not_found: { id: 'unknown' },
  fault_not_found: { id: 'fault-99' },
  storyboard_not_found: { storyboard: 'nothing' },
  request_not_found: { id: '99' },
};

/** A request that is refused with a code. */
export interface RefusedExample {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** Whether the mock requires a control token. */
  guarded?: true;
  /** Whether the mock itself fails. */
  failing?: true;
}

type Shown = ControlCode | Extract<RefusalCode, 'query_malformed' | 'uri_too_long' | 'expectation_failed'>;

/** A refused request for every code of the control API. */
export const REFUSED: Record<Shown, RefusedExample> = {
  query_malformed: { path: '/workspaces?%ff' },
  uri_too_long: { path: `/workspaces?${'a'.repeat(LIMITS.url)}` },
  expectation_failed: { path: '/workspaces', headers: { expect: 'miracles' } },
  host_forbidden: { path: '/workspaces', headers: { host: 'mock.example.com' } },
  origin_forbidden: { path: '/workspaces', headers: { origin: 'https://example.com' } },
  control_token_invalid: { path: '/workspaces', guarded: true },
  method_not_allowed: { method: 'PATCH', path: '/workspaces' },
  body_too_large: { method: 'POST', path: '/workspaces', headers: { 'content-length': String(LIMITS.body + 1) } },
  body_malformed: { method: 'POST', path: '/workspaces', body: '{' },
  body_invalid: { method: 'POST', path: '/workspaces', body: '{"nam":"checkout","retentionDays":-1}' },
  query_invalid: { path: '/requests?limit=many' },
  not_found: { path: '/docs/nothing.js' },
  workspace_not_found: { path: '/workspaces/nobody' },
  api_key_not_found: { method: 'DELETE', path: '/workspaces/default/api-keys/NO-SUCH-KEY' },
  segment_not_found: { path: '/workspaces/default/segments/unknown' },
  fault_not_found: { path: '/workspaces/default/faults/fault-99' },
  state_not_found: { method: 'POST', path: '/workspaces/default/states', body: '{"state":"rainy"}' },
  storyboard_not_found: { method: 'DELETE', path: '/workspaces/default/storyboards/flaky' },
  request_not_found: { path: '/requests/99' },
  workspace_exists: { method: 'POST', path: '/workspaces', body: '{"name":"default"}' },
  api_key_exists: { method: 'POST', path: '/workspaces', body: '{"apiKeys":[{"key":"YOUR-REST-API-KEY"}]}' },
  storyboard_playing: { method: 'POST', path: '/workspaces/default/storyboards', body: '{"name":"outage"}' },
  segment_in_use: { method: 'DELETE', path: '/workspaces/default/segments/segment_visited' },
  internal_server_error: { method: 'POST', path: '/reset', failing: true },
};
