import { Buffer } from 'node:buffer';
import { describe, expect, it, beforeAll } from 'vitest';
import type { EntryView } from '../../../src/core/journal/entry.js';
import { openTestServer, type TestServer } from '../../support/server.js';
import { CLOSE, HOST, replyTo } from '../../support/wire.js';

/** Not the key that messages give as an example. */
const API_KEY = 'QZVK-opens-0123456';
const AUTHORIZATION = `Authorization: Bearer ${API_KEY}`;
const IDS = ['seg-01', 'VIP users', 'Ünïcode', '007', 'a%20b'];

let server: TestServer;
beforeAll(async () => {
  const segments = [
    ...IDS.map((id) => ({ id })),
    { id: 'named', name: 'Lapsed Customers' },
    { id: 'x1', name: 'seg-01' },
  ];
  server = await openTestServer({ workspaces: [{ name: 'default', apiKeys: [{ key: API_KEY }], segments }] });
  return () => server.stop();
});

/** The entry of one request: its warnings, and what its last check decided. */
async function sent(target: string, headers = [AUTHORIZATION], on = server) {
  await replyTo(on.url, { target, headers: [HOST, ...headers, CLOSE] });
  const lists = await Promise.all(
    ['/requests', '/workspaces/default/requests'].map((path) => on.control('GET', `${path}?limit=1`)),
  );
  const [entry] = lists.flatMap(({ body }) => (body as { requests: EntryView[] }).requests);
  for (const path of ['/requests', '/workspaces/default/requests']) await on.control('DELETE', path);
  return { warnings: entry?.warnings ?? [], decided: entry?.explain.at(-1)?.decided ?? '', all: JSON.stringify(entry) };
}

const series = (id: string, rest = '&length=1') => `/segments/data_series?segment_id=${encodeURIComponent(id)}${rest}`;

describe('a segment id', () => {
  it.each([
    ['SEG-01', 'in another case, it is the segment "seg-01"'],
    ['ÜNÏCODE', 'in another case, it is the segment "Ünïcode"'],
    ['"seg-01"', 'without the characters around it, it is the segment "seg-01"'],
    ["'seg-01'", 'without the characters around it, it is the segment "seg-01"'],
    ['“seg-01”', 'without the characters around it, it is the segment "seg-01"'],
    ['[seg-01]', 'without the characters around it, it is the segment "seg-01"'],
    [' seg-01', 'without the spaces around it, it is the segment "seg-01"'],
    ['seg-01\n', 'without the spaces around it, it is the segment "seg-01"'],
    ['seg-1', 'written in another way, it is the segment "seg-01"'],
    ['seg-001', 'written in another way, it is the segment "seg-01"'],
    ['7', 'written in another way, it is the segment "007"'],
    ['seg_01', 'written in another way, it is the segment "seg-01"'],
    ['VIP%20users', 'written in another way, it is the segment "VIP users"'],
    ['VIP user', 'did you mean the segment "VIP users"'],
    ['VPI users', 'did you mean the segment "VIP users"'],
    ['seg-01x', 'did you mean the segment "seg-01"'],
    ['vip users', 'in another case, it is the segment "VIP users"'],
    ['Lapsed Customers', 'segment_id takes the id, not the name; the segment of this name has the id "named"'],
    ['lapsed customers', 'segment_id takes the id, not the name; the segment of this name has the id "named"'],
  ])('%j: %s', async (id, hint) => {
    for (const target of [series(id), series(id, '').replace('data_series', 'details')]) {
      const { warnings, decided } = await sent(target);
      expect(warnings).toContain(hint);
      expect(decided).toMatch(/^refused with 404 segment_not_found: /);
      expect(decided.endsWith(`; ${hint}`)).toBe(true);
    }
  });

  it.each(['seg-02', 'seg-011', 'seg-01xy', 'VPI uesrs', '008', 'x', 'unknown', '', '%', '\u{1F600}'])(
    '%j comes near to nothing',
    async (id) => {
      expect((await sent(series(id))).warnings).toEqual([]);
    },
  );

  it('suggests from the current catalogue', async () => {
    const own = await openTestServer({ workspaces: [{ name: 'default', apiKeys: [{ key: API_KEY }] }] });
    try {
      expect((await sent(series('NEW'), [AUTHORIZATION], own)).warnings).toEqual([]);
      await own.control('PUT', '/workspaces/default/segments/new', {});
      expect((await sent(series('NEW'), [AUTHORIZATION], own)).warnings).toHaveLength(1);
      await own.control('PATCH', '/workspaces/default/segments/new', { name: 'Called so' });
      expect((await sent(series('called so'), [AUTHORIZATION], own)).warnings).toHaveLength(1);
      await own.control('DELETE', '/workspaces/default/segments/new');
      expect((await sent(series('NEW'), [AUTHORIZATION], own)).warnings).toEqual([]);
    } finally {
      await own.stop();
    }
  });

  it('is reported in the profile observed too, but not for a planned 404', async () => {
    await server.control('PUT', '/workspaces/default/profile', { profile: 'observed' });
    expect((await sent(series('SEG-01'))).decided).toMatch(/^refused with 400 .*; in another case, it is the segment/);
    await server.control('POST', '/workspaces/default/reset');
    expect((await sent(series('SEG-01'), [AUTHORIZATION, 'Prefer: code=404'])).warnings).toEqual([]);
  });
});

