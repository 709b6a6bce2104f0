import { CONTROL_CODES } from '../../src/operations/errors.js';
import { REFUSALS } from '../../src/core/refusals/codes.js';
import { codeOf } from '../../src/core/refusals/messages.js';

/** One received reply. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  text: string;
}

const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) [ -~]*$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([^\0\r\n]*)$/;
const STATUS_CODES: Record<string, number> = {
  ...Object.fromEntries(Object.entries(REFUSALS).map(([code, { status }]) => [code, status])),
  ...CONTROL_CODES,
};

/**
 * Parses the replies on a connection more strictly than clients do: any byte between them, and any byte more or less
 * than announced, is an error. `isHead` tells which ones have no body.
 */
export function readReplies(text: string, isHead: (index: number, rest: string) => boolean): Reply[] {
  const replies: Reply[] = [];
  let rest = text;
  while (rest !== '') {
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd < 0) throw new Error(`a reply breaks off in its headers: ${JSON.stringify(rest.slice(0, 200))}`);
    const [statusLine = '', ...lines] = rest.slice(0, headEnd).split('\r\n');
    const status = Number(STATUS_LINE.exec(statusLine)?.[1]);
    if (Number.isNaN(status)) throw new Error(`no status line: ${JSON.stringify(statusLine.slice(0, 200))}`);
    const headers = headersOf(lines);
    const after = rest.slice(headEnd + 4);
    const isBare = status < 200 || status === 204 || status === 304 || isHead(replies.length, after);
    const length = isBare ? 0 : lengthOf(headers);
    if (after.length < length) throw new Error(`a body of ${after.length} bytes where ${length} were promised`);
    if (status >= 200) replies.push({ status, headers, text: after.slice(0, length) });
    rest = after.slice(length);
  }
  return replies;
}

function headersOf(lines: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name = '', value = ''] = HEADER_LINE.exec(line) ?? [];
    if (name === '') throw new Error(`no header: ${JSON.stringify(line)}`);
    if (Object.hasOwn(headers, name.toLowerCase())) throw new Error(`the header ${name} comes twice`);
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

function lengthOf(headers: Record<string, string>): number {
  const length = headers['content-length'];
  if (length === undefined || !/^\d+$/.test(length)) throw new Error(`no content-length: ${JSON.stringify(headers)}`);
  return Number(length);
}

/** The problem of a reply to any request, or `undefined`. */
export function faultOf({ status, headers, text }: Reply, isHead = false): string | undefined {
  const wrongLimit = faultOfLimit(headers);
  if (wrongLimit !== undefined) return wrongLimit;
  if (status === 405 && headers['allow'] === undefined) return 'a 405 without Allow';
  // GET /__mock leads to the page.
  if (status === 302) return headers['location'] === undefined ? 'a 302 without Location' : undefined;
  if (isHead || status === 204 || status === 304) return undefined;
  const type = headers['content-type'] ?? '';
  if (status < 300 && type.startsWith('text/csv')) return undefined;
  if (!type.startsWith('application/json')) return `the content-type ${type}`;
  const body = parsed(text);
  if (body === undefined) return 'a body that is no JSON';
  return status < 300 ? faultOfSeries(body) : faultOfEnvelope(status, body);
}

function faultOfLimit(headers: Record<string, string>): string | undefined {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => headers[`x-ratelimit-${name}`]);
  const given = [limit, remaining, reset].filter((value) => value !== undefined && value !== '');
  if (given.length !== 0 && given.length !== 3) return 'some of the rate-limit headers';
  if (given.some((value) => !/^\d+$/.test(value ?? '')))
    return `rate-limit headers that are no numbers: ${given.join(' ')}`;
  if (Number(remaining ?? 0) > Number(limit ?? 0)) return `${remaining} remaining of a limit of ${limit}`;
  const { 'retry-after': retryAfter } = headers;
  return retryAfter === undefined || /^[1-9]\d*$/.test(retryAfter) ? undefined : `a retry-after of ${retryAfter}`;
}

/** Problems of the rows of a series. */
function faultOfSeries(body: unknown): string | undefined {
  const { data } = body as { data?: { time: string; size: number }[] };
  if (!Array.isArray(data)) return undefined;
  const bad = data.find(({ time, size }, index) => {
    const isLater = index === 0 || time > (data[index - 1]?.time ?? '');
    return !isLater || !Number.isSafeInteger(size) || size < 0;
  });
  return bad === undefined ? undefined : `the row ${JSON.stringify(bad)}`;
}

function faultOfEnvelope(status: number, body: unknown): string | undefined {
  const { message, errors } = body as { message?: unknown; errors?: { code: string; message: string }[] };
  if (typeof message !== 'string' || message === '') return 'an envelope without a message';
  // The observed profile has only the message.
  if (errors === undefined)
    return Object.keys(body as object).length === 1 ? undefined : 'an envelope with strange fields';
  if (message !== 'error' || !Array.isArray(errors) || errors.length === 0) return 'an envelope without errors';
  const plannedCode = codeOf({ code: 'as_planned', status });
  const strange = errors.find(
    (error) =>
      typeof error.message !== 'string' ||
      error.message === '' ||
      (error.code !== plannedCode && STATUS_CODES[error.code] !== status),
  );
  return strange === undefined ? undefined : `the error ${JSON.stringify(strange)} with a ${status}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
