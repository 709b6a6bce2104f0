import { Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { redactKey } from '../../src/schema/secrets.js';
import { LogStream, openLog } from '../../src/start/log-stream.js';
import { startServer } from '../../src/server/server.js';
import { defaultSettings, type Settings } from '../../src/start/settings.js';
import { exchangeBytes } from '../support/raw.js';
import { API_KEY, bearer, get } from '../support/server.js';
import { appOptions } from '../support/app.js';
import { mockOf } from '../support/mock.js';

/** A reader that may stop reading. */
class Reader extends Writable {
  text = '';
  writes = 0;
  isTTY = false;
  #stopped: (() => void) | undefined;
  #reading = true;

  constructor() {
    super({ decodeStrings: false });
  }

  stop(): this {
    this.#reading = false;
    return this;
  }

  resume(): void {
    this.#reading = true;
    this.#stopped?.();
  }

  get lines(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    this.writes++;
    if (this.#reading) done();
    else this.#stopped = done;
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const LINE = `${JSON.stringify({ msg: 'x'.repeat(1000) })}\n`;

describe('the stream of log lines', () => {
  it('batches the lines of one event-loop turn', async () => {
    const reader = new Reader();
    const stream = new LogStream(reader);
    for (const line of ['1\n', '2\n', '3\n']) stream.write(line);
    expect(reader.text).toBe('');
    await turn();
    expect([reader.text, reader.writes]).toEqual(['1\n2\n3\n', 1]);
  });

  it('buffers at most a megabyte for a stalled reader and counts the dropped lines', async () => {
    const reader = new Reader().stop();
    const stream = new LogStream(reader);
    for (let line = 0; line < 5000; line++) {
      stream.write(LINE);
      if (line % 100 === 0) await turn();
    }
    await turn();
    const kept = Math.round(reader.writableLength / LINE.length);
    expect(kept).toBeGreaterThan(1000);
    expect(reader.writableLength).toBeLessThan(1024 * 1024 + 2 * LINE.length);

    reader.resume();
    await turn();
    stream.write(LINE);
    await turn();
    const messages = reader.lines.map(({ msg }) => msg as string);
    expect(messages.filter((msg) => msg.startsWith('x'))).toHaveLength(kept + 1);
    expect(messages.at(-2)).toBe(`${5000 - kept} log lines were dropped: the reader was too slow`);
  });

  it('reports dropped lines at the end if no line was written in between', async () => {
    const reader = new Reader().stop();
    const stream = new LogStream(reader);
    for (let line = 0; line < 2000; line++) stream.write(LINE);
    await turn();
    reader.resume();
    await stream.end();
    expect(reader.lines.at(-1)?.['msg']).toMatch(/^\d+ log lines were dropped: the reader was too slow$/);
  });

  it('announces a line immediately and unformatted', () => {
    const reader = new Reader().stop();
    const stream = new LogStream(reader, (line) => `pretty ${line}`);
    stream.write('1\n');
    stream.announce('{"msg":"ready"}\n');
    expect(reader.text).toBe('pretty 1\n{"msg":"ready"}\n');
  });

  it('ends when the last line is read', async () => {
    const reader = new Reader();
    const stream = new LogStream(reader);
    stream.write('last\n');
    await stream.end();
    expect(reader.text).toBe('last\n');
  });

  it('ends without a reader', async () => {
    const reader = new Reader().stop();
    const stream = new LogStream(reader);
    stream.write('last\n');
    await expect(stream.end()).resolves.toBeUndefined();
  });

  it('survives a closed reader', async () => {
    const reader = new Reader();
    const stream = new LogStream(reader);
    reader.destroy(new Error('EPIPE'));
    await turn();
    stream.write('1\n');
    await expect(stream.end()).resolves.toBeUndefined();
  });
});

/** Serves with a log that is kept, and hands over what is logged of some calls. */
async function logWhile(some: Partial<Settings>, call: (url: string) => Promise<unknown>): Promise<string> {
  const settings = { ...defaultSettings, port: 0, ...some };
  const reader = new Reader();
  const { log, stream } = await openLog(settings, reader);
  const server = await startServer(mockOf(settings), appOptions({ settings, log }));
  onTestFinished(() => server.stop());
  await call(server.url);
  await server.stop();
  await stream.end();
  return reader.text;
}

function logOf(path: string, headers: Record<string, string>, some: Partial<Settings> = {}): Promise<string> {
  return logWhile(some, (url) => get(url + path, headers));
}

const PATH = '/segments/data_series';
const QUERY = '?segment_id=segment_1234&length=1';
const UNKNOWN_KEY = 'unknown-key-unknown-key';

describe('a request is logged in one line', () => {
  it.each([
    [
      'a success',
      PATH + QUERY,
      API_KEY,
      { workspace: 'default', apiKey: 'YOUR…', segmentId: 'segment_1234', status: 200, outcome: 'success' },
    ],
    [
      'a likely mistake',
      `${PATH}${QUERY}&lenght=7`,
      API_KEY,
      {
        workspace: 'default',
        apiKey: 'YOUR…',
        segmentId: 'segment_1234',
        status: 200,
        outcome: 'success',
        warnings: [
          'an unknown parameter was ignored: "lenght" is not a parameter of this endpoint; did you mean length?',
        ],
      },
    ],
    [
      'a key as the id',
      `${PATH}?segment_id=${API_KEY}`,
      undefined,
      {
        segmentId: 'YOUR…',
        status: 401,
        outcome: 'api_key_missing',
        warnings: [expect.stringMatching(/^there is an API key in the parameter segment_id; /) as string],
      },
    ],
    ['a control call', '/__mock/version', undefined, { path: '/__mock/version', status: 200, outcome: 'success' }],
    ['the document', '/openapi.json', undefined, { path: '/openapi.json', status: 200, outcome: 'success' }],
    [
      'a bad call',
      PATH,
      API_KEY,
      { workspace: 'default', apiKey: 'YOUR…', status: 400, outcome: 'segment_id_required' },
    ],
    [
      'an unknown key',
      PATH + QUERY,
      UNKNOWN_KEY,
      { apiKey: 'unkn…', segmentId: 'segment_1234', status: 401, outcome: 'api_key_invalid' },
    ],
    [
      'a short key',
      PATH + QUERY,
      'short-key',
      { apiKey: '…', segmentId: 'segment_1234', status: 401, outcome: 'api_key_invalid' },
    ],
    ['no key', PATH + QUERY, undefined, { segmentId: 'segment_1234', status: 401, outcome: 'api_key_missing' }],
    ['an unknown path', '/nowhere', API_KEY, { path: '/nowhere', status: 404, outcome: 'not_found' }],
    ['a bad escape in the path', '/%zz', API_KEY, { path: '/%zz', status: 400, outcome: 'query_malformed' }],
  ])('%s', async (_name, url, key, expected) => {
    const text = await logOf(url, key === undefined ? {} : bearer(key));
    expect(text.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(text)).toEqual({
      level: 30,
      time: expect.any(Number) as number,
      method: 'GET',
      path: PATH,
      durationMs: expect.any(Number) as number,
      msg: 'request',
      ...expected,
    });
  });

  it.each([
    ['broken HTTP', 'GET / HTTP/9.9\r\n\r\n', { status: 400, outcome: 'http_malformed' }],
    [
      'too many headers',
      `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      { status: 431, outcome: 'headers_too_large' },
    ],
    [
      'an expectation',
      'GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n',
      { status: 417, outcome: 'expectation_failed' },
    ],
  ])('%s', async (_name, bytes, expected) => {
    const text = await logWhile({}, (url) => exchangeBytes(url, bytes));
    expect(text.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(text)).toMatchObject({ msg: 'request', durationMs: expect.any(Number) as number, ...expected });
  });

  it('with --log-format pretty as text', async () => {
    const text = await logOf(PATH + QUERY, bearer(API_KEY), { logFormat: 'pretty' });
    expect(text.trimEnd().split('\n')).toHaveLength(1);
    expect(text).toMatch(/INFO.*request.*"workspace":"default".*"outcome":"success"/);
  });

  it.each(['warn', 'silent'] as const)('but not at the level %s', async (logLevel) => {
    expect(await logOf(PATH + QUERY, bearer(API_KEY), { logLevel })).toBe('');
  });

  it.each(['json', 'pretty'] as const)('and never with a full key: %s', async (logFormat) => {
    const keys = [API_KEY, UNKNOWN_KEY, 'short-key', 'KEY-WITHOUT-PERMISSIONS'];
    const text = await logWhile({ logFormat, logLevel: 'trace' }, async (url) => {
      for (const key of keys) await get(`${url}${PATH}${QUERY}&api_key=${key}`, bearer(key));
    });
    expect(text.match(/\n/g)).toHaveLength(keys.length);
    expect(keys.filter((key) => text.includes(key))).toEqual([]);
  });
});

it.each([
  ['YOUR-REST-API-KEY', 'YOUR…'],
  ['12345678901', '…'],
  ['123456789012', '1234…'],
  ['', '…'],
])('logs the key %j as %s', (key, shown) => {
  expect(redactKey(key)).toBe(shown);
});