describe('a placeholder', () => {
  const hint = (what: string) => `${what} has a placeholder that was not filled in`;

  it.each([
    '{{segment_id}}',
    '{{ segment_id }}',
    '${id}',
    '$id',
    '<id>',
    ':id',
    '{id}',
    '%s',
    '%(id)s',
    '#{id}',
    '<%= id %>',
    'undefined',
    'null',
    'None',
    'NaN',
    '[object Object]',
    'seg-{{n}}',
    '%7B%7Bid%7D%7D',
    '%SEGMENT_ID%',
  ])('%s is seen in segment_id, length and ending_at', async (text) => {
    const value = encodeURIComponent(text);
    const id = await sent(series(text));
    expect(id.warnings).toEqual([hint('segment_id')]);
    expect(id.decided.endsWith(`; ${hint('segment_id')}`)).toBe(true);
    expect((await sent(series('seg-01', `&length=${value}`))).warnings).toEqual([hint('length')]);
    expect((await sent(series('seg-01', `&length=1&ending_at=${value}`))).warnings).toContain(hint('ending_at'));
    expect((await sent(`/segments/list?page=${value}`)).warnings).toEqual([hint('page')]);
  });

  it.each(['{{api_key}}', '${BRAZE_KEY}', '$BRAZE_KEY', 'undefined', 'null', '<api-key>'])(
    '%s is seen as the key',
    async (text) => {
      const says = 'the key is a placeholder that was not filled in';
      const { warnings, decided } = await sent('/segments/list', [`Authorization: Bearer ${text}`]);
      expect(warnings).toEqual([`Authorization: ${says}`]);
      expect(decided.endsWith(`; ${says}`)).toBe(true);
    },
  );

  it('is detected in the path, but not in a segment with that name', async () => {
    expect((await sent('/{{path}}')).warnings).toEqual([hint('the path')]);
    await server.control('PUT', '/workspaces/default/segments/null', {});
    expect((await sent(series('null'))).warnings).toEqual([]);
    await server.control('POST', '/workspaces/default/reset');
  });
});

describe('a path', () => {
  it.each([
    ['/segment/list', '/segments/list'],
    ['/segments/lists', '/segments/list'],
    ['/v1/segments/list', '/segments/list'],
    ['/api/v2/segments/details?segment_id=x', '/segments/details'],
    ['/Segments/List', '/segments/list'],
    ['/SEGMENTS/DATA_SERIES', '/segments/data_series'],
    ['/segments/data-series', '/segments/data_series'],
    ['/segments/dataSeries', '/segments/data_series'],
    ['/segments/data_series/seg-01', '/segments/data_series'],
    ['/segments/list.json', '/segments/list'],
    ['/segments\\list', '/segments/list'],
    ['/segments%2Flist', '/segments/list'],
    ['/segments/list%20', '/segments/list'],
    ['/https://rest.iad-01.braze.com/segments/list', '/segments/list'],
    ['/campaign/list', '/campaigns/list'],
  ])('%s: did you mean %s?', async (target, path) => {
    const { warnings, decided } = await sent(target);
    expect(warnings).toContain(`did you mean ${path}?`);
    expect(decided).toMatch(/^refused with 404 not_found: /);
    expect(decided.endsWith(`; did you mean ${path}?`)).toBe(true);
  });

  it.each([
    ['/segments/list%3Fpage=0', 'did you mean /segments/list?; its "?" was percent-encoded'],
    ['/segments/list&page=0', 'did you mean /segments/list?; parameters follow a "?"'],
  ])('%s: %s', async (target, hint) => {
    expect((await sent(target)).warnings).toEqual([hint]);
  });

  it.each([
    '/',
    '/nowhere',
    '/segments',
    '/events/list',
    '/canvas/list',
    '/users/track',
    '/%ff',
    `/${'x/'.repeat(400)}`,
  ])('%s is close to no known path', async (target) => {
    expect((await sent(target)).warnings.filter((text) => !text.includes('slash'))).toEqual([]);
  });
});

