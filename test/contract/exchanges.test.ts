import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/start/settings.js';
import { formatDay, parseInstant } from '../../src/core/time/calendar.js';
import { parseExchange, type RecordedExchange, recordedExchanges } from '../support/exchanges.js';
import { dayAt } from '../support/segments.js';
import { replyTo, serve, type WireReply } from '../support/wire.js';
import { mockOf } from '../support/mock.js';

const EXCHANGES = recordedExchanges();
const CAPACITY = 250_000;
/** Headers that Node adds to every reply. */
const HOP = new Set(['date', 'connection', 'content-length']);

async function replay({ provenance, replay: { given, request } }: RecordedExchange): Promise<WireReply> {
  const settings = { ...defaultSettings, profile: 'observed' as const, clock: provenance.date };
  const mock = mockOf(settings, [{ name: 'w', apiKeys: [{ key: given.apiKey }], segments: given.segments }]);
  const quota = { capacity: CAPACITY, refillPerHour: CAPACITY };
  mock.workspaces.get('w')?.limiter.set(quota, given.remaining, parseInstant(provenance.date) ?? NaN);
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  return replyTo(await serve(mock), { ...request, headers: ['Host: localhost', 'Connection: close', ...headers] });
}

/** The exchanges whose source holds this part of the reply. */
function withRecorded(part: keyof RecordedExchange['recorded']) {
  return EXCHANGES.filter(([, { recorded }]) => recorded[part] !== undefined);
}

describe('the mock answers as recorded', () => {
  it.each(withRecorded('status'))('status: %s', async (_file, exchange) => {
    expect((await replay(exchange)).status).toBe(exchange.recorded.status);
  });

  it.each(withRecorded('headers'))('headers, and no others: %s', async (_file, exchange) => {
    const { varyingHeaders = {} } = exchange.replay;
    const expected = Object.entries(exchange.recorded.headers ?? {}).map(([name, value]) => {
      const pattern = varyingHeaders[name];
      return [name, pattern === undefined ? value : (expect.stringMatching(new RegExp(pattern)) as string)];
    });
    const sent = Object.entries((await replay(exchange)).headers).filter(([name]) => !HOP.has(name));
    expect(Object.fromEntries(sent)).toEqual(Object.fromEntries(expected));
  });

  it.each(withRecorded('body'))('body, or its shape: %s', async (_file, exchange) => {
    const { bodyPattern } = exchange.replay;
    const { text } = await replay(exchange);
    if (bodyPattern === undefined) expect(text).toBe(exchange.recorded.body);
    else expect(text).toMatch(new RegExp(bodyPattern));
  });

  it.each(withRecorded('rows'))('rows, in order: %s', async (_file, exchange) => {
    const { first = '', count = 0, size } = exchange.recorded.rows ?? {};
    const rows = Array.from({ length: count }, (_, index) => ({ time: formatDay(dayAt(first) + index), size }));
    const { data } = JSON.parse((await replay(exchange)).text) as { data: unknown };
    expect(JSON.stringify(data)).toBe(JSON.stringify(rows));
  });
});

