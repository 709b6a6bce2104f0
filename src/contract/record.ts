import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Static } from '@sinclair/typebox';
import manifest from '../../package.json' with { type: 'json' };
import { isBodiless } from '../core/exchanges/exchanges.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { exactly, Field } from '../schema/shapes.js';
import { originForm } from '../server/endpoints/http-problem.js';
import { sleep } from '../system/real-time.js';
import { API_KEY_FILE, readApiKey, ServerUrl } from './connection.js';
import { type Answered, exchangeOf, fileNameOf } from './exchange-file.js';
import { Failure } from '../system/failure.js';
import type { ContractIo } from './io.js';
import { OUTPUT, writeWhole } from './output.js';
import { pairsOf, Redaction } from './secrets-in.js';
import { readInto, UPSTREAM_BOUNDS, Upstream, type UpstreamReply } from './upstream.js';

export const RecordOptions = exactly({
  upstream: ServerUrl('Base URL of the server that answers.'),
  out: Field.nonEmpty('Folder for the exchanges.', 'the path of a folder'),
  port: Field.integer('Port to listen on, on 127.0.0.1; 0 picks a free one.', {
    default: 27293,
    minimum: 0,
    maximum: 65535,
  }),
  ...API_KEY_FILE,
  force: Field.of(OUTPUT.force, 'Add to a folder that has files.'),
});
export type RecordOptions = Static<typeof RecordOptions>;

const HOP_BY_HOP = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|http2-settings)$/i;
const HOST = '127.0.0.1';
/** Milliseconds to send the replies of requests in flight at a stop. */
const LAST_REPLIES_MS = 1000;

/** Forwards requests to one server, and writes each with its reply as an exchange. Returns whether all were written. */
export async function recordExchanges(options: RecordOptions, io: ContractIo, bounds = UPSTREAM_BOUNDS) {
  const recorder = new Recorder(options, io, bounds);
  const open = new Set<Promise<unknown>>();
  const server = createServer((request, response) => {
    const answered = recorder.answer(request, response).finally(() => open.delete(answered));
    open.add(answered);
  });
  server.listen({ host: HOST, port: options.port });
  await once(server, 'listening').catch(({ code, message }: NodeJS.ErrnoException) => {
    const hint = code === 'EADDRINUSE' ? '; choose another with --port (0 picks a free one)' : '';
    throw new Failure(`cannot listen on ${HOST}, port ${options.port}: ${message}${hint}`);
  });
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  try {
    if (new URL(options.upstream).host === new URL(url).host)
      throw new Failure(`--upstream ${url} is this proxy itself`);
    io.stdout.write(readyText(url, options, io));
    if (!io.signal.aborted) await once(io.signal, 'abort');
    server.close();
    await Promise.race([Promise.allSettled(open), sleep(LAST_REPLIES_MS)]);
  } finally {
    server.close();
    server.closeAllConnections();
  }
  io.note(`${recorder.written} exchanges written to ${options.out}`);
  return recorder.isComplete;
}

/** The line of a server that scripts wait for, or a text for a terminal. */
function readyText(url: string, { upstream, out }: RecordOptions, { stdout, now }: ContractIo): string {
  const { version } = manifest;
  if (stdout.isTTY === true)
    return `\nbraze-segments-mock ${version} is recording\n\n  URL       ${url}\n  Upstream  ${upstream}\n  Folder    ${out}\n\n`;
  return `${JSON.stringify({ level: 30, time: now(), msg: 'ready', url, upstream, version })}\n`;
}

class Recorder {
  written = 0;
  /** Could every exchange be written? */
  isComplete = true;
  readonly #upstream: Upstream;
  readonly #redaction = new Redaction();
  readonly #out: string;
  readonly #io: ContractIo;
  /** That of the last request. */
  #number: number;

  constructor({ upstream, out, force, apiKeyFile }: RecordOptions, io: ContractIo, bounds: typeof UPSTREAM_BOUNDS) {
    this.#number = openFolder(out, force);
    this.#upstream = new Upstream(upstream, io.signal, bounds);
    this.#out = out;
    this.#io = io;
    if (apiKeyFile !== undefined || io.environment['BRAZE_API_KEY']) this.#redaction.learn(readApiKey(apiKeyFile, io));
  }

