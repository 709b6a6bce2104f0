import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/core/answer.js';
import type { Effect } from '../../src/core/faults/fault.js';
import type { Mock } from '../../src/core/mock.js';
import type { ProfileName } from '../../src/core/profiles/names.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { answerAgain } from '../../src/operations/replies.js';
import { mockOf } from '../support/mock.js';
import { bearer, startTestServer, type TestServer } from '../support/server.js';
import { expectRefusal } from '../support/wire.js';

const NOW = '2024-01-31T12:00:00Z';
const SEGMENT = '/workspaces/w/segments/s';

const WORKSPACE: WorkspaceFixture = {
  name: 'w',
  apiKeys: [{ key: 'KEY-THAT-OPENS' }, { key: 'KEY-FOR-LISTS', permissions: ['segments.list'] }],
  rateLimit: { capacity: 5, refillPerHour: 60 },
  segments: [
    { id: 's', type: 'static', size: 5000, missingDays: ['2024-01-30'] },
    { id: 'untracked', analyticsTrackingEnabled: false },
    { id: 'failing', fault: { status: 503, body: 'html', headers: { 'x-edge': 'yes' } } },
  ],
};

const start = () => startTestServer({ clock: NOW, workspaces: [WORKSPACE] });

interface Again {
  entry: {
    status: number | null;
    headers: Record<string, string>;
    body: unknown;
    recomputed: boolean;
    reason?: string;
  };
  again: { status: number | null; headers: Record<string, string>; body: unknown };
  differences: { at: string; entry?: unknown; again?: unknown }[];
}
const again = async (server: TestServer, id: string, query = '', journal = '/workspaces/w/requests') =>
  (await server.control('GET', `${journal}/${id}/again${query}`)).body as Again;

describe('the reply of a segment', () => {
  it.each([
    ['?length=3', 200],
    ['?length=3&ending_at=2024-01-10T00:00:00Z', 200],
    ['?length=3&ending_at=2024-01-10T00:00:00%2B02:00', 200],
    ['?length=3&ending_at=2030-01-01', 200],
    ['', 400],
    ['?length=101', 400],
    ['?length=&ending_at=soon', 400],
  ])('to %s is what a client gets, with status %i', async (query, status) => {
    for (const profile of ['documented', 'observed']) {
      const server = await start();
      await server.control('PUT', '/workspaces/w/profile', { profile });
      const { body } = await server.control('GET', `${SEGMENT}/reply${query}`);
      const shown = body as { url: string; status: number; headers: Record<string, string>; body: unknown };
      const real = await server.get(shown.url, bearer('KEY-THAT-OPENS'));
      expect(shown).toMatchObject({ status: real.status, body: real.body });
      if (profile === 'documented' || !query.includes('2030')) expect(shown.status).toBe(status);
      for (const name of ['content-type', 'etag', 'x-ratelimit-limit', 'x-ratelimit-reset', 'cache-control'])
        expect([name, shown.headers[name]]).toEqual([name, real.headers[name]]);
    }
  });

  it('takes no token, triggers no fault and is in no journal', async () => {
    const server = await start();
    await server.control('POST', '/workspaces/w/faults', { effect: { status: 500 } });
    await server.control('PUT', '/workspaces/w/rate-limit', { remaining: 0 });
    const { body } = await server.control('GET', `/workspaces/w/segments/failing/reply?length=1`);
    expect(body).toMatchObject({ status: 200, headers: { 'x-ratelimit-remaining': '0' } });
    expect((await server.control('GET', '/workspaces/w')).body).toMatchObject({
      requests: 0,
      rateLimit: { remaining: 0 },
    });
    expect((await server.control('GET', '/workspaces/w/faults')).body).toMatchObject({
      faults: [{ matched: 0, strikes: 0 }],
    });
  });

  it('can be that of the other profile, without a switch', async () => {
    const server = await start();
    const { body } = await server.control('GET', `${SEGMENT}/reply?length=1&ending_at=2024-01-10&profile=observed`);
    expect(body).toMatchObject({ body: { data: [{ time: '2024-01-09', size: 5000 }], message: 'success' } });
    expect((await server.control('GET', '/workspaces/w/profile')).body).toEqual({ profile: 'documented' });
  });

  it.each([
    [`${SEGMENT}/reply?profile=both`, 400, 'query_invalid'],
    [`${SEGMENT}/reply?days=3`, 400, 'query_invalid'],
    ['/workspaces/w/segments/none/reply', 404, 'segment_not_found'],
    ['/workspaces/none/segments/s/reply', 404, 'workspace_not_found'],
    ['/workspaces/w/requests/1/again', 404, 'request_not_found'],
    ['/requests/1/again', 404, 'request_not_found'],
    ['/requests/1/again?faults=none', 400, 'query_invalid'],
    ['/requests/1/again?profile=other', 400, 'query_invalid'],
  ])('%s is refused with %i %s', async (path, status, code) => {
    expectRefusal(await (await start()).control('GET', path), status, code);
  });

  it('has 422 for a segment without analytics, and quotes any id', async () => {
    const server = await start();
    expect((await server.control('GET', '/workspaces/w/segments/untracked/reply?length=1')).body).toMatchObject({
      status: 422,
    });
    await server.control('PUT', '/workspaces/w/segments/a%20b%26c', { size: 5 });
    const { body } = await server.control('GET', '/workspaces/w/segments/a%20b%26c/reply?length=1');
    expect(body).toMatchObject({ status: 200, url: '/segments/data_series?segment_id=a+b%26c&length=1' });
  });
});

