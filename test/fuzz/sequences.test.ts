import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Apart, startApart } from '../support/apart.js';
import { bearer, call } from '../support/server.js';
import { controlRequest } from './control.js';
import { PATIENCE, planned, Tally } from './plan.js';
import { type Request, WORKSPACES } from './requests.js';

const CALLS = 12;
const tally = new Tally();
let server: Apart;

beforeAll(async () => {
  server = await startApart({ workspaces: WORKSPACES, settings: { journalSize: 20, clock: '2024-01-31' } });
});
afterAll(async () => {
  tally.tell('sequences of control calls');
  await server.stop();
});

const bodies: Record<string, string> = { GET: '', HEAD: '' };

async function send({ method, target, body }: Request) {
  const reply = await call(server.url + target, { method, ...(body !== undefined && !(method in bodies) && { body }) });
  tally.count(reply.status);
  return reply;
}

const control = async (method: string, path: string, body?: unknown) =>
  call(`${server.url}/__mock${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });

interface WorkspaceView {
  name: string;
  apiKeys: { key: string }[];
  clock: { frozen: boolean };
}

async function workspaces(): Promise<WorkspaceView[]> {
  return ((await control('GET', '/workspaces')).body as { workspaces: WorkspaceView[] }).workspaces;
}

/** The visible state of the workspaces, except what changes with a running clock. */
async function state(): Promise<unknown> {
  const all = await workspaces();
  return Promise.all(
    all.map(async (workspace) => ({
      ...workspace,
      ...(!workspace.clock.frozen && { clock: 'running', rateLimit: 'running' }),
      faults: (await control('GET', `/workspaces/${workspace.name}/faults`)).body,
      segments: (await control('GET', `/workspaces/${workspace.name}/segments`)).body,
    })),
  );
}

it(
  'rejected and read-only control calls change nothing',
  async () => {
    const calls = fc.array(controlRequest, { minLength: 1, maxLength: CALLS, size: 'max' });
    const property = fc.asyncProperty(calls, async (requests) => {
      await control('POST', '/reset');
      let before = await state();
      for (const request of requests) {
        const { status } = await send(request);
        expect(status).toBeLessThan(500);
        const after = await state();
        if (status >= 400 || request.method in bodies) expect(after).toEqual(before);
        before = after;
      }
    });
    await fc.assert(property, planned(0.02, CALLS / 2));
    expect(server.complaints()).toBe('');
  },
  PATIENCE,
);

it(
  'the order of checks holds after any control calls, and a reset undoes them',
  async () => {
    const pristine = async () => {
      await control('POST', '/reset');
      return state();
    };
    const original = await pristine();
    const calls = fc.array(controlRequest, { minLength: 1, maxLength: 4 * CALLS, size: 'max' });
    const property = fc.asyncProperty(calls, async (requests) => {
      await control('POST', '/reset');
      for (const request of requests) expect((await send(request)).status).toBeLessThan(500);
      expect(await control('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
      for (const { name } of await workspaces()) await refusesInOrder(name);
      expect(await pristine()).toEqual(original);
    });
    await fc.assert(property, planned(0.05, 2 * CALLS));
    expect(server.complaints()).toBe('');
  },
  PATIENCE,
);

/** Fixes one problem after another in a request for a workspace in any state. */
async function refusesInOrder(name: string): Promise<void> {
  const at = `/workspaces/${name}`;
  const key = ((await control('POST', `${at}/api-keys`)).body as { key: string }).key;
  const bare = ((await control('POST', `${at}/api-keys`, { permissions: [] })).body as { key: string }).key;
  await control('PUT', `${at}/clock`, { now: '2024-01-31', frozen: true });
  await control('PUT', `${at}/rate-limit`, { capacity: 4, refillPerHour: 4, remaining: 0 });
  await control('PUT', `${at}/segments/known`, {});
  await control('DELETE', `${at}/faults`);
  const ask = async (method: string, target: string, headers: Record<string, string> = {}) => {
    const reply = await call(server.url + target, { method, headers });
    tally.count(reply.status);
    return reply.status;
  };
  const path = '/segments/data_series';
  const query = `${path}?segment_id=known&length=1`;
  expect([
    await ask('POST', '/segments/none?%ff'),
    await ask('POST', '/segments/none'),
    await ask('POST', path),
    await ask('GET', path),
    await ask('GET', path, bearer('unknown')),
    await ask('GET', path, bearer(bare)),
    await ask('GET', path, bearer(key)),
  ]).toEqual([400, 404, 405, 401, 401, 403, 429]);
  await control('PUT', `${at}/rate-limit`, { remaining: 2 });
  const statuses = [
    await ask('GET', path, bearer(key)),
    await ask('GET', query, bearer(key)),
    await ask('GET', query, bearer(key)),
  ];
  expect(statuses).toEqual([400, 200, 429]);
}
