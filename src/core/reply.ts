import { warnOfMisplacedKeys } from './checks/misplaced-keys.js';
import type { RequestContext } from './context.js';
import { bearerToken } from './endpoints/bearer.js';
import { segmentIdIn } from './endpoints/parameters.js';
import { delayMs } from './faults/delay.js';
import type { ConnectionEffect, Effect } from './faults/fault.js';
import type { Strike } from './faults/planned-fault.js';
import { preferredCode } from './faults/prefer.js';
import { entryBytes } from './journal/entry-bytes.js';
import type { Trace } from './journal/trace.js';
import type { Body } from './profiles/profile.js';
import { edgePage } from './refusals/edge-page.js';
import { dayOf } from './time/calendar.js';
import { redactKey } from '../schema/secrets.js';
import { toldWaitSeconds } from './told-wait.js';
import type { Workspace } from './workspaces/workspace.js';

export type Recorded = ReturnType<typeof record>;

/** The reply, and the effects that the transport applies. */
export interface ServiceReply extends Recorded {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Body;
  readonly effect: TransportEffect | undefined;
  /** The internal error behind a 500. */
  readonly failure: unknown;
}

/** The part of a planned fault that the transport applies. */
export interface TransportEffect {
  /** Real milliseconds to delay the reply. */
  readonly delayMs: number;
  readonly connection: ConnectionEffect | undefined;
  readonly truncate: number | undefined;
  readonly dribble: Effect['dribble'];
  /** Seeds the bytes that a broken connection sends, in [0, 1). */
  readonly seed: number;
}

/** What a client gets, without the transport. */
export type PlainReply = Pick<ServiceReply, 'status' | 'headers' | 'body'>;

/** A reply without headers, and its part of the trace. */
export interface Draft {
  status: number;
  body: Body;
  reasons?: Trace['reasons'];
  /** Headers as they were recorded, instead of the profile's. */
  headers?: Readonly<Record<string, string>>;
  allow?: string | undefined;
  failure?: unknown;
}

/** Completes a reply and records the request. A strike without effect is cancelled and does not count. */
export function compose(context: RequestContext, draft: Draft): ServiceReply {
  const struck = context.strike;
  const { status, headers, body } = complete(context, draft);
  const { strike, opened } = context;
  if (struck !== undefined && strike === undefined) opened?.workspace.faults.cancelStrike(struck);
  const effect = strike && transportEffect(context, strike);
  const isSent = effect?.connection === undefined;
  const { trace, journal } = record(context, {
    status: isSent ? status : undefined,
    reasons: draft.reasons,
    toldWaitSeconds: isSent ? toldWaitSeconds(status, headers, opened) : undefined,
  });
  return { status, headers, body, effect, trace, journal, failure: draft.failure };
}

/** Adds the headers, and applies the fault's changes to them and to the body; drops a strike without effect. */
export function complete(context: RequestContext, draft: Draft): PlainReply {
  const { profile, limit, mock, preferred, request } = context;
  if (context.strike !== undefined && !isApplicable(context, context.strike.effect)) context.strike = undefined;
  const { strike } = context;
  const headers = draft.headers
    ? { ...draft.headers }
    : profile.headers({
        status: draft.status,
        body: draft.body,
        // As if the key opened nothing: then there is no limit to tell of.
        limit: strike?.effect.status === 401 ? undefined : limit,
        retryAfterSeconds: limit?.retryAfterSeconds ?? 1,
        durationMs: mock.stopwatch() - context.startedMs,
      });
  if (draft.allow !== undefined) headers['allow'] = draft.allow;
  if (preferred === draft.status) headers['preference-applied'] = `code=${draft.status}`;
  if (strike !== undefined) addHeaders(headers, strike.effect);
  const isHtml = strike?.effect.body === 'html';
  const notModified = draft.status === 200 && isNotModified(request.headers['if-none-match'], headers['etag']);
  const status = notModified ? 304 : draft.status;
  return { status, headers, body: isHtml ? edgePage(status) : notModified ? '' : draft.body };
}

/** Data faults apply only to a series in the body, and the reply to a HEAD has no body to truncate. */
function isApplicable({ isCorrupted, request }: RequestContext, { data, truncate, dribble }: Effect): boolean {
  if (data !== undefined) return isCorrupted;
  return request.method !== 'HEAD' || (truncate ?? dribble) === undefined;
}

function addHeaders(headers: Record<string, string>, { headers: further, body }: Effect): void {
  if (body === 'html') headers['content-type'] = 'text/html';
  for (const [name, value] of Object.entries(further ?? {})) headers[name.toLowerCase()] = value;
}