  /** Resolves when the reply was sent, or the client is gone. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const number = ++this.#number;
    const at = this.#io.now();
    const { method = '', rawHeaders } = request;
    const target = originForm(request);
    const closed = once(response, 'close');
    let redact = this.#redaction.of({ target, rawHeaders, body: '' });
    const { url, bounds } = this.#upstream;
    try {
      if (!target.startsWith('/')) throw new Failure(`cannot forward ${method} ${target}`);
      const chunks: Buffer[] = [];
      await readInto(chunks, request, bounds.bytes, 'a request body of');
      const body = Buffer.concat(chunks);
      redact = this.#redaction.of({ target, rawHeaders, body: body.toString('latin1') });
      const headers = forwardedHeaders(request, body, url.host);
      const reply = await this.#upstream.send({ method, target, body, headers });
      response.sendDate = false;
      response.writeHead(reply.status, reply.statusMessage, answeredHeaders(reply, method));
      this.#write(number, { method, target, rawHeaders, reply, host: url.host, at }, redact);
      response.end(reply.body);
    } catch (error) {
      const message = redact((error as Error).message);
      this.#io.note(redact(`${method} ${target}: 502, not recorded: ${message}`));
      const errors = [{ code: 'bad_gateway', message: `braze-segments-mock record: ${message}` }];
      // The rest of the request may be unread.
      response.writeHead(502, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
      response.end(`${JSON.stringify({ message: 'error', errors })}\n`);
    }
    await closed;
  }

  /** A reply that cannot be written is still answered. */
  #write(number: number, answered: Answered, redact: (text: string) => string): void {
    let name = redact(`${answered.method} ${answered.target}`);
    try {
      const exchange = exchangeOf(answered, redact);
      name = fileNameOf(number, exchange);
      writeWhole(join(this.#out, name), `${JSON.stringify(exchange, undefined, 2)}\n`, false);
      this.written++;
      this.#io.progress(name);
    } catch (error) {
      this.isComplete = false;
      this.#io.note(`${name}: answered, but not recorded: ${(error as Error).message}`);
    }
  }
}

/** Makes the folder. Returns the highest number of its exchanges, after which those of this run begin. */
function openFolder(out: string, force: boolean): number {
  const expected = 'a new or an empty folder';
  if (existsSync(out) && !statSync(out).isDirectory())
    throw new ConfigurationError([`--out: found the file ${out}, expected ${expected}`]);
  try {
    mkdirSync(out, { recursive: true });
  } catch (error) {
    throw new Failure(`cannot make the folder ${out}: ${(error as Error).message}`);
  }
  const files = readdirSync(out);
  if (files.length > 0 && !force)
    throw new ConfigurationError([`--out: found ${out} with files, expected ${expected}; --force adds to it`]);
  return Math.max(0, ...files.map((file) => Number(/^(\d{5,15})-.*\.json$/.exec(file)?.[1] ?? 0)));
}

/** The headers of a message as they were received, without those of its connection and the ones that are replaced. */
function endToEndHeaders({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>, replaced?: RegExp) {
  const ofConnection = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return pairsOf(rawHeaders)
    .filter(([name]) => !HOP_BY_HOP.test(name) && !ofConnection.includes(name.toLowerCase()) && !replaced?.test(name))
    .flat();
}

function forwardedHeaders(request: IncomingMessage, body: Buffer, host: string): string[] {
  const { headers } = request;
  const hasBody = (headers['content-length'] ?? headers['transfer-encoding']) !== undefined;
  const length = hasBody ? ['content-length', String(body.length)] : [];
  return ['host', host, ...endToEndHeaders(request, /^(?:host|expect|content-length)$/i), ...length];
}

function answeredHeaders(reply: UpstreamReply, method: string): string[] {
  const hasBody = method !== 'HEAD' && !isBodiless(reply.status);
  const isLengthMissing = hasBody && reply.headers['content-length'] === undefined;
  return [...endToEndHeaders(reply), ...(isLengthMissing ? ['content-length', String(reply.body.length)] : [])];
}
