import { afterEach, describe, expect, it, vi } from 'vitest';
import { startMock } from '../../../src/library/index.js';
import { profiles } from '../../../src/core/profiles/profiles.js';
import type { WorkspaceFixture } from '../../../src/core/workspaces/fixture.js';
import { bearer, startTestServer, type TestReply, type TestServer } from '../../support/server.js';
import { expectRefusal, replyTo, serve } from '../../support/wire.js';
import { mockOf } from '../../support/mock.js';

vi.mock(import('../../../src/system/real-time.js'), async (original) => {
  const { handTimers } = await import('../../support/hand-timers.js');
  return handTimers(await original());
});

const CLOCK = '2024-01-31T12:00:00Z';
const SEGMENTS = [{ id: 'a', points: { '2024-01-31': 9 } }];
const WORDS = {
  documented: '{"message":"success","data":[{"time":"2024-01-31T00:00:00+00:00","size":9}]}',
  observed: '{"data":[{"time":"2024-01-31","size":9}],"message":"success"}',
};
const TARGET = '/segments/data_series?segment_id=a&length=1';
const WORKSPACES: WorkspaceFixture[] = [
  { name: 'plain', apiKeys: [{ key: 'PLAIN' }], segments: SEGMENTS },
  { name: 'told', profile: 'observed', apiKeys: [{ key: 'TOLD' }], segments: SEGMENTS },
];

const start = (options = {}) => startTestServer({ clock: CLOCK, workspaces: WORKSPACES, ...options });
const ask = (server: TestServer, key: string): Promise<TestReply> => server.get(TARGET, bearer(key));
const put = (server: TestServer, name: string, body: unknown) =>
  server.control('PUT', `/workspaces/${name}/profile`, body);

describe('the profile of a workspace', () => {
  it.each([
    ['documented', 'documented'],
    ['observed', 'observed'],
  ] as const)("is the server's, %s, unless its fixture sets one", async (profile, words) => {
    const server = await start({ profile });
    expect((await ask(server, 'PLAIN')).text).toBe(WORDS[words]);
    expect((await ask(server, 'TOLD')).text).toBe(WORDS.observed);
    expect((await server.control('GET', '/workspaces/plain/profile')).body).toEqual({ profile: words });
    expect((await server.control('GET', '/workspaces/told/profile')).body).toEqual({ profile: 'observed' });
  });

  it('can be switched back and forth at run time, without affecting others', async () => {
    const server = await start();
    await ask(server, 'PLAIN');
    expect(await put(server, 'plain', { profile: 'observed' })).toMatchObject({
      status: 200,
      body: { profile: 'observed' },
    });
    expect((await ask(server, 'PLAIN')).text).toBe(WORDS.observed);
    expect((await server.control('GET', '/workspaces/plain')).body).toMatchObject({ profile: 'observed' });
    await put(server, 'told', { profile: 'documented' });
    expect((await ask(server, 'PLAIN')).text).toBe(WORDS.observed);
    expect((await ask(server, 'TOLD')).text).toBe(WORDS.documented);
    await put(server, 'plain', { profile: 'documented' });
    expect((await ask(server, 'PLAIN')).text).toBe(WORDS.documented);
  });

  it.each(['/workspaces/plain/reset', '/reset'])('is restored by POST %s', async (path) => {
    const server = await start();
    await put(server, 'plain', { profile: 'observed' });
    await put(server, 'told', { profile: 'documented' });
    await server.control('POST', path);
    expect((await ask(server, 'PLAIN')).text).toBe(WORDS.documented);
    expect((await ask(server, 'TOLD')).text).toBe(path === '/reset' ? WORDS.observed : WORDS.documented);
  });

  it('is inherited by a copy, as its fixture sets it', async () => {
    const server = await start();
    await put(server, 'told', { profile: 'documented' });
    const made = await server.control('POST', '/workspaces', { from: 'told' });
    expect((await ask(server, (made.body as { apiKey: string }).apiKey)).text).toBe(WORDS.observed);
    const own = await server.control('POST', '/workspaces', { from: 'plain', profile: 'observed' });
    expect((await ask(server, (own.body as { apiKey: string }).apiKey)).text).toBe(WORDS.observed);
  });

  it.each([{ profile: 'other' }, { profile: 'observed', extra: 1 }, 'other', undefined])(
    'cannot be %j',
    async (body) => {
      const server = await start();
      expectRefusal(await put(server, 'plain', body), 400, 'body_invalid');
      expect((await ask(server, 'PLAIN')).text).toBe(WORDS.documented);
    },
  );

  it('of a missing workspace is a 404', async () => {
    const server = await start();
    expectRefusal(await put(server, 'nobody', { profile: 'observed' }), 404, 'workspace_not_found');
    expectRefusal(await server.control('GET', '/workspaces/nobody/profile'), 404, 'workspace_not_found');
  });

  it('can be set by the library as well', async () => {
    await using mock = await startMock({ clock: CLOCK, fixtures: { workspaces: WORKSPACES } });
    mock.workspace.profile.set('observed');
    expect(mock.workspace.profile.get()).toBe('observed');
    const text = async () => (await fetch(mock.url + TARGET, { headers: bearer(mock.apiKey) })).text();
    expect(await text()).toBe(WORDS.observed);
    mock.workspace.reset();
    expect([mock.workspace.profile.get(), await text()]).toEqual(['documented', WORDS.documented]);
  });
});

