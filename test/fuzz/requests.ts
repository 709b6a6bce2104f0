import { Buffer } from 'node:buffer';
import fc, { type Arbitrary } from 'fast-check';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { codePoint } from '../support/text.js';

/** A well-formed HTTP request, which need not be meaningful. */
export interface Request {
  method: string;
  target: string;
  /** Header lines. */
  headers: string[];
  body: string | undefined;
}

/** Two workspaces with a segment and a key for most outcomes, one for each profile. */
export const WORKSPACES: WorkspaceFixture[] = (['documented', 'observed'] as const).map((profile) => ({
  name: profile === 'documented' ? 'default' : profile,
  profile,
  instance: 'US-01',
  apiKeys: [{ key: `KEY-${profile}` }, { key: `BARE-${profile}`, permissions: [] }],
  segments: [
    { id: 'a', createdAt: '2020-01-01' },
    { id: 'é b', type: 'behavior', gaps: 'omit', points: { '2024-01-30': 2 ** 53 - 1 } },
    { id: 'grown', size: 2 ** 53 - 1, growthPerYear: 100 },
    { id: 'untracked', analyticsTrackingEnabled: false },
  ],
  // The observed profile restores the whole quota at the next hour.
  rateLimit: profile === 'documented' ? { capacity: 50, refillPerHour: 6e6 } : { capacity: 30_000 },
}));
export const KEYS = WORKSPACES.flatMap(({ apiKeys = [] }) => apiKeys.map(({ key }) => key));
const FULL_KEYS = KEYS.filter((key) => key.startsWith('KEY'));

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE'];

/** Mostly GET. */
const method = fc.oneof(
  { weight: 9, arbitrary: fc.constant('GET') },
  { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
);

/** Bytes that the parser accepts in a target. */
const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCodePoint(code)),
  maxLength: 30,
});
const anyText = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ unit: codePoint, maxLength: 20 }));

