import { describe, expect, it } from 'vitest';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { bearer, startTestServer, type TestReply, type TestServer } from '../support/server.js';
import { expectRefusal } from '../support/wire.js';

const CLOCK = '2024-01-31T12:00:00Z';
const ALL = ['segments.data_series', 'segments.list', 'segments.details', 'campaigns.list'];

interface Made {
  name: string;
  apiKey: string;
}

async function make(server: TestServer, workspace: object = {}): Promise<Made> {
  const reply = await server.control('POST', '/workspaces', workspace);
  expect(reply).toMatchObject({ status: 201 });
  return reply.body as Made;
}

function series(server: TestServer, key: string, segment = 'segment_1234'): Promise<TestReply> {
  return server.get(`/segments/data_series?segment_id=${segment}&length=1`, bearer(key));
}

async function names(server: TestServer): Promise<string[]> {
  const { body } = await server.control('GET', '/workspaces');
  return (body as { workspaces: Made[] }).workspaces.map(({ name }) => name);
}

describe('a new workspace', () => {
  it.each([{ from: 'default' }, {}, undefined])(
    'created with %j is a copy of the default with a new key',
    async (body) => {
      const server = await startTestServer({ clock: CLOCK });
      const reply = await server.control('POST', '/workspaces', body);
      const { name, apiKey } = reply.body as Made;
      expect(reply).toMatchObject({
        status: 201,
        body: { name: 'workspace-1', apiKey: expect.stringMatching(/^\S{20,}$/) },
      });
      expect(Object.keys(reply.body as object)).toEqual(['name', 'apiKey']);
      expect(await server.control('GET', `/workspaces/${name}`)).toMatchObject({
        status: 200,
        body: {
          name,
          instance: 'US-01',
          profile: 'documented',
          apiKeys: [{ key: apiKey, permissions: ALL }],
          clock: { now: '2024-01-31T12:00:00.000Z', frozen: true, scale: 1 },
          rateLimit: { capacity: 250_000, refillPerHour: 250_000, remaining: 250_000 },
          faults: 0,
          requests: 0,
        },
      });
      expect((await series(server, apiKey)).text).toBe((await series(server, 'YOUR-REST-API-KEY')).text);
    },
  );

  it('overrides its template with the given fields', async () => {
    const server = await startTestServer({ clock: CLOCK });
    const { apiKey } = await make(server, {
      name: 'mine',
      instance: 'EU-01',
      retentionDays: 1,
      clock: { now: '2024-05-01', scale: 60 },
      rateLimit: { capacity: 2 },
      segments: [{ id: 'own', points: { '2024-04-30': 7, '2024-05-01': 8 } }],
      faults: [{ trigger: { segmentId: 'broken' }, effect: { status: 503 } }],
      apiKeys: [{ key: 'NO', permissions: [] }],
    });
    expect((await server.control('GET', '/workspaces/mine')).body).toEqual({
      name: 'mine',
      instance: 'EU-01',
      profile: 'documented',
      apiKeys: [
        { key: apiKey, permissions: ALL },
        { key: 'NO', permissions: [] },
      ],
      clock: { now: expect.stringMatching(/^2024-05-01T00:/) as string, frozen: false, scale: 60 },
      rateLimit: { capacity: 2, refillPerHour: 2, remaining: 2 },
      segments: 1,
      faults: 1,
      requests: 0,
    });
    const own = await server.get('/segments/data_series?segment_id=own&length=9', bearer(apiKey));
    expect((own.body as { data: { size: number }[] }).data.slice(-2).map(({ size }) => size)).toEqual([7, 8]);
    expectRefusal(await series(server, 'NO'), 403, 'permission_denied');
  });

  it('starts from the initial state of its template, regardless of later changes', async () => {
    const server = await startTestServer({ clock: CLOCK });
    await make(server, { name: 'parent', rateLimit: { capacity: 5 }, segments: [{ id: 'given' }] });
    await server.control('PUT', '/workspaces/parent/segments/added', { size: 1 });
    await server.control('PUT', '/workspaces/parent/rate-limit', 'off');
    await server.control('POST', '/workspaces/parent/clock/advance', { by: 'P1D' });
    const child = await make(server, { from: 'parent' });
    expect((await server.control('GET', `/workspaces/${child.name}`)).body).toMatchObject({
      segments: 1,
      rateLimit: { capacity: 5, remaining: 5 },
      clock: { now: '2024-01-31T12:00:00.000Z' },
    });
  });

  it('outlives its template', async () => {
    const server = await startTestServer({ clock: CLOCK });
    const { apiKey } = await make(server);
    expect((await server.control('DELETE', '/workspaces/default')).status).toBe(204);
    expect((await series(server, apiKey)).status).toBe(200);
    expectRefusal(await series(server, 'YOUR-REST-API-KEY'), 401, 'api_key_invalid');
  });

  it.each([
    [{ name: 'default' }, 409, 'workspace_exists'],
    [{ apiKeys: [{ key: 'YOUR-REST-API-KEY' }] }, 409, 'api_key_exists'],
    [{ from: 'nobody' }, 404, 'workspace_not_found'],
  ] as const)('is rejected for %j', async (body, status, code) => {
    const server = await startTestServer();
    expectRefusal(await server.control('POST', '/workspaces', body), status, code);
    expect(await names(server)).toEqual(['default', 'large']);
  });

  it('can be created three hundred times, each with a unique key', async () => {
    const server = await startTestServer();
    const made: Made[] = [];
    for (let count = 0; count < 300; count++) made.push(await make(server));
    expect(new Set(made.map(({ apiKey }) => apiKey)).size).toBe(300);
    expect(await names(server)).toHaveLength(302);
  });
});

