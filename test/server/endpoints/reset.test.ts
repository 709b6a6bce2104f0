import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../../src/core/faults/fault.js';
import type { Mock } from '../../../src/core/mock.js';
import type { Workspace } from '../../../src/core/workspaces/workspace.js';
import { createWorkspace } from '../../../src/operations/workspaces.js';
import { converse } from '../../support/raw.js';
import { bytesOf, CLOSE, HOST, replyTo, serve } from '../../support/wire.js';
import { mockOf } from '../../support/mock.js';

const LONG = 600_000;
const TARGET = '/segments/data_series?segment_id=a&length=7';
const WITH_BODY = ['Content-Length: 1', 'Expect: 100-continue'];

const RESETS: [string, (mock: Mock, workspace: Workspace) => void][] = [
  ['a reset of its workspace', (mock, workspace) => mock.resetWorkspace(workspace)],
  ['a reset of everything', (mock) => mock.reset()],
];

/** A server whose only workspace has a fault, and what happens on it. */
async function serving(fault: FaultPlan) {
  const mock = mockOf({ rateLimit: 10 }, [
    { name: 'w', apiKeys: [{ key: 'KEY' }], segments: [{ id: 'a' }], faults: [fault] },
  ]);
  const workspace = mock.workspaces.default as Workspace;
  const logged: string[] = [];
  const stream = new Writable({ write: (chunk, _encoding, done) => (logged.push(String(chunk)), done()) });
  const url = await serve(mock, {}, pino({ level: 'info' }, stream));
  const heard: string[] = [];
  for (const { journal } of [mock, workspace])
    journal.listen({ heard: ({ target }) => heard.push(target), closed: () => undefined });
  const send = (...headers: string[]) =>
    converse(url, bytesOf({ target: TARGET, headers: [HOST, 'Authorization: Bearer KEY', CLOSE, ...headers] }));
  const ended = async () => {
    while (!logged.some((line) => line.includes('"method":"GET"'))) await nextTurn();
  };
  const struck = async () => {
    while (workspace.faults.list()[0]?.strikes !== 1) await nextTurn();
  };
  const left = () => ({
    entries: [mock, workspace].flatMap(({ journal }) => journal.list()).length,
    heard: heard.length,
    counts: workspace.faults.list().map(({ matched, strikes }) => [matched, strikes]),
    limit: workspace.limiter.state(workspace.clock.now()),
  });
  return { mock, workspace, url, send, ended, struck, left };
}

const NOTHING = {
  entries: 0,
  heard: 0,
  counts: [[0, 0]],
  limit: { capacity: 10, refillPerHour: 10, remaining: 10 },
};

describe.each(RESETS)('after %s, what began before it', (_name, reset) => {
  it('does not count if its body ends later', async () => {
    const { mock, workspace, url, send, left, ended } = await serving({ effect: { status: 503 } });
    const client = send(...WITH_BODY);
    await client.hears('100 Continue');
    reset(mock, workspace);
    client.say('x');
    await client.ended;
    expect(client.received()).toContain('HTTP/1.1 200 OK');
    await ended();
    expect(left()).toEqual(NOTHING);
    const next = await replyTo(url, { target: TARGET, headers: [HOST, 'Authorization: Bearer KEY', CLOSE] });
    expect([next.status, left()]).toMatchObject([503, { entries: 1, heard: 1, counts: [[1, 1]] }]);
  });

  it('does not count if its client leaves later', async () => {
    const { mock, workspace, send, left, ended } = await serving({ effect: { status: 503 } });
    const client = send(...WITH_BODY);
    await client.hears('100 Continue');
    reset(mock, workspace);
    client.leave();
    await ended();
    expect(left()).toEqual(NOTHING);
  });

  it.each<FaultPlan>([
    { effect: { delay: { kind: 'fixed', ms: LONG } } },
    { effect: { dribble: { chunks: 7, durationMs: LONG } } },
  ])('is sent to no listener if its reply ends later, with %j', async (fault) => {
    const { mock, workspace, send, left, ended, struck } = await serving(fault);
    const client = send();
    await struck();
    reset(mock, workspace);
    client.leave();
    await ended();
    expect(left()).toEqual(NOTHING);
  });
});

it('a refusal of a workspace that the reset deleted is not among the stray requests', async () => {
  const { mock, url, ended } = await serving({ effect: { status: 503 } });
  const { apiKey } = createWorkspace(mock, {});
  const client = converse(
    url,
    bytesOf({ target: TARGET, headers: [HOST, `Authorization: Bearer ${apiKey}`, CLOSE, ...WITH_BODY] }),
  );
  await client.hears('100 Continue');
  mock.reset();
  client.say('x');
  await client.ended;
  await ended();
  expect(client.received()).toContain('HTTP/1.1 401 Unauthorized');
  expect(mock.journal.list()).toEqual([]);
});

it('a reset of one workspace leaves the requests of the others alone', async () => {
  const { mock, workspace, send, ended } = await serving({ effect: { status: 503 } });
  const { name } = createWorkspace(mock, {});
  const client = send(...WITH_BODY);
  await client.hears('100 Continue');
  mock.resetWorkspace(mock.workspaces.get(name) as Workspace);
  client.say('x');
  await client.ended;
  await ended();
  expect(client.received()).toContain('HTTP/1.1 503 Service Unavailable');
  expect(workspace.journal.list()).toHaveLength(1);
});