describe('a request answered again', () => {
  it('can be that of the other profile, as of its own instant', async () => {
    const server = await start();
    const sent = await server.get('/segments/data_series?segment_id=s&length=2', bearer('KEY-THAT-OPENS'));
    await server.control('POST', '/workspaces/w/clock/advance', { by: 'P30D' });
    const { entry, again: other, differences } = await again(server, '1', '?profile=observed');
    expect(entry).toMatchObject({ status: 200, body: sent.body, recomputed: true });
    expect(other).toMatchObject({
      status: 200,
      body: {
        data: [
          { time: '2024-01-30', size: 0 },
          { time: '2024-01-31', size: 5000 },
        ],
        message: 'success',
      },
    });
    expect(differences).toContainEqual({
      at: 'body.data[0].time',
      entry: '2024-01-31T00:00:00+00:00',
      again: '2024-01-30',
    });
    expect(differences).toContainEqual({ at: 'headers.etag', again: other.headers['etag'] });
    expect((await server.control('GET', '/workspaces/w')).body).toMatchObject({ requests: 1 });
  });

  it('can leave out the fault that struck it', async () => {
    const server = await start();
    const sent = await server.get('/segments/data_series?segment_id=failing&length=1', bearer('KEY-THAT-OPENS'));
    expect(sent.status).toBe(503);
    const { entry, again: same, differences } = await again(server, '1');
    expect([entry.body, same.body, entry.headers['x-edge'], differences]).toEqual([sent.text, sent.text, 'yes', []]);
    const healed = await again(server, '1', '?faults=off');
    expect(healed.again).toMatchObject({ status: 200, body: { message: 'success' } });
    expect(healed.differences).toContainEqual({ at: 'status', entry: 503, again: 200 });
  });

  it.each([
    ['changed', 'PUT', { size: 7 }],
    ['deleted', 'DELETE', undefined],
  ])('says that its body cannot be recomputed if the segment was %s since', async (_how, method, body) => {
    const server = await start();
    await server.get('/segments/data_series?segment_id=s&length=1', bearer('KEY-THAT-OPENS'));
    await server.control('PUT', '/workspaces/w/segments/another', { size: 1 });
    expect((await again(server, '1')).entry).toMatchObject({ recomputed: true });
    await server.control(method, SEGMENT, body);
    const { entry, again: now } = await again(server, '1');
    expect(entry).toEqual({
      status: 200,
      headers: {},
      body: null,
      recomputed: false,
      reason: 'the segment "s" was changed or deleted since',
    });
    expect(now.status).toBe(method === 'DELETE' ? 404 : 200);
  });

  it('has the refusal of a request regardless of later changes', async () => {
    const server = await start();
    await server.get('/segments/data_series?segment_id=new&length=1', bearer('KEY-THAT-OPENS'));
    await server.control('PUT', '/workspaces/w/segments/new', { size: 1 });
    const { entry, again: now } = await again(server, '1');
    expect([entry.recomputed, entry.status, now.status]).toEqual([true, 404, 200]);
  });

  it('has no reply if the connection was broken, unless faults are off', async () => {
    const server = await start();
    await server.control('POST', '/workspaces/w/faults', { effect: { connection: 'EMPTY_RESPONSE' } });
    await expect(server.get('/segments/data_series?segment_id=s&length=1', bearer('KEY-THAT-OPENS'))).rejects.toThrow(
      /socket hang up|fetch failed|other side closed/,
    );
    const { entry, again: same } = await again(server, '1');
    expect(entry).toMatchObject({ status: null, body: null, recomputed: false, reason: 'no reply was sent' });
    expect(same).toEqual({ status: null, headers: {}, body: null });
    expect((await again(server, '1', '?faults=off')).again).toMatchObject({ status: 200 });
  });

  it('can be a request without a valid key, which is not quoted', async () => {
    const server = await start();
    await server.get('/segments/data_series', bearer('AN-UNKNOWN-API-KEY'));
    const reply = await server.control('GET', '/requests/1/again?profile=observed');
    expect(reply.body).toMatchObject({ entry: { status: 401, recomputed: true }, again: { status: 401 } });
    expect(reply.text).not.toContain('AN-UNKNOWN-API-KEY');
  });
});

