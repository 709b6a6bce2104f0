import { describe, expect, it } from 'vitest';
import { Mock } from '../../src/mock.js';
import { defaultSettings } from '../../src/settings.js';
import { type RecordedExchange, recordedExchanges } from '../support/exchanges.js';
import { replyTo, serve, type WireReply } from '../support/wire.js';

const EXCHANGES = recordedExchanges();

async function replay({ given, request }: RecordedExchange): Promise<WireReply> {
  const workspaces = [{ name: 'recorded', apiKeys: [{ key: given.apiKey }], segments: given.segments }];
  const url = await serve(new Mock({ ...defaultSettings, profile: 'observed', clock: given.now }, workspaces));
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  return replyTo(url, { ...request, headers: ['Host: rest.iad-01.braze.com', 'Connection: close', ...headers] });
}

function expectedHeaders(headers: NonNullable<RecordedExchange['response']['headers']>) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (expect.stringMatching(new RegExp(value.pattern)) as string),
    ]),
  );
}

it('some were recorded', () => {
  expect(EXCHANGES.length).toBeGreaterThanOrEqual(5);
});

/** The exchanges of which a part of the response was recorded. */
function withRecorded(part: 'headers' | 'body' | 'rows') {
  return EXCHANGES.filter(([, { response }]) => response[part] !== undefined);
}

describe('a recorded request', () => {
  it.each(EXCHANGES)('has the recorded status: %s', async (_file, exchange) => {
    expect((await replay(exchange)).status).toBe(exchange.response.status);
  });

  it.each(withRecorded('headers'))('has the recorded headers and no others: %s', async (_file, exchange) => {
    const { response, ignoredHeaders } = exchange;
    const headers = Object.entries((await replay(exchange)).headers);
    const applications = headers.filter(([name]) => !ignoredHeaders.includes(name));
    expect(Object.fromEntries(applications)).toEqual(expectedHeaders(response.headers ?? {}));
  });

  it.each(withRecorded('body'))('has the recorded body, byte for byte: %s', async (_file, exchange) => {
    expect((await replay(exchange)).text).toBe(exchange.response.body);
  });

  it.each(withRecorded('rows'))('has the recorded rows: %s', async (_file, exchange) => {
    const { rows } = exchange.response;
    const { data, message } = JSON.parse((await replay(exchange)).text) as { data: object[]; message: string };
    const [first, last] = [data.at(0), data.at(-1)].map((row) => JSON.stringify(row));
    expect({ count: data.length, first, last, message }).toEqual({
      count: rows?.count,
      first: JSON.stringify(rows?.first),
      last: JSON.stringify(rows?.last),
      message: 'success',
    });
  });
});

it.each(EXCHANGES)('%s names no header that it ignores', (_file, { response, ignoredHeaders }) => {
  expect(Object.keys(response.headers ?? {}).filter((name) => ignoredHeaders.includes(name))).toEqual([]);
});
