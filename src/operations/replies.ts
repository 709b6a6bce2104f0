import { type Static, Type } from '@sinclair/typebox';
import { dataSeries } from '../core/endpoints/data-series.js';
import type { Trace } from '../core/journal/trace.js';
import type { Mock } from '../core/mock.js';
import { ProfileName } from '../core/profiles/names.js';
import { profiles } from '../core/profiles/profiles.js';
import type { PlainReply } from '../core/reply.js';
import { preview, recordedRefusal, rerun } from '../core/rerun.js';
import type { Mask } from '../core/workspaces/masking.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { exactly, Field, optional } from '../schema/shapes.js';
import { findTrace } from './requests.js';
import { findSegment } from './segments.js';

const HeadersByName = Type.Record(Type.String(), Type.String(), { description: 'By name, in lower case.' });
const ParsedBody = Type.Unknown({ description: 'Parsed if it is JSON; otherwise text.' });

/** The query of a data series to preview. Its values are sent as they are, valid or not. */
export const PreviewQuery = exactly(
  optional({
    length: Type.Union([Type.Integer(), Type.String()], { description: 'Days, as the endpoint takes it.' }),
    ending_at: Field.text('End of the series, as the endpoint takes it.'),
    profile: Field.of(ProfileName, 'Words the reply. Default: that of the workspace.'),
  }),
);
export type PreviewQuery = Static<typeof PreviewQuery>;

export const PreviewView = exactly({
  url: Field.text('Path and query of the call that gets this reply.', { pattern: '^/' }),
  status: Type.Integer({ minimum: 200, maximum: 599 }),
  headers: HeadersByName,
  body: ParsedBody,
});
export type PreviewView = Static<typeof PreviewView>;

/**
 * What a client would get for a segment now. Takes no token, triggers no fault and adds no journal entry.
 * @throws ControlError `segment_not_found`.
 */
export function previewReply(mock: Mock, workspace: Workspace, id: string, query: PreviewQuery = {}): PreviewView {
  findSegment(workspace, id);
  const { profile = workspace.profile.name, length, ending_at: endingAt } = query;
  const parameters = new URLSearchParams({ segment_id: id });
  if (length !== undefined) parameters.set('length', String(length));
  if (endingAt !== undefined) parameters.set('ending_at', endingAt);
  const url = `${mock.settings.basePath ?? ''}${dataSeries.path}?${parameters.toString()}`;
  const { status, headers, body } = preview(mock, workspace, url, profiles[profile]);
  return { url, status, headers, body: jsonOrText(textOf(body)) };
}

/** How to answer a recorded request again. */
export const AgainQuery = exactly(
  optional({
    profile: Field.of(ProfileName, 'Profile of the new reply. Default: that of the original reply.'),
    faults: Field.oneOf(['on', 'off'], '`off` leaves out the fault that struck. Default: `on`.'),
  }),
);
export type AgainQuery = Static<typeof AgainQuery>;

const ReplyView = exactly({
  status: Field.orNull(Type.Integer({ minimum: 200, maximum: 599 }), 'null if there is no reply.'),
  headers: HeadersByName,
  body: ParsedBody,
});
type ReplyView = Static<typeof ReplyView>;

const Part = Type.Unknown({ description: 'Missing if the reply has no such part.' });

export const AgainView = exactly({
  entry: exactly({
    ...ReplyView.properties,
    recomputed: Field.flag('Whether headers and body could be computed again.'),
    reason: Type.Optional(Field.text('Why not.')),
  }),
  again: ReplyView,
  differences: Field.list(
    exactly({
      at: Field.text('Where, such as `headers.etag` or `body.data[0].size`.', { minLength: 1 }),
      ...optional({ entry: Part, again: Part }),
    }),
    'In what the replies differ. Without a recomputed entry, only the status is compared.',
  ),
});
export type AgainView = Static<typeof AgainView>;

/**
 * Answers a recorded request again: at its own instant, in its own window, perhaps in another profile or without
 * faults. Takes no token and adds no journal entry. `workspace` is `undefined` for a request without a valid key.
 * @throws ControlError `request_not_found`.
 */
export function answerAgain(
  mock: Mock,
  workspace: Workspace | undefined,
  id: string,
  { profile, faults = 'on' }: AgainQuery = {},
): AgainView {
  const trace = findTrace(mock, workspace, id);
  const view = (reply: PlainReply | undefined) => replyView(reply, trace, mock.workspaces.mask);
  const { reply, reason } = recordedReply(mock, workspace, trace);
  const how = { profile: profiles[profile ?? trace.profile], faults: faults === 'on' };
  const again = view(rerun(mock, workspace, trace, how));
  if (reply === undefined) {
    const status = trace.durationMs === undefined ? null : (trace.status ?? null);
    const entry = { status, headers: {}, body: null, recomputed: false, ...(reason !== undefined && { reason }) };
    return { entry, again, differences: [...differencesOf(status, again.status, 'status')] };
  }
  const entry = view(reply);
  // These differ with every reply.
  for (const name of ['x-request-id', 'x-runtime']) {
    const value = entry.headers[name];
    if (value !== undefined && name in again.headers) again.headers[name] = value;
  }
  return { entry: { ...entry, recomputed: true }, again, differences: [...differencesOf(entry, again, '')] };
}

/** The reply that was sent, computed again, or the reason why it cannot be. */
function recordedReply(mock: Mock, workspace: Workspace | undefined, trace: Trace) {
  const { durationMs, status, reasons, segmentId, subject, revision } = trace;
  const profile = profiles[trace.profile];
  if (durationMs === undefined) return { reason: 'the request is still in flight' };
  if (status === undefined) return { reason: 'no reply was sent' };
  if (reasons !== undefined) return { reply: recordedRefusal(mock, trace, profile) };
  const id = subject === 'workspace' ? undefined : segmentId;
  if (workspace?.catalogue.isChangedSince(revision, id) === true) {
    const what = id === undefined ? 'segments of the workspace were' : `the segment ${JSON.stringify(id)} was`;
    return { reason: `${what} changed or deleted since` };
  }
  return { reply: rerun(mock, workspace, trace, { profile, faults: true }) };
}

/** A reply as it is shown: without an API key that the client sent as a segment id, and to a HEAD without a body. */
function replyView(reply: PlainReply | undefined, { method, segmentId = '' }: Trace, mask: Mask): ReplyView {
  if (reply === undefined) return { status: null, headers: {}, body: null };
  const { status, headers, body } = reply;
  const text = method === 'HEAD' ? '' : textOf(body);
  const shown = segmentId === '' ? text : text.replaceAll(segmentId, mask(segmentId));
  return { status, headers, body: jsonOrText(shown) };
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

/** The value of a JSON text, or any other text as it is. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The parts in which two JSON values differ. */
function* differencesOf(entry: unknown, again: unknown, at: string): Generator<AgainView['differences'][number]> {
  if (isContainer(entry) && isContainer(again) && Array.isArray(entry) === Array.isArray(again)) {
    for (const name of new Set([...Object.keys(entry), ...Object.keys(again)])) {
      const inner = Array.isArray(entry) ? `${at}[${name}]` : at === '' ? name : `${at}.${name}`;
      yield* differencesOf(entry[name], again[name], inner);
    }
  } else if (!Object.is(entry, again)) {
    yield { at, ...(entry !== undefined && { entry }), ...(again !== undefined && { again }) };
  }
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
