import { type Parameter, queryStringOf, readParameters } from '../endpoints/parameters.js';
import type { RequestHeaders } from '../request.js';
import { formatInstant } from '../time/calendar.js';
import { defineField, isSecretName, type Mask, maskStrings, redact } from '../workspaces/masking.js';
import type { EntryView } from './entry.js';
import { explain } from './explain.js';
import { outcomeOf } from './outcome.js';
import type { ReadTrace, Trace } from './trace.js';
import { describeWarning } from './warnings.js';

/** A journal entry as it is shown, secrets cut short. */
export function viewOf(trace: Trace, mask: Mask): EntryView {
  const { durationMs } = trace;
  const read = readTrace(trace, mask);
  const view = {
    id: String(trace.number),
    at: formatInstant(trace.at),
    method: trace.method,
    path: trace.path,
    query: fieldsOf(read.parameters.map(({ name, value }) => [name, value])),
    headers: headersView(read.headers, mask),
    status: durationMs === undefined ? null : (trace.status ?? null),
    outcome: outcomeOf(trace),
    durationMs: Math.round((durationMs ?? 0) * 1000) / 1000,
    warnings: (read.warnings ?? []).map(describeWarning),
    explain: explain(read),
  };
  return maskStrings(view, mask);
}

/** Decodes what a trace keeps as text. Values that messages may cut short are masked before. */
function readTrace(trace: Trace, mask: Mask): ReadTrace {
  const { target, headers, isReadable, reasons, warnings } = trace;
  const parameters = isReadable ? readParameters(queryStringOf(target)) : [];
  return {
    ...trace,
    headers: JSON.parse(headers) as RequestHeaders,
    parameters: parameters.map((parameter) => maskedParameter(parameter, mask)),
    reasons: maskStrings(reasons, mask),
    warnings: maskStrings(warnings, mask),
  };
}

function maskedParameter({ name, value }: Parameter, mask: Mask): Parameter {
  return { name: mask(name), value: isSecretName(name) ? redact(value) : mask(value) };
}

/** Fields of one object; one that comes several times has a list. */
function fieldsOf(pairs: [name: string, value: string | string[]][]): EntryView['query'] {
  const fields: EntryView['query'] = {};
  for (const [name, value] of pairs) {
    const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
    defineField(fields, name, before === undefined ? value : [before, value].flat());
  }
  return fields;
}

function headersView(headers: RequestHeaders, mask: Mask): EntryView['headers'] {
  const pairs = Object.entries(headers).filter((pair): pair is [string, string | string[]] => pair[1] !== undefined);
  return fieldsOf(pairs.map(([name, value]) => [mask(name), isSecretName(name) ? redactHeader(value) : value]));
}

function redactHeader(value: string | string[]): string {
  const [, scheme = '', secret = ''] = /^((?:bearer|basic) +)?(.*)$/is.exec(String(value)) ?? [];
  return scheme + redact(secret);
}
