import { Buffer } from 'node:buffer';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { setTimeout } from '../system/real-time.js';
import { Failure } from '../system/failure.js';

interface UpstreamRequest extends Pick<http.RequestOptions, 'method' | 'headers'> {
  /** Path and query. */
  target: string;
  body?: Buffer;
}

export type UpstreamReply = Awaited<ReturnType<Upstream['send']>>;

/** Real milliseconds until a reply is complete, and bytes of its body. */
export const UPSTREAM_BOUNDS = { timeoutMs: 30_000, bytes: 16 * 1024 * 1024 };
const MOST_REDIRECTS = 5;

/** One server that is called with an API key. No request goes to another one. */
export class Upstream {
  readonly url: URL;

  constructor(
    base: string,
    private readonly signal: AbortSignal,
    readonly bounds = UPSTREAM_BOUNDS,
  ) {
    this.url = new URL(base);
  }

  /** GET; follows redirects within the server. @throws Failure saying what the server did instead of answering. */
  async get(target: string, headers: Record<string, string>, method = 'GET'): Promise<UpstreamReply> {
    const { origin } = this.url;
    let reply = await this.send({ method, target, headers });
    for (let followed = 0; reply.status > 300 && reply.status < 400; followed++) {
      const { location } = reply.headers;
      // A 304 has no location.
      if (location === undefined || !URL.canParse(location, origin)) break;
      const to = new URL(location, origin);
      if (to.origin !== origin) throw new Failure(`${origin} redirects to ${to.origin}; not followed with the API key`);
      if (followed === MOST_REDIRECTS) throw new Failure(`${origin} redirects in a circle`);
      reply = await this.send({ method, target: to.pathname + to.search, headers }, '');
    }
    return reply;
  }

  /** Sends a request as it is, below the path of the base URL, and reads the whole reply. @throws Failure. */
  async send({ body, target, ...head }: UpstreamRequest, below = this.url.pathname) {
    const { timeoutMs, bytes } = this.bounds;
    const late = new AbortController();
    const deadline = setTimeout(() => late.abort(), timeoutMs);
    const signal = AbortSignal.any([this.signal, late.signal]);
    const path = below.replace(/\/$/, '') + target;
    const options = { ...head, path, agent: false, rejectUnauthorized: true, signal };
    let reply: IncomingMessage | undefined;
    const chunks: Buffer[] = [];
    try {
      reply = await new Promise<IncomingMessage>((resolve, reject) => {
        const { request } = this.url.protocol === 'https:' ? https : http;
        request(this.url, options).once('response', resolve).on('error', reject).end(body);
      });
      await readInto(chunks, reply, bytes, `${this.url.origin} answered with`);
      const { statusCode: status = 0, statusMessage, headers, rawHeaders } = reply;
      return { status, statusMessage, headers, rawHeaders, body: Buffer.concat(chunks) };
    } catch (error) {
      if (error instanceof Failure) throw error;
      if (this.signal.aborted) throw new Failure('stopped before the end');
      if (late.signal.aborted)
        throw new Failure(`${this.url.origin} did not answer ${target} in ${timeoutMs / 1000} s`);
      const { length } = Buffer.concat(chunks);
      const cut = reply && `ended its reply after ${length} of ${reply.headers['content-length'] ?? 'unknown'} bytes`;
      throw new Failure(`${this.url.origin} ${cut ?? connectionProblem(error as NodeJS.ErrnoException)}`);
    } finally {
      deadline.abort();
    }
  }
}

/** Reads a body. @throws Failure, which begins with `found`, if it is larger. */
export async function readInto(chunks: Buffer[], message: IncomingMessage, most: number, found: string): Promise<void> {
  let received = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if ((received += chunk.length) > most) throw new Failure(`${found} more than ${most} bytes`);
  }
}

function connectionProblem({ code = '', message }: NodeJS.ErrnoException): string {
  if (/CERT|SIGNATURE|ISSUER/.test(code))
    return `has a certificate that is not trusted: ${message}; name its CA in NODE_EXTRA_CA_CERTS if it should be`;
  return `${code.startsWith('HPE_') ? 'answered with broken HTTP' : 'cannot be reached'}: ${message || code}`;
}