/** Does the client already have this reply? Requires a profile with etags. */
function isNotModified(known: string | string[] | undefined, etag: string | undefined): boolean {
  if (etag === undefined || known === undefined) return false;
  // Split at commas alone: a pattern that takes spaces too needs a second for a header full of them.
  const tags = String(known)
    .split(',')
    .map((tag) => tag.trim());
  return tags.includes('*') || tags.some((tag) => tag.replace(/^W\//, '') === etag.replace(/^W\//, ''));
}

function transportEffect(context: RequestContext, strike: Strike): TransportEffect | undefined {
  const { delay, connection, truncate, dribble } = strike.effect;
  if ((delay ?? connection ?? truncate ?? dribble) === undefined) return undefined;
  const ms = delay === undefined ? 0 : delayMs(delay, strike, sizeToday(context));
  return { delayMs: ms, connection, truncate, dribble, seed: strike.uniform };
}

function sizeToday({ mock, segment, opened }: RequestContext): number {
  if (segment === undefined || opened === undefined) return 0;
  const today = dayOf(opened.now);
  return mock.seriesOf(segment).snapshots({ first: today, last: today })[0]?.trueSize ?? 0;
}

/** The workspace of the request's key, for requests refused before check 4. */
function workspaceOfKey({ mock, request }: RequestContext): Workspace | undefined {
  const key = bearerToken(request.headers['authorization'] as string | undefined);
  return key === undefined ? undefined : mock.workspaces.openedBy(key)?.workspace;
}

/** What the trace has of the reply. */
type Replied = Pick<Trace, 'status' | 'reasons' | 'toldWaitSeconds'>;

/**
 * Adds a request to the journal of its key's workspace, or to the stray requests. Returns its trace, which that journal
 * completes when the reply was sent or abandoned.
 */
export function record(context: RequestContext, reply: Replied) {
  const workspace = context.opened?.workspace ?? workspaceOfKey(context);
  const { journal } = workspace ?? context.mock;
  warnOfPreference(context, reply.status);
  warnOfMisplacedKeys(context, reply.reasons?.[0].code);
  const trace = traceOf(context, workspace, reply);
  if (!context.isFromBeforeReset({ journal })) journal.add(trace);
  return { trace, journal };
}

function traceOf(context: RequestContext, workspace: Workspace | undefined, reply: Replied): Trace {
  const { request, opened, limit, preferred, strike, apiKeySent } = context;
  const headers = context.mock.headerTexts.textOf(request.headers);
  const trace: Trace = {
    number: 0,
    at: opened?.now ?? context.at ?? (workspace ?? context.mock).clock.now(),
    // A whole number takes no memory of its own.
    startedMs: Math.round(context.startedMs),
    connection: request.arrival?.connection?.id,
    nthOnConnection: request.arrival?.connection?.requests ?? 0,
    method: request.method,
    target: request.target,
    // Texts that others keep anyway are shared with them: a slice would take memory of its own.
    path: context.endpoint?.path ?? context.path,
    headers: headers.text,
    isReadable: context.parameters !== undefined,
    subject: context.endpoint?.subject,
    reached: context.reached,
    segmentId: context.segment?.id ?? (context.parameters && segmentIdIn(context.parameters)),
    workspace: opened?.workspace.name,
    apiKey: opened?.apiKey.hint ?? (apiKeySent === undefined ? undefined : redactKey(apiKeySent)),
    permissions: opened?.apiKey.permissions,
    profile: context.profile.name,
    revision: opened?.workspace.catalogue.revision ?? 0,
    quota: limit?.limit,
    remaining: limit?.remaining ?? 0,
    resetAt: limit?.resetAt ?? 0,
    faultsPlanned: context.faultsPlanned,
    preferred,
    strike,
    days: context.days,
    recorded: context.recorded,
    reasons: reply.reasons,
    warnings: context.warnings,
    toldWaitSeconds: reply.toldWaitSeconds,
    bytes: 0,
    status: reply.status,
    durationMs: undefined,
  };
  trace.bytes = entryBytes(trace, headers.bytes);
  return trace;
}

function warnOfPreference(context: RequestContext, status: number | undefined): void {
  const { prefer } = context.request.headers;
  if (prefer === undefined) return;
  const { preferred } = context;
  if (preferred === 200 && status !== 200 && status !== 304) context.warn({ code: 'preference_overruled' });
  const code = preferredCode(prefer);
  if (preferred === undefined && code !== undefined) context.warn({ code: 'preference_ignored', preferred: code });
}