describe('the exchange files', () => {
  it('cover these endpoints, with a class that matches the recorded endpoint', () => {
    const asked = ([file, { class: evidence, provenance }]: (typeof EXCHANGES)[number]) =>
      `${file}: ${evidence}, ${provenance.asked.method} ${provenance.asked.endpoint}`;
    expect(EXCHANGES.map(asked).toSorted()).toEqual([
      'headers-of-a-success.json: sibling, GET /email/hard_bounces',
      'list-of-segments.json: recorded, GET /segments/list',
      'unknown-id.json: sibling, GET /canvas/details',
      'unknown-key.json: sibling, POST /users/track',
      'window-of-6-days.json: recorded, GET /segments/data_series',
      'window-of-99-days.json: recorded, GET /segments/data_series',
    ]);
  });

  it('contain no raw reply of GET /segments/data_series', () => {
    for (const [, { recorded }] of EXCHANGES.filter(([, { provenance }]) =>
      /data_series/.test(provenance.asked.endpoint),
    ))
      expect(Object.keys(recorded)).toEqual(['rows']);
  });

  it.each(EXCHANGES)('%s uses patterns that its source matches', (_file, exchange) => {
    const { recorded, replay: compared } = exchange;
    const { headers = {}, omittedHeaders = [] } = recorded;
    expect(omittedHeaders.filter((name) => name in headers)).toEqual([]);
    for (const [name, pattern] of Object.entries(compared.varyingHeaders ?? {}))
      expect(headers[name]).toMatch(new RegExp(pattern));
    if (compared.bodyPattern !== undefined) expect(recorded.body).toMatch(new RegExp(compared.bodyPattern));
    const { first = '', last = '', count } = recorded.rows ?? {};
    if (count !== undefined) expect(dayAt(last) - dayAt(first) + 1).toBe(count);
  });

  it.each(EXCHANGES)('%s reveals no id, name or key of the recorded workspace', (_file, exchange) => {
    const { provenance, recorded, replay: compared } = exchange;
    const text = JSON.stringify([provenance, recorded.body, compared]);
    const ids = text.match(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g) ?? [];
    expect(ids.filter((id) => !id.startsWith('00000000-'))).toEqual([]);
    const names = compared.given.segments.flatMap(({ name }) => name ?? []);
    expect(names.filter((name) => !/^Segment \d$/.test(name))).toEqual([]);
    expect(compared.given.apiKey).toBe('REPLACED-KEY');
    expect(compared.request.headers['authorization']).toMatch(/^Bearer (REPLACED-KEY|non-existent)$/);
  });
});

describe('rejects an exchange file', () => {
  type Json = Record<string, Record<string, unknown>>;
  const without = (name: string) => (exchange: Json) => void delete exchange['provenance']?.[name];
  const setting = (name: string, value: unknown) => (exchange: Json) =>
    void Object.assign(exchange['provenance'] ?? {}, { [name]: value });

  it.each<[string, (exchange: Json) => void, RegExp]>([
    [
      'written by hand',
      (exchange) => void Object.assign(exchange, { class: 'handwritten', provenance: { written: 'by me' } }),
      /\$\.class: found "handwritten"/,
    ],
    [
      'recorded from another host than one of Braze',
      (exchange) => {
        for (const name of ['repository', 'file', 'commit', 'alsoRecorded']) without(name)(exchange);
        setting('host', 'localhost:1234')(exchange);
      },
      /not Braze/,
    ],
    ['without anything to compare', (exchange) => void delete exchange['replay'], /\$\.replay: found nothing/],
    ['of an unknown class', (exchange) => void Object.assign(exchange, { class: 'inferred' }), /class/],
    ['of no class', (exchange) => void delete exchange['class'], /class/],
    ['with an unknown field', (exchange) => void Object.assign(exchange, { ignoredHeaders: [] }), /ignoredHeaders/],
    ['with an unknown field in its provenance', setting('recordedOn', '2020-06-17'), /recordedOn/],
    ['without a repository', without('repository'), /repository/],
    ['without a file', without('file'), /file/],
    ['without a commit', without('commit'), /commit/],
    ['with a commit cut short', setting('commit', '4a10f77e'), /commit/],
    ['without a date', without('date'), /date/],
    ['with a date that does not exist', setting('date', '2020-06-31'), /date/],
    ['without what was asked', without('asked'), /asked/],
    ['without a word on what was kept', without('kept'), /kept/],
    ['without a word on what was replaced', without('replaced'), /replaced/],
    [
      'as recorded where another endpoint was asked',
      setting('asked', { method: 'GET', endpoint: '/canvas/details' }),
      /\$\.class: found "recorded", expected "sibling", because GET \/canvas\/details was asked/,
    ],
    [
      'as recorded where another method was used',
      setting('asked', { method: 'POST', endpoint: '/segments/list' }),
      /\$\.class: found "recorded", expected "sibling", because POST \/segments\/list was asked/,
    ],
    [
      'as a sibling where the same endpoint was asked',
      (exchange) => void Object.assign(exchange, { class: 'sibling' }),
      /\$\.class: found "sibling", expected "recorded", because GET \/segments\/list was asked/,
    ],
  ])('%s', (_how, change, message) => {
    const exchange = structuredClone(new Map(EXCHANGES).get('list-of-segments.json')) as unknown as Json;
    expect(() => parseExchange('changed.json', exchange)).not.toThrow();
    change(exchange);
    expect(() => parseExchange('changed.json', exchange)).toThrow(message);
  });
});
