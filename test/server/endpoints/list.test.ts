import { describe, expect, it } from 'vitest';
import type { SegmentFixture } from '../../../src/core/segments/fixture.js';
import { bearer, startTestServer, type TestReply, type TestServerOptions } from '../../support/server.js';
import { bytesOf, replyTo } from '../../support/wire.js';
import { exchangeBytes } from '../../support/raw.js';

const PROFILES = ['documented', 'observed'] as const;
const KEYS = [
  { key: 'YOUR-REST-API-KEY' },
  { key: 'SERIES-ONLY', permissions: ['segments.data_series' as const] },
  { key: 'LIST-ONLY', permissions: ['segments.list' as const] },
];

interface Listed {
  message: string;
  segments: { id: string }[];
}

async function started(segments: SegmentFixture[], options: TestServerOptions = {}) {
  const workspaces = [{ name: 'w', apiKeys: KEYS, segments }];
  const server = await startTestServer({ clock: '2024-01-31T12:00:00Z', workspaces, ...options });
  return { ...server, list: (query = '') => server.get(`/segments/list${query}`) };
}

function idsOf({ status, body }: TestReply): string[] {
  const { message, segments } = body as Listed;
  expect({ status, message }).toEqual({ status: 200, message: 'success' });
  return segments.map(({ id }) => id);
}

/** What was wrong, whatever the profile: its code, or else its message. */
function problemsOf({ status, body }: TestReply): [number, string] {
  const { message, errors } = body as { message: string; errors?: { code: string }[] };
  return [status, errors?.map(({ code }) => code).join(', ') ?? message];
}

const many = (count: number): SegmentFixture[] => Array.from({ length: count }, (_, index) => ({ id: `s${index}` }));
const ids = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => `s${first + index}`);

describe.each(PROFILES)('in the profile %s', (profile) => {
  it('returns 250 segments on three pages in either order', async () => {
    const { list } = await started(many(250), { profile });
    expect(idsOf(await list())).toEqual(ids(0, 99));
    expect(idsOf(await list('?page=0&sort_direction=asc'))).toEqual(ids(0, 99));
    expect(idsOf(await list('?page=1'))).toEqual(ids(100, 199));
    expect(idsOf(await list('?page=2'))).toEqual(ids(200, 249));
    expect(idsOf(await list('?sort_direction=desc'))).toEqual(ids(150, 249).toReversed());
    expect(idsOf(await list('?page=2&sort_direction=desc'))).toEqual(ids(0, 49).toReversed());
  });

  it.each(['3', '4', '9007199254740993', '9'.repeat(400)])('returns an empty page %s past the end', async (page) => {
    const { list } = await started(many(250), { profile });
    expect(idsOf(await list(`?page=${page}`))).toEqual([]);
    expect(idsOf(await list(`?page=${page}&sort_direction=desc`))).toEqual([]);
  });

  it('returns an empty page after a page that is exactly full', async () => {
    const { list } = await started(many(200), { profile });
    expect(idsOf(await list('?page=1'))).toEqual(ids(100, 199));
    expect(idsOf(await list('?page=2'))).toEqual([]);
  });

  it('sorts oldest first, equal and absent dates in fixture order; desc is the exact reverse', async () => {
    const { list } = await started(
      [
        { id: 'new', createdAt: '2023-01-01' },
        { id: 'undated' },
        { id: 'equal 1', createdAt: '2022-01-01' },
        { id: 'old', createdAt: '1969-01-01' },
        { id: 'equal 2', createdAt: '2022-01-01T00:00:00Z' },
        { id: 'undated too' },
        { id: 'equal 3', createdAt: '2021-12-31T19:00:00-05:00' },
      ],
      { profile },
    );
    const dated = ['old', 'equal 1', 'equal 2', 'equal 3', 'new'];
    const order = idsOf(await list());
    expect(order.filter((id) => !id.startsWith('undated'))).toEqual(dated);
    expect(order.filter((id) => id.startsWith('undated'))).toEqual(['undated', 'undated too']);
    expect(idsOf(await list('?sort_direction=desc'))).toEqual(order.toReversed());
  });

  it('reflects created and deleted segments', async () => {
    const { list, control } = await started(many(3), { profile });
    idsOf(await list());
    await control('PUT', '/workspaces/w/segments/added', { analyticsTrackingEnabled: false });
    await control('DELETE', '/workspaces/w/segments/s1');
    expect(idsOf(await list())).toEqual(['s0', 's2', 'added']);
    await control('POST', '/workspaces/w/reset');
    expect(idsOf(await list())).toEqual(ids(0, 2));
  });

  it('omits unlisted segments, which the other endpoints answer', async () => {
    const segments = many(203).map((segment, index) => ({ ...segment, listed: index > 2 }));
    const { list, get, control } = await started(segments, { profile });
    expect(idsOf(await list())).toEqual(ids(3, 102));
    expect(idsOf(await list('?page=1'))).toEqual(ids(103, 202));
    expect(idsOf(await list('?page=2'))).toEqual([]);
    expect(idsOf(await list('?sort_direction=desc&page=1'))).toEqual(ids(3, 102).toReversed());
    expect((await get('/segments/data_series?segment_id=s1&length=1')).status).toBe(200);
    expect((await get('/segments/details?segment_id=s1')).status).toBe(200);
    const all = (await control('GET', '/workspaces/w/segments')).body as { segments: SegmentFixture[] };
    expect(all.segments).toHaveLength(203);
    await control('PUT', '/workspaces/w/segments/s1', { listed: true });
    await control('PUT', '/workspaces/w/segments/s3', { listed: false });
    expect(idsOf(await list()).slice(0, 2)).toEqual(['s1', 's4']);
  });

  it.each(['?limit=1', '?last_edit.time[gt]=2030-01-01T00:00:00', '?Page=7', '?page=0&direction=desc'])(
    'ignores unknown parameters in %s',
    async (query) => {
      const { list } = await started(many(3), { profile });
      expect(idsOf(await list(query))).toEqual(ids(0, 2));
    },
  );

  it('answers HEAD with the headers of GET only', async () => {
    const { url } = await started(many(3), { profile });
    const got = await replyTo(url, { target: '/segments/list' });
    const head = await exchangeBytes(url, bytesOf({ method: 'HEAD', target: '/segments/list' }));
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toContain(`\r\ncontent-type: ${got.headers['content-type']}\r\n`);
    expect(head).toContain(`\r\ncontent-length: ${got.text.length}\r\n`);
    expect(head.split('\r\n\r\n')[1]).toBe('');
  });

  it('requires its own permission', async () => {
    const { get } = await started(many(3), { profile });
    const paths = ['/segments/list', '/segments/data_series?segment_id=s0&length=1', '/segments/details?segment_id=s0'];
    const statuses = async (key: string) =>
      Promise.all(paths.map(async (path) => (await get(path, bearer(key))).status));
    expect(await statuses('LIST-ONLY')).toEqual([200, 403, 403]);
    expect(await statuses('SERIES-ONLY')).toEqual([403, 200, 403]);
    expect((await get('/segments/list', {})).status).toBe(401);
    expect((await get('/segments/list', bearer('nobody'))).status).toBe(401);
  });

  it('takes a token of the bucket shared by all endpoints and keys', async () => {
    const { get, list } = await started(many(3), { profile, rateLimit: 4 });
    const left = [
      await list(),
      await get('/segments/data_series?segment_id=s0&length=1', bearer('SERIES-ONLY')),
      await get('/segments/details?segment_id=s0'),
      await list('?page=x'),
      await get('/segments/list', bearer('LIST-ONLY')),
    ];
    expect(left.map(({ status, headers }) => [status, headers['x-ratelimit-remaining']])).toEqual([
      [200, '3'],
      [200, '2'],
      [200, '1'],
      [400, '0'],
      [429, '0'],
    ]);
  });
});

