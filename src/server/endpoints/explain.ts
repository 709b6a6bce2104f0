import type { IncomingHttpHeaders } from 'node:http';
import type { ExplainStep } from '../../core/journal/journal.js';
import type { Strike } from '../../core/faults/faults.js';
import type { Decision } from '../../core/rate-limit/algorithm.js';
import { codeOf, sentence } from '../../core/refusals/messages.js';
import { instanceOfHost } from '../../core/workspaces/instances.js';
import type { Registry } from '../../core/workspaces/registry.js';
import type { ApiKey } from '../../core/workspaces/workspace.js';
import { type Exchange, outcomeOf } from './exchange.js';
import { redactKey } from '../../core/workspaces/api-key.js';
import { segmentIdIn } from './parameters.js';
import { type Reason, type Refusal, REFUSALS } from '../../core/refusals/codes.js';

/** What is known of a request when its reply is gone: what came, what the checks found, and what was answered. */
export interface Evidence extends Readonly<Pick<Exchange, Found>> {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Those of the key that opened a workspace. */
  readonly permissions: ApiKey['permissions'] | undefined;
  /** Where the limit stood, if there was one. */
  readonly limit: Pick<Decision, 'limit' | 'remaining'> | undefined;
  /** The name of the workspace that was opened. */
  readonly workspace: string | undefined;
  readonly refusal: Pick<Refusal, 'reasons'> | undefined;
  readonly strike: Pick<Strike, 'id' | 'effect'> | undefined;
  readonly status: number | undefined;
  /** Where API keys are that belong into `Authorization`. */
  readonly misplacedKeys: readonly string[];
  readonly workspaces: Registry;
}

type Found = 'path' | 'endpoint' | 'parameters' | 'presentedKey' | 'faultsPlanned' | 'preferred';

interface Check {
  readonly check: string;
  /** The number of the check among the refusals. */
  readonly number: string;
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
    number: '0',
    saw: ({ method, url }) => `${method} with a URL of ${url.length} bytes`,
    passed: () => 'readable',
  },
  {
    check: 'path',
    number: '1',
    saw: ({ path }) => path,
    passed: () => 'an endpoint',
  },
  { check: 'method', number: '2', saw: ({ method }) => method, passed: () => 'answered there' },
  {
    check: 'authorization',
    number: '3',
    saw: authorization,
    passed: () => 'carries an API key',
  },
  {
    check: 'apiKey',
    number: '4',
    saw: ({ headers, presentedKey = '' }) =>
      `key ${redactKey(presentedKey)} of ${presentedKey.length} characters; ${hostWords(headers.host)}`,
    passed: ({ workspace }) => `opens the workspace ${workspace ?? ''}`,
  },
  {
    check: 'permission',
    number: '5',
    saw: ({ permissions = [] }) => `the key's permissions: ${[...permissions].join(', ') || 'none'}`,
    passed: () => 'has the one needed',
  },
  {
    check: 'rateLimit',
    number: '6',
    saw: ({ limit }) =>
      limit === undefined ? 'no limit' : `${limit.remaining} of ${limit.limit} left after this request`,
    passed: ({ limit }) => (limit === undefined ? 'let through' : 'took a token'),
  },
  { check: 'fault', number: '6a', saw: seenFaults, passed: struck },
  {
    check: 'parameters',
    number: '7',
    saw: ({ parameters }) => parameters.map(({ name, value }) => `${name}=${value}`).join(', ') || 'none',
    passed: () => 'all valid',
  },
  {
    check: 'segment',
    number: '8',
    paths: ['/segments/data_series', '/segments/details'],
    saw: namedSegment,
    passed: () => 'found',
  },
  {
    check: 'analytics',
    number: '9',
    paths: ['/segments/data_series'],
    saw: namedSegment,
    passed: () => 'tracking is on',
  },
];