describe('a request answered again in its own profile', () => {
  const request = fc.record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST'),
    path: fc.constantFrom(
      '/segments/data_series',
      '/segments/data_series',
      '/segments/list',
      '/segments/details',
      '/campaigns/list',
      '/none',
    ),
    id: fc.constantFrom('s', 's', 'untracked', 'failing', 'unknown'),
    length: fc.constantFrom('1', '7', '100', '101', ''),
    end: fc.constantFrom('', '&ending_at=2024-01-10', '&ending_at=2024-02-10', '&ending_at=soon', '&page=x', '&%ff'),
    key: fc.constantFrom(
      'KEY-THAT-OPENS',
      'KEY-THAT-OPENS',
      'KEY-THAT-OPENS',
      'KEY-FOR-LISTS',
      'AN-UNKNOWN-API-KEY',
      '',
    ),
    prefer: fc.constantFrom(undefined, undefined, undefined, 'code=503', 'code=429', 'code=200', 'code=404'),
  });
  const effect = fc.constantFrom<Effect | undefined>(
    undefined,
    { status: 500 },
    { status: 429 },
    { status: 418, body: 'html' },
    { data: 'zero_dip' },
    { status: 502, headers: { 'x-more': 'yes' } },
    { truncate: 5 },
  );

  function send(
    mock: Mock,
    { method, path, id, length, end, key, prefer }: typeof request extends fc.Arbitrary<infer R> ? R : never,
  ) {
    const headers = { ...(key !== '' && bearer(key)), ...(prefer !== undefined && { prefer }) };
    const target = `${path}?segment_id=${id}&length=${length}${end}`;
    const { status, headers: sent, body, trace, journal } = answer(mock, { method, target, headers });
    journal.finish(trace, status, 1);
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
    return { status, headers: sent, text: method === 'HEAD' ? '' : text, trace, journal };
  }

  it('is what was sent, and leaves the mock as it is', () => {
    fc.assert(
      fc.property(
        fc.array(request, { minLength: 1, maxLength: 8 }),
        effect,
        fc.constantFrom<ProfileName>('documented', 'observed'),
        (requests, planned, profile) => {
          const faults = planned === undefined ? [] : [{ trigger: { probability: 0.5 }, effect: planned }];
          const mock = mockOf({ clock: NOW, profile }, [{ ...WORKSPACE, faults }]);
          for (const one of requests) {
            const { status, headers, text, trace, journal } = send(mock, one);
            const workspace = mock.workspaces.get('w');
            const owner = journal === mock.journal ? undefined : workspace;
            const before = JSON.stringify(workspace?.faults.list());
            const { entry, again: same, differences } = answerAgain(mock, owner, String(trace.number));
            expect([entry.recomputed, entry.status, differences]).toEqual([true, status, []]);
            const { 'x-request-id': _id, 'x-runtime': _time, ...fixed } = headers;
            expect(entry.headers).toMatchObject(fixed);
            expect(same.body).toEqual(readable(text.replace('AN-UNKNOWN-API-KEY', 'AN-U…')));
            expect(JSON.stringify(workspace?.faults.list())).toBe(before);
          }
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  function readable(text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
});
