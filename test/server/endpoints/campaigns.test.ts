import { describe, expect, it } from 'vitest';
import { bearer, startTestServer, type TestReply, type TestServerOptions } from '../../support/server.js';
import { bytesOf, replyTo } from '../../support/wire.js';
import { exchangeBytes } from '../../support/raw.js';

const PROFILES = ['documented', 'observed'] as const;
const EMPTY = {
  documented: '{"message":"success","campaigns":[]}',
  observed: '{"campaigns":[],"message":"success"}',
};
const KEYS = [
  { key: 'YOUR-REST-API-KEY' },
  { key: 'CAMPAIGNS-ONLY', permissions: ['campaigns.list' as const] },
  {
    key: 'SEGMENTS-ONLY',
    permissions: ['segments.data_series' as const, 'segments.list' as const, 'segments.details' as const],
  },
];

async function started(options: TestServerOptions = {}) {
  const workspaces = [{ name: 'w', apiKeys: KEYS, segments: [{ id: 's' }] }];
  const server = await startTestServer({ clock: '2024-01-31T12:00:00Z', workspaces, ...options });
  return { ...server, campaigns: (query = '') => server.get(`/campaigns/list${query}`) };
}

function problemsOf({ status, body }: TestReply): [number, string] {
  const { message, errors } = body as { message: string; errors?: { code: string }[] };
  return [status, errors?.map(({ code }) => code).join(', ') ?? message];
}

describe.each(PROFILES)('in the profile %s', (profile) => {
  it.each([
    '',
    '?page=0',
    '?page=1',
    '?page=9007199254740993',
    '?page=0&include_archived=false&sort_direction=desc&last_edit.time[gt]=2020-06-28T23:59:59-5:00',
    '?include_archived=&last_edit.time%5Bgt%5D=yesterday',
    '?limit=1',
  ])('%j is an empty page, byte for byte', async (query) => {
    const { campaigns } = await started({ profile });
    expect(await campaigns(query)).toMatchObject({ status: 200, text: EMPTY[profile] });
  });

  it('has the headers of any success', async () => {
    const { campaigns, get } = await started({ profile });
    const names = ({ headers }: TestReply) => Object.keys(headers).toSorted();
    expect(names(await campaigns())).toEqual(names(await get('/segments/list')));
  });

  it('answers HEAD with the headers of GET only', async () => {
    const { url } = await started({ profile });
    const target = '/campaigns/list';
    const got = await replyTo(url, { target });
    const head = await exchangeBytes(url, bytesOf({ method: 'HEAD', target }));
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toContain(`\r\ncontent-length: ${got.text.length}\r\n`);
    expect(head.split('\r\n\r\n')[1]).toBe('');
  });

  it('checks the key for its own permission', async () => {
    const { get } = await started({ profile });
    const keys = ['CAMPAIGNS-ONLY', 'SEGMENTS-ONLY', 'nobody'];
    const statuses = async (path: string) =>
      Promise.all([...keys.map(bearer), {}].map(async (headers) => (await get(path, headers)).status));
    expect(await statuses('/campaigns/list?page=0')).toEqual([200, 403, 401, 401]);
    expect(await statuses('/segments/list?page=0')).toEqual([403, 200, 401, 401]);
  });

  it('takes a token of the shared bucket with any outcome', async () => {
    const { get, campaigns } = await started({ profile, rateLimit: 3 });
    const replies = [await campaigns(), await get('/segments/list'), await campaigns('?page=x'), await campaigns()];
    expect(replies.map(({ status, headers }) => [status, headers['x-ratelimit-remaining']])).toEqual([
      [200, '2'],
      [200, '1'],
      [400, '0'],
      [429, '0'],
    ]);
  });

  it('applies planned faults of its path, and Prefer', async () => {
    const { campaigns, get, control } = await started({ profile });
    await control('POST', '/workspaces/w/faults', {
      trigger: { path: '/campaigns/list', times: 1 },
      effect: { status: 503 },
    });
    expect((await get('/segments/list')).status).toBe(200);
    expect([(await campaigns()).status, (await campaigns()).status]).toEqual([503, 200]);
    const preferred = await get('/campaigns/list', { ...bearer('YOUR-REST-API-KEY'), prefer: 'code=429' });
    expect(preferred).toMatchObject({ status: 429, headers: { 'preference-applied': 'code=429' } });
  });

  it('is recorded in the journal, explained check by check', async () => {
    const { campaigns, control } = await started({ profile });
    await campaigns('?page=0&include_archived=true&last_edit.time[gt]=2020-06-28&pages=1');
    const { body } = await control('GET', '/workspaces/w/requests');
    const [entry] = (body as { requests: { explain: { check: string; decided: string }[] }[] }).requests;
    expect(entry).toMatchObject({
      path: '/campaigns/list',
      status: 200,
      outcome: 'success',
      warnings: ['an unknown parameter was ignored: "pages" is not a parameter of this endpoint; did you mean page?'],
    });
    const checks = ['request', 'path', 'method', 'authorization', 'apiKey', 'permission', 'rateLimit', 'fault'];
    expect(entry?.explain.map(({ check }) => check)).toEqual([...checks, 'parameters']);
  });

  it.each(['/campaigns', '/campaigns/details?campaign_id=a', '/campaigns/data_series', '/canvas/list', '/events/list'])(
    '%s is not an endpoint, and the 404 lists the existing ones',
    async (path) => {
      const { get } = await started({ profile });
      const reply = await get(path);
      expect(reply.status).toBe(404);
      expect(reply.text).toContain('/segments/data_series, /segments/list, /segments/details, /campaigns/list"');
    },
  );
});

describe('is rejected', () => {
  it.each([
    ['?page=-1', 'page_invalid', 'page must be a whole number from 0; found "-1"'],
    ['?page=', 'page_invalid', 'page must be a whole number from 0; found ""'],
    ['?sort_direction=up', 'sort_direction_invalid', 'sort_direction must be asc or desc; found "up"'],
    [
      '?include_archived=true&include_archived=false',
      'parameter_repeated',
      'include_archived must be given once; found it 2 times',
    ],
  ])('with %s', async (query, code, message) => {
    expect(problemsOf(await (await started()).campaigns(query))).toEqual([400, code]);
    expect(problemsOf(await (await started({ profile: 'observed' })).campaigns(query))).toEqual([400, message]);
  });

  it("with an unknown parameter in strict mode, but not with one of Braze's", async () => {
    const { campaigns } = await started({ strictParameters: true });
    expect(problemsOf(await campaigns('?limit=1'))).toEqual([400, 'parameter_unknown']);
    const known = '?page=0&include_archived=true&sort_direction=asc&last_edit.time[gt]=2020-06-28T23:59:59';
    expect((await campaigns(known)).status).toBe(200);
  });
});
