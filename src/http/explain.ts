import type { IncomingHttpHeaders } from 'node:http';
import type { ExplainStep } from '../journal/journal.js';
import { sentence } from '../refusals/sentences.js';
import { instanceOfHost } from '../workspaces/instances.js';
import type { Exchange } from './exchange.js';
import { redactKey } from '../workspaces/api-key.js';
import { plainPath } from './paths.js';
import type { RefusalCode } from '../refusals/refusals.js';

/** What is known of a request when its reply is gone. */
export interface Evidence {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  exchange: Exchange;
  status: number | undefined;
}

interface Check {
  readonly check: string;
  /** What it refuses with. */
  readonly codes: readonly RefusalCode[];
  /** The endpoints that it is made for; all of them where nothing is said. */
  readonly paths?: readonly string[];
  readonly saw: (evidence: Evidence) => string;
  /** What it decided where it let the request pass. */
  readonly passed: (evidence: Evidence) => string;
}

/** The checks that a request meets, in the order of refusals. */
export const CHECKS: readonly Check[] = [
  {
    check: 'request',
    codes: ['http_malformed', 'query_malformed', 'uri_too_long', 'body_too_large'],
    saw: ({ method, url }) => `${method} with a URL of ${url.length} bytes`,
    passed: () => 'readable',
  },
  {
    check: 'path',
    codes: ['not_found'],
    saw: ({ url }) => plainPath(url),
    passed: () => 'an endpoint',
  },
  { check: 'method', codes: ['method_not_allowed'], saw: ({ method }) => method, passed: () => 'answered there' },
  {
    check: 'authorization',
    codes: ['api_key_missing'],
    saw: ({ headers, exchange }) => authorization(headers, exchange),
    passed: () => 'carries an API key',
  },
  {
    check: 'apiKey',
    codes: ['api_key_invalid'],
    saw: ({ headers, exchange: { presentedKey = '' } }) =>
      `key ${redactKey(presentedKey)} of ${presentedKey.length} characters; ${hostWords(headers.host)}`,
    passed: ({ exchange }) => `opens the workspace ${exchange.opened?.workspace.name ?? ''}`,
  },
  {
    check: 'permission',
    codes: ['permission_denied'],
    saw: ({ exchange }) =>
      `the key's permissions: ${[...(exchange.opened?.apiKey.permissions ?? [])].join(', ') || 'none'}`,
    passed: () => 'has the one needed',
  },
  {
    check: 'rateLimit',
    codes: ['rate_limited'],
    saw: ({ exchange: { limit } }) =>
      limit === undefined
        ? 'no limit'
        : `${limit.decision.remaining} of ${limit.decision.limit} left after this request`,
    passed: ({ exchange: { limit } }) => (limit === undefined ? 'let through' : 'took a token'),
  },
  { check: 'fault', codes: [], saw: seenFaults, passed: struck },
  {
    check: 'parameters',
    codes: [
      'segment_id_required',
      'segment_id_invalid',
      'length_required',
      'length_invalid',
      'ending_at_invalid',
      'ending_at_in_future',
      'page_invalid',
      'sort_direction_invalid',
      'parameter_repeated',
      'parameter_unknown',
    ],
    saw: ({ exchange }) => exchange.parameters.map(({ name, value }) => `${name}=${value}`).join(', ') || 'none',
    passed: () => 'all valid',
  },
  {
    check: 'segment',
    codes: ['segment_not_found'],
    paths: ['/segments/data_series', '/segments/details'],
    saw: namedSegment,
    passed: () => 'found',
  },
  {
    check: 'analytics',
    codes: ['analytics_not_enabled'],
    paths: ['/segments/data_series'],
    saw: namedSegment,
    passed: () => 'tracking is on',
  },
];

/** Tells check by check why a request was answered as it was. */
export function explain(evidence: Evidence): ExplainStep[] {
  const { strike, preferred, refusal } = evidence.exchange;
  const planned =
    preferred !== undefined || strike?.effect.status !== undefined || strike?.effect.connection !== undefined;
  const steps: ExplainStep[] = [];
  for (const { check, codes, paths, saw, passed } of CHECKS) {
    if (paths?.includes(plainPath(evidence.url)) === false) continue;
    const refused = !planned && refusal !== undefined && codes.some((code) => code === refusal.reasons[0].code);
    steps.push({ check, saw: saw(evidence), decided: refused ? refusedWith(evidence) : passed(evidence) });
    if (refused || (planned && check === 'fault')) break;
  }
  return steps;
}

function refusedWith({ exchange, status }: Evidence): string {
  const reasons = exchange.refusal?.reasons ?? [];
  return reasons
    .map((reason) => `refused with ${status ?? 'a broken connection,'} ${reason.code}: ${sentence(reason)}`)
    .join('; ');
}

function authorization(headers: IncomingHttpHeaders, { presentedKey }: Exchange): string {
  if (headers.authorization === undefined) return 'no Authorization header';
  return presentedKey === undefined ? 'a header that is not "Bearer <key>"' : `Bearer ${redactKey(presentedKey)}`;
}

function hostWords(host: string | undefined): string {
  const instance = instanceOfHost(host);
  return `Host ${host ?? 'missing'}, ${instance === undefined ? 'which names no instance' : `which names ${instance}`}`;
}

function namedSegment({ exchange }: Evidence): string {
  return exchange.parameters.find(({ name }) => name === 'segment_id')?.value ?? '';
}

function seenFaults({ headers, exchange: { opened, preferred } }: Evidence): string {
  const planned = `${opened?.workspace.faults.list().length ?? 0} planned now`;
  return headers['prefer'] === undefined
    ? planned
    : `Prefer: ${String(headers['prefer'])}${preferred === undefined ? ' (passed over)' : ''}; ${planned}`;
}

function struck(evidence: Evidence): string {
  const { preferred, strike } = evidence.exchange;
  if (preferred !== undefined) return `${refusedWith(evidence)} (as preferred)`;
  return strike === undefined ? 'none struck' : `${strike.id} struck: ${JSON.stringify(strike.effect)}`;
}