describe('an API key added at run time', () => {
  it.each([
    [{ permissions: [] }, [], 403],
    [{ permissions: ['segments.list'] }, ['segments.list'], 403],
    [{ permissions: ['segments.data_series'] }, ['segments.data_series'], 200],
    [{}, ALL, 200],
    [undefined, ALL, 200],
    [{ key: 'CHOSEN' }, ALL, 200],
  ])('%j has the permissions %j and gets a %i', async (body, permissions, status) => {
    const server = await startTestServer();
    const { name } = await make(server);
    const reply = await server.control('POST', `/workspaces/${name}/api-keys`, body);
    const { key } = reply.body as { key: string };
    expect(reply).toMatchObject({
      status: 201,
      body: { key: body !== undefined && 'key' in body ? body.key : expect.any(String), permissions },
    });
    expect((await series(server, key)).status).toBe(status);
    expect((await series(server, 'YOUR-REST-API-KEY')).status).toBe(200);
  });

  it('is rejected if it is in use already', async () => {
    const server = await startTestServer();
    const reply = await server.control('POST', '/workspaces/default/api-keys', { key: 'KEY-WITHOUT-PERMISSIONS' });
    expectRefusal(reply, 409, 'api_key_exists');
    expectRefusal(await series(server, 'KEY-WITHOUT-PERMISSIONS'), 403, 'permission_denied');
  });
});