it("a request without a known key is rejected in the server's profile", async () => {
  const server = await start();
  expectRefusal(await ask(server, 'NOBODY'), 401, 'api_key_invalid');
  expectRefusal(await server.get(TARGET, {}), 401, 'api_key_missing');
  await put(server, 'plain', { profile: 'observed' });
  expectRefusal(await ask(server, 'NOBODY'), 401, 'api_key_invalid');
  expectRefusal(await server.get('/campaigns/details', bearer('TOLD')), 404, 'not_found');
});

describe('the limit', () => {
  const limitOf = ({ headers }: TestReply) => [headers['x-ratelimit-remaining'], headers['x-ratelimit-reset']];
  const at = (instant: string) => String(Date.parse(instant) / 1000);

  it('restarts full when the algorithm changes, and continues otherwise', async () => {
    const server = await start({ rateLimit: 3600 });
    expect(limitOf(await ask(server, 'PLAIN'))).toEqual(['3599', at('2024-01-31T12:00:01Z')]);
    await put(server, 'plain', { profile: 'documented' });
    expect(limitOf(await ask(server, 'PLAIN'))).toEqual(['3598', at('2024-01-31T12:00:02Z')]);
    await put(server, 'plain', { profile: 'observed' });
    expect(limitOf(await ask(server, 'PLAIN'))).toEqual(['3599', at('2024-01-31T13:00:00Z')]);
    await put(server, 'plain', { profile: 'documented' });
    expect(limitOf(await ask(server, 'PLAIN'))).toEqual(['3599', at('2024-01-31T12:00:01Z')]);
    await put(server, 'plain', { profile: 'observed' });
    await server.control('POST', '/workspaces/plain/reset');
    expect(limitOf(await ask(server, 'PLAIN'))).toEqual(['3599', at('2024-01-31T12:00:01Z')]);
  });
});

describe('a reply in progress', () => {
  afterEach(() => void vi.useRealTimers());

  it.each([
    [TARGET, WORDS.documented],
    [
      '/segments/list',
      '{"message":"success","segments":[{"id":"a","name":"a","analytics_tracking_enabled":true,"tags":[]}]}',
    ],
  ])('keeps the profile it started with: %s', async (target, text) => {
    const faults = [
      { trigger: { path: target.split('?')[0] as string }, effect: { delay: { kind: 'fixed' as const, ms: 1000 } } },
    ];
    const fixture = { name: 'w', apiKeys: [{ key: 'KEY' }], segments: SEGMENTS, faults };
    const mock = mockOf({ clock: CLOCK }, [fixture]);
    const url = await serve(mock);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const reply = replyTo(url, {
      target,
      headers: ['Host: localhost', 'Authorization: Bearer KEY', 'Connection: close'],
    });
    while (vi.getTimerCount() === 0) await new Promise(setImmediate);
    mock.workspaces.get('w')!.profile = profiles.observed;
    vi.advanceTimersByTime(1000);
    expect(await reply).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      text,
    });
  });
});