/** Tells check by check why a request was answered as it was. */
export function explain(evidence: Evidence): ExplainStep[] {
  const { path, strike, preferred, refusal, endpoint, status } = evidence;
  const planned =
    (preferred !== undefined && preferred !== 200) ||
    strike?.effect.status !== undefined ||
    strike?.effect.connection !== undefined;
  // Before a request is whole, and while its reply is held back, its client may leave.
  const lastCheck = endpoint === undefined ? 'request' : 'fault';
  const unanswered = outcomeOf(evidence, status) === 'unanswered';
  const steps: ExplainStep[] = [];
  for (const { check, number, paths, saw, passed } of CHECKS) {
    if (paths?.includes(path) === false) continue;
    const refused = !planned && refusal !== undefined && checkOf(refusal.reasons[0]) === number;
    const left = unanswered && check === lastCheck;
    const decided = refused ? refusedWith(evidence) + nearMiss(evidence) : passed(evidence);
    steps.push({
      check,
      saw: saw(evidence),
      decided: left ? `${decided}; the connection ended without a reply` : decided,
    });
    if (refused || left || (planned && check === 'fault')) break;
  }
  return steps;
}

/** The number of the check that refuses for a reason. */
function checkOf({ code }: Reason): string | undefined {
  return code === 'as_planned' ? undefined : REFUSALS[code].check;
}

function refusedWith({ refusal, status }: Evidence): string {
  const reasons = refusal?.reasons ?? [];
  return reasons
    .map((reason) => `refused with ${status ?? 'a broken connection,'} ${codeOf(reason)}: ${sentence(reason)}`)
    .join('; ');
}

/** What the caller may have meant by a key that was refused. */
function nearMiss({ headers, presentedKey, refusal, workspaces }: Evidence): string {
  const { authorization: header = '' } = headers;
  const [reason] = refusal?.reasons ?? [];
  const isUnknown = reason?.code === 'api_key_invalid' && reason.foreignInstance === undefined;
  if (!isUnknown && (reason?.code !== 'api_key_missing' || header === '')) return '';
  if (presentedKey === undefined) {
    if (workspaces.opened(header) !== undefined)
      return '; the header is a known key, but "Bearer " is missing before it';
    const scheme = /^(basic|digest|token|key|api-?key|negotiate) /i.exec(header)?.[1];
    return scheme === undefined ? '' : `; found the scheme ${scheme}`;
  }
  const bare = presentedKey.replace(/^(["'<[{])(.*)(["'>\]}])$/, '$2');
  if (bare !== presentedKey && workspaces.opened(bare) !== undefined)
    return '; without what is around it, it is a known key';
  const other = workspaces.openedInOtherCase(bare);
  return other === undefined ? '' : `; in another case it is a key of the workspace ${other.name}, and case counts`;
}

function authorization({ headers, presentedKey }: Evidence): string {
  if (headers.authorization === undefined) return 'no Authorization header';
  return presentedKey === undefined ? 'a header that is not "Bearer <key>"' : `Bearer ${redactKey(presentedKey)}`;
}

function hostWords(host: string | undefined): string {
  const instance = instanceOfHost(host);
  return `Host ${host ?? 'missing'}, ${instance === undefined ? 'which names no instance' : `which names ${instance}`}`;
}

function namedSegment({ parameters }: Evidence): string {
  return segmentIdIn(parameters) ?? '';
}

function seenFaults({ headers, faultsPlanned = 0, preferred }: Evidence): string {
  const planned = `${faultsPlanned} planned`;
  return headers['prefer'] === undefined
    ? planned
    : `Prefer: ${String(headers['prefer'])}${preferred === undefined ? ' (passed over)' : ''}; ${planned}`;
}

function struck(evidence: Evidence): string {
  const { preferred, strike } = evidence;
  if (preferred === 200) return 'faults passed over, as 200 is preferred';
  if (preferred !== undefined) return `${refusedWith(evidence)} (as preferred)`;
  return strike === undefined ? 'none struck' : `${strike.id} struck: ${JSON.stringify(strike.effect)}`;
}