it.each([
  ['documented', '{"message":"success","segments":[', ']}'],
  ['observed', '{"segments":[', '],"message":"success"}'],
] as const)('in the profile %s the list matches byte for byte', async (profile, before, after) => {
  const { list } = await started(
    [
      { id: 'a', name: 'Ä', tags: ['x', 'y'] },
      { id: 'b', analyticsTrackingEnabled: false },
    ],
    { profile },
  );
  expect((await list()).text).toBe(
    `${before}{"id":"a","name":"Ä","analytics_tracking_enabled":true,"tags":["x","y"]},` +
      `{"id":"b","name":"b","analytics_tracking_enabled":false,"tags":[]}${after}`,
  );
  expect((await list('?page=1')).text).toBe(before + after);
});

describe('is rejected', () => {
  const PAGE = 'page must be a whole number from 0; found';
  const DIRECTION = 'sort_direction must be asc or desc; found';

  it.each([
    ...['-1', '1.0', '1e1', '0x1', '01', '%201', '%EF%BC%91', '', 'x'].map((page) => [
      `?page=${page}`,
      'page_invalid',
      `${PAGE} ${JSON.stringify(decodeURIComponent(page))}`,
    ]),
    ...['ASC', 'up', ''].map((direction) => [
      `?sort_direction=${direction}`,
      'sort_direction_invalid',
      `${DIRECTION} ${JSON.stringify(direction)}`,
    ]),
    ['?page=1&page=1', 'parameter_repeated', 'page must be given once; found it 2 times'],
    ['?page=x&sort_direction=y', 'page_invalid, sort_direction_invalid', `${PAGE} "x"; ${DIRECTION} "y"`],
    [
      '?sort_direction=y&page=0&page=2',
      'sort_direction_invalid, parameter_repeated',
      `${DIRECTION} "y"; page must be given once; found it 2 times`,
    ],
  ] as [string, string, string][])('with %s', async (query, codes, message) => {
    const documented = await started(many(1));
    const observed = await started(many(1), { profile: 'observed' });
    expect(problemsOf(await documented.list(query))).toEqual([400, codes]);
    expect(problemsOf(await observed.list(query))).toEqual([400, message]);
  });

  it('with an unknown parameter in strict mode', async () => {
    const { list } = await started(many(1), { strictParameters: true });
    expect(problemsOf(await list('?limit=1&sort_direction=up'))).toEqual([
      400,
      'sort_direction_invalid, parameter_unknown',
    ]);
    expect(idsOf(await list('?page=0&sort_direction=asc'))).toEqual(['s0']);
    expect(idsOf(await list())).toEqual(['s0']);
  });
});
