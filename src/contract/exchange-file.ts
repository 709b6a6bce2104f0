import { Buffer, isUtf8 } from 'node:buffer';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { CONNECTION_HEADER } from '../core/exchanges/exchanges.js';
import { checkExchanges } from '../core/exchanges/fixture.js';
import { formatInstant, type Instant } from '../core/time/calendar.js';
import { describeProblem } from '../schema/problems.js';
import { isSecretName } from '../schema/secrets.js';
import { Failure } from '../system/failure.js';
import { pairsOf, withoutCredential } from './secrets-in.js';
import type { UpstreamReply } from './upstream.js';

/** A request that was answered. */
export interface Answered {
  method: string;
  target: string;
  rawHeaders: readonly string[];
  reply: UpstreamReply;
  host: string;
  at: Instant;
}

/** An exchange of the class `recorded`, with what evidence needs. */
type Recording = ReturnType<typeof exchangeOf>;

/** Bytes of a body after decompression. */
const MOST_DECODED = { maxOutputLength: 64 * 1024 * 1024 };
const DECODERS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: (body) => gunzipSync(body, MOST_DECODED),
  'x-gzip': (body) => gunzipSync(body, MOST_DECODED),
  br: (body) => brotliDecompressSync(body, MOST_DECODED),
  deflate: (body) => inflateSync(body, MOST_DECODED),
};

/** The exchange in its committed form, every part redacted. @throws Failure saying why it cannot have this form. */
export function exchangeOf(answered: Answered, redact: (text: string) => string) {
  const { method, rawHeaders, reply, host, at } = answered;
  const target = redact(answered.target);
  const [endpoint = '', query] = target.split(/\?(.*)/s);
  const replyHeaders = redactedHeaders(reply.rawHeaders, redact);
  const exchange = {
    class: 'recorded',
    provenance: {
      host,
      date: formatInstant(at),
      asked: { method, endpoint, ...(query && { query }) },
      // Which parts of the exchange are as they were recorded, and which values were replaced.
      kept: 'Method, target and headers of the request; status, headers and decoded body of the reply. Not the body of the request. Headers of the connection and of cookies are left out.',
      replaced: 'The API key, wherever it was.',
    },
    recorded: {
      status: reply.status,
      headers: replyHeaders.kept,
      omittedHeaders: replyHeaders.omitted,
      body: redact(decodedBody(reply)),
    },
    replay: { request: { method, target, headers: redactedHeaders(rawHeaders, redact).kept } },
  };
  const checked = checkExchanges(exchange);
  if (checked.ok) return exchange;
  throw new Failure(`it does not fit the form: ${checked.problems.map(describeProblem).join('; ')}`);
}

/** A name that tells the order of the requests and what they were; unique by its number. */
export function fileNameOf(number: number, { provenance: { asked }, recorded: { status } }: Recording): string {
  const path = asked.endpoint
    .replace(/[^\w.]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80);
  const parts = [String(number).padStart(5, '0'), asked.method.toLowerCase(), path || 'root', status];
  return `${parts.join('-')}.json`;
}

/** Headers that the connection or the client's login has of its own are left out; several of one name are joined. */
function redactedHeaders(raw: readonly string[], redact: (text: string) => string) {
  const named = new Map<string, [name: string, value: string]>();
  const omitted = new Set<string>();
  for (const [name, value] of pairsOf(raw)) {
    const lower = name.toLowerCase();
    const earlier = named.get(lower);
    if (CONNECTION_HEADER.test(name) || /^(?:set-)?cookie2?$|^host$/.test(lower)) omitted.add(lower);
    else if (isSecretName(name)) named.set(lower, [name, withoutCredential(value)]);
    else named.set(lower, [redact(earlier?.[0] ?? name), earlier ? `${earlier[1]}, ${redact(value)}` : redact(value)]);
  }
  return { kept: Object.fromEntries(named.values()), omitted: [...omitted] };
}

function decodedBody({ headers, body }: UpstreamReply): string {
  const encodings = (headers['content-encoding'] ?? '').toLowerCase().split(/\s*,\s*/);
  let plain: Buffer = body;
  for (const encoding of encodings.toReversed().filter((name) => body.length > 0 && !/^(identity)?$/.test(name))) {
    const decode = DECODERS[encoding];
    if (decode === undefined) throw new Failure(`its content-encoding is ${encoding}`);
    try {
      plain = decode(plain);
    } catch (error) {
      throw new Failure(`its body is not ${encoding}: ${(error as Error).message}`);
    }
  }
  if (!isUtf8(plain)) throw new Failure('its body is not text in UTF-8');
  return plain.toString('utf8');
}