describe('reset', () => {
  async function disturb({ control }: TestServer, name: string): Promise<void> {
    const w = `/workspaces/${name}`;
    await control('PUT', `${w}/clock`, { now: '2030-01-01', scale: 5 });
    await control('PUT', `${w}/rate-limit`, { capacity: 9, remaining: 1 });
    await control('POST', `${w}/faults`, { effect: { status: 500 } });
    await control('DELETE', `${w}/segments/segment_1234`);
    await control('PUT', `${w}/segments/added`, {});
    await control('POST', `${w}/api-keys`, { key: `ADDED-${name}` });
  }
  const shown = async ({ control }: TestServer, name: string) => (await control('GET', `/workspaces/${name}`)).body;

  it('restores a workspace created at run time and no other', async () => {
    const server = await startTestServer({ clock: CLOCK });
    const { name, apiKey } = await make(server, { rateLimit: { capacity: 3 }, faults: [{ effect: { status: 504 } }] });
    const made = await shown(server, name);
    for (const one of [name, 'default']) await disturb(server, one);
    await series(server, apiKey);
    const disturbed = await shown(server, 'default');
    expect((await server.control('POST', `/workspaces/${name}/reset`)).status).toBe(204);
    expect(await shown(server, name)).toEqual(made);
    expectRefusal(await series(server, `ADDED-${name}`), 401, 'api_key_invalid');
    expect((await series(server, apiKey)).status).toBe(504);
    expect(disturbed).toMatchObject({ rateLimit: { capacity: 9 }, faults: 1 });
    expect(await shown(server, 'default')).toMatchObject({ rateLimit: { capacity: 9 }, faults: 1 });
  });

  it('of the whole mock restores the fixtures in order', async () => {
    const workspaces: WorkspaceFixture[] = ['one', 'two', 'three'].map((name) => ({
      name,
      apiKeys: [{ key: `${name}-key` }],
    }));
    const server = await startTestServer({ clock: CLOCK, workspaces });
    const before = (await server.control('GET', '/workspaces')).body;
    await make(server, { name: 'four' });
    await disturb(server, 'two');
    await server.control('DELETE', '/workspaces/one');
    await make(server, { name: 'one', apiKeys: [{ key: 'one-key' }], rateLimit: 'off' });
    await server.get('/nowhere', {});
    expect((await server.control('POST', '/reset')).status).toBe(204);
    expect((await server.control('GET', '/workspaces')).body).toEqual(before);
    expect((await server.control('GET', '/requests')).body).toEqual({ requests: [] });
  });

  it('of the first workspace keeps it first', async () => {
    const server = await startTestServer({ workspaces: [{ name: 'one', instance: 'US-03' }, { name: 'two' }] });
    await server.control('POST', '/workspaces/one/reset');
    expect(await names(server)).toEqual(['one', 'two']);
    const { name } = await make(server);
    expect(await shown(server, name)).toMatchObject({ instance: 'US-03' });
  });
});

it('sixty parallel workspaces are isolated from each other', async () => {
  const server = await startTestServer({ clock: CLOCK });
  await Promise.all(
    Array.from({ length: 60 }, async (_none, index) => {
      const { name, apiKey } = await make(server, { segments: [{ id: 'mine', size: index, type: 'static' }] });
      const w = `/workspaces/${name}`;
      const now = new Date(Date.UTC(2020, 0, 1 + index, 6)).toISOString();
      const capacity = 3 + (index % 5);
      await server.control('PUT', `${w}/clock`, { now, frozen: true });
      await server.control('PUT', `${w}/rate-limit`, { capacity });
      const faulty = index % 2 === 0;
      if (faulty) await server.control('POST', `${w}/faults`, { trigger: { times: 1 }, effect: { status: 503 } });
      const outcomes: string[] = [];
      for (let request = 0; request <= capacity; request++) {
        const reply = await series(server, apiKey, 'mine');
        const { data } = reply.body as { data?: { time: string; size: number }[] };
        outcomes.push(`${reply.status} ${data?.map(({ time, size }) => `${time} ${size}`).join() ?? ''}`);
        expect(reply.headers['x-ratelimit-remaining']).toBe(String(Math.max(0, capacity - 1 - request)));
      }
      const good = `200 ${now.slice(0, 10)}T00:00:00+00:00 ${index}`;
      const expected = [faulty ? '503 ' : good, ...Array.from({ length: capacity - 1 }, () => good), '429 '];
      expect(outcomes).toEqual(expected);
      const { requests } = (await server.control('GET', `${w}/requests`)).body as { requests: { at: string }[] };
      expect(requests.map(({ at }) => at)).toEqual(outcomes.map(() => now));
    }),
  );
  expect((await server.control('GET', '/workspaces/default')).body).toMatchObject({ requests: 0, faults: 0 });
});
