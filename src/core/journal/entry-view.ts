import { endpointAt } from '../endpoints/endpoints.js';
import { maskPath } from '../endpoints/mask-path.js';
import { queryStringOf, readParameters } from '../endpoints/parameters.js';
import type { Reason } from '../refusals/codes.js';
import { maskQuoted } from '../refusals/mask-quoted.js';
import type { RequestHeaders } from '../request.js';
import { formatInstant } from '../time/calendar.js';
import { defineField, isSecretName, type Mask, maskStrings, redact } from '../workspaces/masking.js';
import type { EntryView } from './entry.js';
import { explain } from './explain.js';
import { outcomeOf } from './outcome.js';
import type { ReadTrace, Trace } from './trace.js';
import { describeWarning } from './warnings.js';

/**
 * A journal entry as it is shown. Secrets in what the client sent are masked once, before anything is composed of it:
 * our own words, paths and names stay as they are, and long values are cut short after they were masked.
 */
export function viewOf(trace: Trace, mask: Mask): EntryView {
  const { durationMs, headers } = trace;
  const read = readTrace(trace, JSON.parse(headers) as RequestHeaders, mask);
  return {
    id: String(trace.number),
    at: formatInstant(trace.at),
    method: trace.method,
    path: read.path,
    query: queryView(read.parameters.map(({ name, value }) => [name, value])),
    headers: headersView(read.headers),
    status: durationMs === undefined ? null : (trace.status ?? null),
    outcome: outcomeOf(trace),
    durationMs: Math.round((durationMs ?? 0) * 1000) / 1000,
    warnings: (read.warnings ?? []).map(describeWarning),
    explain: explain(read),
  };
}

/** Decodes what a trace keeps as text, and masks what of it the client sent, but for headers that hold a secret. */
function readTrace(trace: Trace, headers: RequestHeaders, mask: Mask): ReadTrace {
  const { target, path, isReadable, segmentId, strike, reasons, warnings } = trace;
  const parameters = isReadable ? readParameters(queryStringOf(target)) : [];
  const known = endpointAt(path, mask.basePath)?.parameters.properties ?? {};
  const maskedName = (name: string) => (Object.hasOwn(known, name) ? name : mask(name));
  return {
    ...trace,
    path: maskPath(path, mask),
    headers: maskedHeaders(headers, mask),
    parameters: parameters.map(({ name, value }) => ({
      name: maskedName(name),
      value: isSecretName(name) ? redact(value) : mask(value),
    })),
    segmentId: segmentId === undefined ? undefined : mask(segmentId),
    strike: strike && { ...strike, effect: maskStrings(strike.effect, mask) },
    reasons: reasons?.map((reason) => maskedReason(reason, mask)) as ReadTrace['reasons'],
    warnings: warnings?.map((warning) => maskQuoted(warning, mask)),
  };
}

/** Journals mask the id of an unknown segment too, which its reply has to quote. */
function maskedReason(reason: Reason, mask: Mask): Reason {
  return reason.code === 'segment_not_found'
    ? { ...reason, segmentId: mask(reason.segmentId) }
    : maskQuoted(reason, mask);
}

function maskedHeaders(headers: RequestHeaders, mask: Mask): RequestHeaders {
  const masked = Object.entries(headers).map(([name, value]) =>
    isSecretName(name) ? [name, value] : [mask(name), maskStrings(value, mask)],
  );
  return Object.fromEntries(masked) as RequestHeaders;
}

/** Fields of one object; one that comes several times has a list. */
function queryView(pairs: [name: string, value: string | string[]][]): EntryView['query'] {
  const fields: EntryView['query'] = {};
  for (const [name, value] of pairs) {
    const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
    defineField(fields, name, before === undefined ? value : [before, value].flat());
  }
  return fields;
}

function headersView(headers: RequestHeaders): EntryView['headers'] {
  const view: EntryView['headers'] = {};
  for (const [name, value = ''] of Object.entries(headers))
    defineField(view, name, isSecretName(name) ? redactHeader(value) : value);
  return view;
}

function redactHeader(value: string | string[]): string {
  const [, scheme = '', secret = ''] = /^((?:bearer|basic) +)?(.*)$/is.exec(String(value)) ?? [];
  return scheme + redact(secret);
}
