import { EventEmitter, once } from 'node:events';
import { createServer, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Effect } from '../../../src/core/faults/fault.js';
import { Connections } from '../../../src/server/transport/connections.js';
import type { Trace } from '../../../src/core/journal/trace.js';
import type { Mock } from '../../../src/core/mock.js';
import { startServer } from '../../../src/server/server.js';
import { converse } from '../../support/raw.js';
import { PATIENT, transportWith } from '../../support/transport.js';
import { bytesOf, HOST } from '../../support/wire.js';
import { appOptions } from '../../support/app.js';
import { mockOf } from '../../support/mock.js';

vi.mock(import('../../../src/system/real-time.js'), async (original) => {
  const { handTimers } = await import('../../support/hand-timers.js');
  return handTimers(await original());
});

const LONG = 600_000;
const REQUEST = bytesOf({
  target: '/segments/data_series?segment_id=a&length=7',
  headers: [HOST, 'Authorization: Bearer KEY'],
});
const EFFECTS: Effect[] = [
  { delay: { kind: 'fixed', ms: LONG } },
  { delay: { kind: 'uniform', minMs: LONG, maxMs: LONG } },
  { delay: { kind: 'lognormal', medianMs: LONG, sigma: 0 } },
  { delay: { kind: 'size', msPerMillion: LONG } },
  { dribble: { chunks: 7, durationMs: LONG } },
];

function mockWith(effect: Effect): Mock {
  const segments = [{ id: 'a', size: 10_000_000 }];
  const fixture = { name: 'w', apiKeys: [{ key: 'KEY' }], segments, faults: [{ effect }] };
  return mockOf({}, [fixture]);
}

/** A server, and its next entry in the journal. */
async function serving(effect: Effect) {
  const mock = mockWith(effect);
  const server = await startServer(mock, appOptions({ transport: transportWith({ stopTimes: PATIENT }) }));
  const recorded = new Promise<Trace>((heard) => {
    mock.workspaces.default?.journal.listen({ heard, closed: () => undefined });
  });
  const struck = async () => {
    while (mock.workspaces.default?.faults.get('fault-1')?.strikes !== 1) await new Promise(setImmediate);
  };
  return { server, recorded, struck };
}

describe('a delayed reply', () => {
  it.each(EFFECTS)('%j is sent completely when the server stops', async (effect) => {
    const { server, struck } = await serving(effect);
    const client = converse(server.url, REQUEST);
    await struck();
    await server.stop();
    expect(await client.ended).toBe('closed');
    expect(client.received()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n\{"message":"success".*\]\}$/s);
  });

  it.each<[string, Effect]>([
    ['a dribble', { dribble: { chunks: 1000, durationMs: LONG } }],
    ['a delay and a dribble', { delay: { kind: 'fixed', ms: LONG }, dribble: { chunks: 1000, durationMs: LONG } }],
  ])('the rest of %s is sent in one write when the server stops', async (_name, effect) => {
    const { server, struck } = await serving(effect);
    const client = converse(server.url, REQUEST);
    await struck();
    if (effect.delay === undefined) await client.hears('\r\n\r\n{');
    const write = vi.spyOn(ServerResponse.prototype, 'write');
    onTestFinished(() => write.mockRestore());
    await server.stop();
    expect(write.mock.calls.map(([chunk]) => String(chunk))).toEqual([expect.stringMatching(/"size":\d+\}\]\}$/)]);
    await client.ended;
    const [head = '', body = ''] = client.received().split('\r\n\r\n');
    expect(head.toLowerCase()).toContain(`content-length: ${body.length}`);
    expect(JSON.parse(body)).toMatchObject({ message: 'success', data: Array<unknown>(7).fill(expect.anything()) });
  });

  it.each(EFFECTS)('%j ends when the client disconnects', async (effect) => {
    const { server, recorded, struck } = await serving(effect);
    const client = converse(server.url, REQUEST);
    await struck();
    client.leave();
    const { durationMs } = await recorded;
    expect(durationMs).toBeLessThan(LONG / 100);
    await server.stop();
  });
});

describe('pause()', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  const replyThat = (destroyed: boolean) =>
    Object.assign(new EventEmitter(), { destroyed }) as unknown as ServerResponse;

  async function isOver(pause: Promise<void>): Promise<boolean> {
    return Promise.race([pause.then(() => true), vi.advanceTimersByTimeAsync(0).then(() => false)]);
  }

  it('lasts for the given time', async () => {
    const pause = new Connections().pause(1_000, replyThat(false));
    await vi.advanceTimersByTimeAsync(999);
    expect(await isOver(pause)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await isOver(pause)).toBe(true);
  });

  it('ends with its reply and leaks nothing', async () => {
    const reply = replyThat(false);
    const pause = new Connections().pause(LONG, reply);
    reply.emit('close');
    expect(await isOver(pause)).toBe(true);
    expect([vi.getTimerCount(), reply.listenerCount('close')]).toEqual([0, 0]);
  });

  it('returns immediately if the client has disconnected', async () => {
    expect(await isOver(new Connections().pause(LONG, replyThat(true)))).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when the server drains, and returns immediately from then on', async () => {
    const connections = new Connections();
    const reply = replyThat(false);
    const pause = connections.pause(LONG, reply);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const drained = connections.drain(server);
    expect(await isOver(pause)).toBe(true);
    expect(await isOver(connections.pause(LONG, reply))).toBe(true);
    expect(reply.listenerCount('close')).toBe(0);
    await drained;
  });
});