describe('a key', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it.each([
    [`Bearer Bearer ${API_KEY}`, 'it has "Bearer" twice'],
    [`bearer BEARER ${API_KEY}`, 'it has "Bearer" twice'],
    ['Bearer', 'the key behind "Bearer" is missing'],
    [API_KEY, 'the header is a known key, but "Bearer " is missing before it'],
    [`Bearer: ${API_KEY}`, 'it holds a known key; send exactly "Bearer <key>"'],
    [`Bearer=${API_KEY}`, 'it holds a known key; send exactly "Bearer <key>"'],
    [`"Bearer ${API_KEY}"`, 'it holds a known key; send exactly "Bearer <key>"'],
    [`Bearer ${API_KEY} extra`, 'it is a known key without the characters around it'],
    [`Bearer "${API_KEY}"`, 'it is a known key without the characters around it'],
    [`Bearer <${API_KEY}>`, 'it is a known key without the characters around it'],
    [`Bearer ${API_KEY},`, 'it is a known key without the characters around it'],
    [`Bearer ${API_KEY}%20`, 'it is a known key without the characters around it'],
    [`Bearer ${API_KEY}\\n`, 'it is a known key without the characters around it', 'differs'],
    [
      `Bearer ${API_KEY.toLowerCase()}`,
      'in another case it is a key of the workspace default; keys are case-sensitive',
    ],
    [`Basic ${base64(`${API_KEY}:`)}`, 'it holds a known key; send "Bearer <key>"; found the scheme Basic'],
    [`Basic ${base64(`:${API_KEY}`)}`, 'it holds a known key; send "Bearer <key>"; found the scheme Basic'],
    [`Basic ${base64('user:password')}`, 'send "Bearer <key>"; found the scheme Basic'],
    [`Token ${API_KEY}`, 'it holds a known key; send "Bearer <key>"; found the scheme Token'],
  ])('Authorization: %s: %s', async (header, hint, differs = '') => {
    const { warnings, decided, all } = await sent('/segments/list', [`Authorization: ${header}`]);
    if (differs !== '') return expect(decided).toMatch(/^refused with 401 /);
    expect(warnings).toEqual([`Authorization: ${hint}`]);
    expect(decided).toMatch(/^refused with 401 /);
    expect(decided.endsWith(`; ${hint}`)).toBe(true);
    expect(all.toUpperCase()).not.toContain(API_KEY.slice(4));
    return expect(all).not.toContain(base64(API_KEY).slice(2, 10));
  });

  it.each([
    [`X-Api-Key: ${API_KEY}`, '/segments/list', 'there is an API key in the header x-api-key; '],
    [`X-Auth-Key: ${API_KEY}`, '/segments/list', 'there is an API key in the header x-auth-key; '],
    ['X-Other: 1', `/segments/list?api_key=${API_KEY}`, 'there is an API key in the parameter api_key; '],
  ])('with %s and %s is reported if the key is missing', async (header, target, hint) => {
    const { warnings, decided, all } = await sent(target, [header]);
    expect(warnings.join()).toContain(hint);
    expect(decided).toMatch(/^refused with 401 api_key_missing: /);
    expect(decided).toContain(`; ${hint}`);
    expect(all).not.toContain(API_KEY);
  });

  it('with spaces behind it is the key', async () => {
    expect((await sent('/segments/list', [`Authorization: Bearer ${API_KEY}  `])).warnings).toEqual([]);
  });
});
