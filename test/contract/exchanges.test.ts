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

describe.each(EXCHANGES)('%s', (_file, exchange) => {
  const { response, ignoredHeaders } = exchange;

  it('is answered with the recorded status', async () => {
    expect((await replay(exchange)).status).toBe(response.status);
  });

  it.runIf(response.headers !== undefined)('is answered with the recorded headers and no others', async () => {
    const headers = Object.entries((await replay(exchange)).headers);
    const applications = headers.filter(([name]) => !ignoredHeaders.includes(name));
    expect(Object.fromEntries(applications)).toEqual(expectedHeaders(response.headers ?? {}));
  });

  it.runIf(response.body !== undefined)('is answered with the recorded body, byte for byte', async () => {
    expect((await replay(exchange)).text).toBe(response.body);
  });

  it.runIf(response.rows !== undefined)('is answered with the recorded rows', async () => {
    const { data, message } = JSON.parse((await replay(exchange)).text) as { data: object[]; message: string };
    const texts = [data.at(0), data.at(-1)].map((row) => JSON.stringify(row));
    expect({ count: data.length, first: texts[0], last: texts[1], message }).toEqual({
      count: response.rows?.count,
      first: JSON.stringify(response.rows?.first),
      last: JSON.stringify(response.rows?.last),
      message: 'success',
    });
  });

  it('compares no header that it ignores', () => {
    expect(Object.keys(response.headers ?? {}).filter((name) => ignoredHeaders.includes(name))).toEqual([]);
  });
});
