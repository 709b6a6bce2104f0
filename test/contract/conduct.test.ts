import { execFile } from 'node:child_process';
import { Agent, get as httpGet } from 'node:http';
import { promisify } from 'node:util';
import { Braze } from 'braze-api';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/operations/conduct.js';
import { listAll, readSeries } from '../support/list-client.js';
import { dayAt } from '../support/segments.js';
import { API_KEY, bearer, startTestServer, type TestServer } from '../support/server.js';

const GOOD = '/segments/data_series?segment_id=segment_1234&length=3';
const FAULTS = '/workspaces/default/faults';
const told = (seconds: number) => ({ status: 429, headers: { 'retry-after': String(seconds) } });

async function found(server: TestServer): Promise<string[]> {
  const { body } = await server.control('GET', '/workspaces/default/conduct');
  return (body as { findings: Finding[] }).findings.map(({ rule, level, count }) => `${rule} ${level} ${count}`);
}

/** Sends a request by a connection of an agent, or by one of its own. */
function getBy(agent: Agent | false, server: TestServer, target = GOOD): Promise<number> {
  return new Promise((resolve, reject) => {
    httpGet(server.url + target, { agent, headers: bearer(API_KEY) }, (reply) => {
      reply.resume();
      reply.once('end', () => resolve(reply.statusCode ?? 0));
    }).once('error', reject);
  });
}

describe('over HTTP, a retry that comes at once is too early', () => {
  it('from a client with fetch', async () => {
    const server = await startTestServer();
    await server.control('POST', FAULTS, { effect: told(60) });
    for (let call = 0; call < 4; call++) await server.get(GOOD);
    expect(await found(server)).toContain('retry-too-early error 3');
  });

  it('from a client in a process of its own that opens a connection for each request', async () => {
    const server = await startTestServer();
    await server.control('POST', FAULTS, { effect: told(60) });
    const headers = JSON.stringify(bearer(API_KEY));
    const client = `const { get } = require('node:http');
      let calls = 0;
      const call = () => get('${server.url}${GOOD}', { agent: false, headers: ${headers} }, (reply) =>
        reply.resume().once('end', () => ++calls < 20 && call()));
      call();`;
    await promisify(execFile)(process.execPath, ['-e', client]);
    expect(await found(server)).toContainEqual(expect.stringMatching(/^retry-too-early error/));
  });

  it('from a client with one connection', async () => {
    const server = await startTestServer();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await server.control('POST', FAULTS, { effect: told(60) });
    for (let call = 0; call < 4; call++) await getBy(agent, server);
    agent.destroy();
    expect(await found(server)).toContain('retry-too-early error 3');
  });
});

/** On a busy machine, requests that are sent together may arrive apart: then the mock cannot tell them from retries. */
const BURST = { retry: 5 };

describe('over HTTP, workers that send the same call together have not retried', () => {
  it.each([2, 5, 20, 50])('%i workers with fetch, on new connections and on used ones', BURST, async (count) => {
    const server = await startTestServer();
    await server.control('POST', FAULTS, { effect: told(60) });
    const together = () => Promise.all(Array.from({ length: count }, () => server.get(GOOD)));
    await together();
    expect(await found(server)).toEqual([]);
    await server.control('DELETE', '/workspaces/default/requests');
    await together();
    expect(await found(server)).toEqual([]);
  });

  it('20 workers on connections of their own', BURST, async () => {
    const server = await startTestServer();
    await server.control('POST', FAULTS, { effect: told(60) });
    await Promise.all(Array.from({ length: 20 }, () => getBy(false, server)));
    expect(await found(server)).toEqual([]);
  });

  it('a revoked key is not hammered by 20 calls that were under way', async () => {
    const server = await startTestServer();
    await server.control('POST', FAULTS, { trigger: { after: 5 }, effect: { status: 401 } });
    const ids = Array.from({ length: 20 }, (_none, index) => `/segments/list?page=${index}`);
    await Promise.all(ids.map((target) => server.get(target)));
    expect(await found(server)).toEqual([]);
  });
});

describe.each(['documented', 'observed'] as const)('in the profile %s', (profile) => {
  it('the npm client, which does not retry, makes no error', async () => {
    const server = await startTestServer({ profile, clock: '2024-01-31T12:00:00Z' });
    const { segments } = new Braze(server.url, API_KEY);
    await segments.list();
    for (const segment_id of ['segment_1234', 'segment_5678', 'segment_9012']) {
      await segments.details({ segment_id });
      await segments.analytics({ segment_id, length: 14, ending_at: '2024-01-31T11:59:59+02:00' });
    }
    expect(await found(server)).toEqual([]);
    await server.control('POST', FAULTS, { trigger: { times: 1 }, effect: { status: 503 } });
    await segments.list().catch(() => {});
    await segments.analytics({ segment_id: 'nothing', length: 14 }).catch(() => {});
    expect(await found(server)).toEqual(['gave-up warning 1']);
  });
});

it('a sync that lists two pages and reads every segment by the day of its cursor has no findings', async () => {
  const server = await startTestServer({ profile: 'observed', clock: '2024-06-15T10:00:00Z' });
  const key = 'LARGE-REST-API-KEY';
  const { segments } = await listAll(server, key);
  for (const { id } of segments.slice(0, 10))
    await readSeries(server, id, { first: dayAt('2023-06-15'), today: dayAt('2024-06-15'), parseCursor: dayAt, key });
  const { body } = await server.control('GET', '/workspaces/large/conduct');
  expect(segments).toHaveLength(120);
  expect(body).toEqual({ findings: [] });
});