const path = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom(
      '/segments/data_series',
      '/segments/data_series',
      '/segments/list',
      '/segments/details',
      '/campaigns/list',
    ),
  },
  { weight: 1, arbitrary: visible.map((text) => `/${text}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '//segments//data_series/',
      '/%73egments/data_series',
      '/segments/data_series/x',
      '/SEGMENTS/data_series',
      'http://rest.iad-01.braze.com/segments/data_series',
      'https://u@[::1]:1/segments/list',
      '/segments/../segments/list',
      '/%',
      '/%ff',
      '/__mock',
      '/__mock/none',
      '*',
    ),
  },
);

/** Valid and nearly valid values of a parameter. */
const VALUES: Record<string, Arbitrary<string>> = {
  segment_id: fc.oneof(fc.constantFrom('a', 'é b', 'grown', 'untracked', 'none', '', 'x'.repeat(257)), anyText),
  length: fc.oneof(
    fc.integer({ min: -1, max: 101 }).map(String),
    fc.constantFrom('1', '100', '', '1e2', '+1', '٣', '0x1', '1.0'),
  ),
  ending_at: fc.oneof(
    fc
      .date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') })
      .map((date) => date.toISOString()),
    fc.constantFrom(
      '2024-01-31',
      '0000-01-01T00:00:00+14:00',
      '9999-12-31T23:59:59-14:00',
      '2024-02-30',
      'now',
      '2024-01-31T12:00:00+5',
      '',
    ),
  ),
  page: fc.oneof(fc.integer({ min: -1, max: 3 }).map(String), fc.constantFrom('', '1.5', '9007199254740993', '1e9')),
  sort_direction: fc.constantFrom('asc', 'desc', '', 'up'),
};

const parameter = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.oneof(...Object.entries(VALUES).map(([name, value]) => value.map((text) => [name, text]))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.oneof(anyText, fc.constantFrom('__proto__', 'constructor', 'lenght', '')), anyText),
  },
);

/** A text in a query, escaped or not, in UTF-8 or not. */
const escaped = fc.constantFrom(
  (text: string) => encodeURIComponent(text.toWellFormed()),
  (text: string) => encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+').toLowerCase(),
  (text: string) => text.replaceAll(/[^!-~]/g, '%ff'),
  (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
);
const query = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .array(fc.tuple(parameter, escaped), { maxLength: 6 })
      .map((pairs) => pairs.map(([pair, escape]) => pair.map(escape).join('=')).join('&')),
  },
  { weight: 1, arbitrary: visible },
);

const goodQuery = fc
  .record({
    id: fc.constantFrom('a', '%C3%A9%20b', 'grown', 'untracked'),
    length: fc.integer({ min: 1, max: 100 }),
    end: VALUES['ending_at']!,
  })
  .map(({ id, length, end }) => `segment_id=${id}&length=${length}&ending_at=${encodeURIComponent(end)}`);

/** Bytes that the parser accepts in a header value. */
const headerText = fc.string({
  unit: fc
    .oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
      { weight: 1, arbitrary: fc.integer({ min: 0x80, max: 0xff }) },
    )
    .map((code) => String.fromCodePoint(code)),
  maxLength: 40,
});
const authorization = fc.oneof(
  {
    weight: 20,
    arbitrary: fc
      .oneof(
        { weight: 9, arbitrary: fc.constantFrom(...FULL_KEYS) },
        { weight: 1, arbitrary: fc.constantFrom(...KEYS) },
      )
      .map((key) => `Bearer ${key}`),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(
      headerText,
      headerText.map((text) => `Bearer ${text}`),
      fc.constantFrom('', 'Basic YQ==', 'Bearer  x'),
    ),
  },
);
const HEADERS: Record<string, Arbitrary<string>> = {
  Prefer: fc.oneof(
    fc.integer({ min: 99, max: 600 }).map((code) => `code=${code}`),
    headerText,
  ),
  'If-None-Match': fc.oneof(fc.constantFrom('*', 'W/"a"', '""'), headerText),
  Accept: fc.oneof(fc.constantFrom('text/csv', '*/*'), headerText),
  Origin: fc.oneof(fc.constantFrom('null', 'http://localhost', 'https://evil.example'), headerText),
  'Content-Type': fc.oneof(fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', ''), headerText),
  'X-Forwarded-For': headerText,
  Cookie: headerText,
  __proto__: headerText,
  constructor: headerText,
  Upgrade: fc.constantFrom('h2c', 'websocket'),
  Range: fc.constant('bytes=0-1'),
};
const otherHeaders = fc
  .subarray(Object.keys(HEADERS), { maxLength: 4 })
  .chain((names) =>
    fc.tuple(...names.map((name) => (HEADERS[name] as Arbitrary<string>).map((value) => `${name}: ${value}`))),
  );
const host = fc.oneof(
  { weight: 16, arbitrary: fc.constantFrom('localhost', 'REST.iad-01.braze.com:443', '[::1]:80', '') },
  { weight: 1, arbitrary: fc.constant('rest.fra-01.braze.eu') },
  { weight: 1, arbitrary: headerText },
);

/** A request for an endpoint or an unknown path. */
export const endpointRequest: Arbitrary<Request> = fc
  .record({
    method,
    path,
    query: fc.option(fc.oneof({ weight: 2, arbitrary: goodQuery }, query), { freq: 20 }),
    host,
    authorization: fc.option(authorization, { freq: 20 }),
    others: otherHeaders,
    body: fc.oneof(
      { weight: 8, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.json() },
      { weight: 1, arbitrary: anyText },
    ),
  })
  .map(({ path: to, query: asked, host: at, authorization: key, others, ...rest }) => ({
    ...rest,
    target: asked === null ? to : `${to}?${asked}`,
    headers: [`Host: ${at}`, ...(key === null ? [] : [`Authorization: ${key}`]), ...others],
  }));

/** The bytes of a request, as Latin-1. */
export function bytesOfRequest({ method: verb, target, headers, body }: Request, isLast: boolean): string {
  const content = body === undefined ? '' : Buffer.from(body).toString('latin1');
  const lines = [
    `${verb} ${target} HTTP/1.1`,
    ...headers,
    ...(body === undefined ? [] : [`Content-Length: ${content.length}`]),
    ...(isLast ? ['Connection: close'] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${content}`;
}
