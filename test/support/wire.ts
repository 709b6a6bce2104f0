import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { buildServedApp } from '../../src/server/app.js';
import type { Limits } from '../../src/server/transport/limits.js';
import type { Mock } from '../../src/core/mock.js';
import { exchangeBytes } from './raw.js';
import { bytesOf, type WireRequest } from './bytes.js';
import { appOptions } from './app.js';
import { transportWith } from './transport.js';

export { AUTHORIZATION, bytesOf, CLOSE, HOST, type WireRequest } from './bytes.js';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** One reply from the wire. */
export interface WireReply {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Serves a mock with the given limits until the test ends, and returns the URL. */
export async function serve(mock: Mock, limits?: Partial<Limits>, log?: Logger): Promise<string> {
  const { url, close } = await open(mock, limits, log);
  onTestFinished(close);
  return url;
}

/** Serves a mock for all tests of a file, which must not affect each other. */
export function serveForAll(mock: Mock): { url: string } {
  const shared = { url: '', close: async () => {} };
  beforeAll(async () => void Object.assign(shared, await open(mock)));
  afterAll(() => shared.close());
  return shared;
}

async function open(mock: Mock, limits: Partial<Limits> = {}, log: Logger = pino({ level: 'silent' })) {
  const { fastify } = buildServedApp(mock, appOptions({ log, transport: transportWith({ limits }) }));
  await fastify.listen({ host: '127.0.0.1', port: 0 });
  const { port } = fastify.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => fastify.close() };
}

/** Sends bytes and reads the one reply to them. */
export async function replyTo(url: string, request: WireRequest | string): Promise<WireReply> {
  const replies = await repliesTo(url, request);
  expect(replies).toHaveLength(1);
  return replies[0] as WireReply;
}

/** Sends bytes, and more once the server starts to answer, and reads all replies. */
export async function repliesTo(url: string, request: WireRequest | string, more?: string): Promise<WireReply[]> {
  let rest = await exchangeBytes(url, typeof request === 'string' ? request : bytesOf(request), more);
  const replies: WireReply[] = [];
  while (rest !== '') {
    const headEnd = rest.indexOf('\r\n\r\n');
    const [statusLine = '', ...lines] = rest.slice(0, headEnd).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
    );
    const body = rest.slice(headEnd + 4);
    const { text, after } = headers['transfer-encoding'] === 'chunked' ? chunked(body) : sized(body, headers);
    replies.push({ status: Number(statusLine.split(' ')[1]), headers, text });
    rest = after;
  }
  return replies;
}

/** Asserts the complete envelope of a refusal, except the text of its messages. */
export function expectRefusal({ status, headers, text }: WireReply, expected: number, ...codes: string[]): void {
  const body = JSON.parse(text) as { errors: { code: string; message: string }[] };
  expect({ status, type: headers['content-type'], codes: body.errors.map(({ code }) => code) }).toEqual({
    status: expected,
    type: JSON_TYPE,
    codes,
  });
  expect(body).toEqual({
    message: 'error',
    errors: codes.map((code) => ({ code, message: expect.stringMatching(/\S/) as string })),
  });
}

function sized(body: string, headers: Record<string, string>): { text: string; after: string } {
  const length = Number(headers['content-length'] ?? 0);
  return { text: body.slice(0, length), after: body.slice(length) };
}

function chunked(body: string): { text: string; after: string } {
  let text = '';
  let rest = body;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, lineEnd), 16);
    const data = rest.slice(lineEnd + 2);
    text += data.slice(0, size);
    rest = data.slice(size + 2);
    if (!(size > 0)) return { text, after: rest };
  }
}
