import { describe, expect, it, onTestFinished } from 'vitest';
import { startMock } from '../../../src/library/index.js';
import { bearer, startTestServer, type TestReply, type TestServerOptions } from '../../support/server.js';
import { bytesOf, replyTo } from '../../support/wire.js';
import { exchangeBytes } from '../../support/raw.js';

const PROFILES = ['documented', 'observed'] as const;
const SEGMENTS = [
  {
    id: 'full',
    name: 'Full "name"',
    description: 'what it is for',
    textDescription: 'used the app',
    tags: ['one', 'two'],
    teams: ['growth'],
    createdAt: '2021-03-01T20:00:00-05:00',
    updatedAt: '2022-04-05T06:07:08.999Z',
  },
  { id: 'bare' },
  { id: 'unchanged', createdAt: '2021-03-01' },
  { id: 'unlisted', listed: false },
  { id: 'dark', analyticsTrackingEnabled: false },
];
const KEYS = [{ key: 'YOUR-REST-API-KEY' }, { key: 'LIST-ONLY', permissions: ['segments.list' as const] }];

const FULL =
  '"created_at":"2021-03-02T01:00:00+00:00","updated_at":"2022-04-05T06:07:08+00:00","name":"Full \\"name\\"",' +
  '"description":"what it is for","text_description":"used the app","tags":["one","two"],"teams":["growth"]';
const BARE =
  '"created_at":null,"updated_at":null,"name":"bare","description":"","text_description":"","tags":[],"teams":[]';

const UNCHANGED = BARE.replaceAll('null', '"2021-03-01T00:00:00+00:00"').replace('bare', 'unchanged');

async function started(options: TestServerOptions = {}) {
  const workspaces = [{ name: 'w', apiKeys: KEYS, segments: SEGMENTS }];
  const server = await startTestServer({ clock: '2024-01-31T12:00:00Z', workspaces, ...options });
  return { ...server, details: (query: string) => server.get(`/segments/details${query}`) };
}

function codesOf({ status, body }: TestReply): unknown[] {
  return [status, ...(body as { errors: { code: string }[] }).errors.map(({ code }) => code)];
}

it.each([
  ['documented', 'full', `{"message":"success",${FULL}}`],
  ['documented', 'bare', `{"message":"success",${BARE}}`],
  ['documented', 'unchanged', `{"message":"success",${UNCHANGED}}`],
  ['observed', 'unchanged', `{${UNCHANGED},"message":"success"}`],
  ['observed', 'full', `{${FULL},"message":"success"}`],
  ['observed', 'bare', `{${BARE},"message":"success"}`],
] as const)('in the profile %s the details of %s match byte for byte', async (profile, id, body) => {
  const { details } = await started({ profile });
  expect(await details(`?segment_id=${id}`)).toMatchObject({ status: 200, text: body });
});

describe.each(PROFILES)('in the profile %s', (profile) => {
  it('returns a segment without analytics', async () => {
    const { details } = await started({ profile });
    expect((await details('?segment_id=dark')).status).toBe(200);
  });

  it('returns an unlisted segment', async () => {
    const { details } = await started({ profile });
    expect((await details('?segment_id=unlisted')).body).toMatchObject({ name: 'unlisted' });
  });

  it('answers HEAD with the headers of GET only', async () => {
    const { url } = await started({ profile });
    const target = '/segments/details?segment_id=full';
    const got = await replyTo(url, { target });
    const head = await exchangeBytes(url, bytesOf({ method: 'HEAD', target }));
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toContain(`\r\ncontent-type: ${got.headers['content-type']}\r\n`);
    expect(head).toContain(`\r\ncontent-length: ${got.text.length}\r\n`);
    expect(head.split('\r\n\r\n')[1]).toBe('');
  });

  it('requires a key with its own permission', async () => {
    const { get } = await started({ profile });
    const path = '/segments/details?segment_id=full';
    const statuses = [{}, bearer('nobody'), bearer('LIST-ONLY')].map(async (headers) => get(path, headers));
    expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([401, 401, 403]);
  });

  it('ignores unknown parameters', async () => {
    const { details } = await started({ profile });
    expect((await details('?segment_id=full&length=0')).text).toBe((await details('?segment_id=full')).text);
  });

  it('shows a segment as it was created', async () => {
    const { details, control } = await started({ profile });
    await details('?segment_id=bare');
    await control('PUT', '/workspaces/w/segments/bare', { name: 'renamed', teams: ['t'] });
    expect((await details('?segment_id=bare')).body).toMatchObject({ name: 'renamed', teams: ['t'] });
  });
});

describe('is rejected', () => {
  it.each([
    ['', 400, 'segment_id_required'],
    ['?segment_id=', 400, 'segment_id_required'],
    [`?segment_id=${'x'.repeat(257)}`, 400, 'segment_id_invalid'],
    ['?segment_id=full&segment_id=full', 400, 'parameter_repeated'],
    ['?segment_id=nobody', 404, 'segment_not_found'],
  ])('with the query %j', async (query, status, code) => {
    const { details } = await started();
    expect(codesOf(await details(query))).toEqual([status, code]);
  });

  it('with an unknown parameter in strict mode', async () => {
    const { details } = await started({ strictParameters: true });
    expect(codesOf(await details('?length=1'))).toEqual([400, 'segment_id_required', 'parameter_unknown']);
  });

  it.each(['', '?segment_id=', '?segment_id=nobody'])(
    'with the query %j and the message of the profile observed',
    async (query) => {
      const { details } = await started({ profile: 'observed' });
      expect(await details(query)).toMatchObject({
        status: 400,
        text: '{"message":"segment_id must be a string of the segment api identifier"}',
      });
    },
  );
});

it('the control API and the library reject updatedAt before createdAt and change nothing', async () => {
  const { details, control } = await started();
  const before = (await details('?segment_id=unchanged')).text;
  const segment = { createdAt: '2021-03-01', updatedAt: '2021-02-28' };
  const message = `$.updatedAt: found "2021-02-28", expected an instant not before the segment's createdAt, 2021-03-01`;
  const put = await control('PUT', '/workspaces/w/segments/unchanged', segment);
  expect(put).toMatchObject({ status: 400, body: { errors: [{ code: 'body_invalid', message }] } });
  expect((await details('?segment_id=unchanged')).text).toBe(before);
  const mock = await startMock();
  onTestFinished(() => mock.stop());
  expect(() => mock.workspace.segments.put('vip', segment)).toThrow(message);
  const workspaces = [{ name: 'w', segments: [{ id: 'vip', ...segment }] }];
  await expect(startMock({ fixtures: { workspaces } })).rejects.toThrow(message.slice(2));
});
