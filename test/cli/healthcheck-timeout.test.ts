import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { healthProblem, waitForHealth } from '../../src/cli/healthcheck.js';

/** A clock and timers that tests move by hand. */
const time = vi.hoisted(() => ({ nowMs: 0, timers: new Set<{ ms: number; callback: () => void }>() }));
vi.mock(import('../../src/system/real-time.js'), async (original) => ({
  ...(await original()),
  monotonicNow: () => time.nowMs,
  sleep: async (ms, signal) => {
    await Promise.resolve();
    signal?.throwIfAborted();
    time.nowMs += ms;
  },
  setTimeout: (callback, ms) => {
    const timer = { ms, callback, abort: () => void time.timers.delete(timer) };
    time.timers.add(timer);
    return timer;
  },
}));
beforeEach(() => void Object.assign(time, { nowMs: 0, timers: new Set() }));

/** Lets the time of the only timer pass. */
function ring(): void {
  const [timer, ...others] = time.timers;
  expect(others).toEqual([]);
  time.nowMs += timer?.ms ?? 0;
  timer?.callback();
}

/** A server that calls back for each request, with how many came before. */
async function listening(answer: (socket: Socket, before: number) => void): Promise<{ host: string; port: number }> {
  let count = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => answer(socket, count++));
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

const running = new AbortController().signal;

describe('a single check gives up after two seconds on a server that', () => {
  it.each([
    ['sends nothing', ''],
    ['sends the start of a status line', 'HTTP/1.1 2'],
    ['sends interim replies only', 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n'],
  ])('%s', async (_what, bytes) => {
    const address = await listening((socket) => {
      if (bytes === '') ring();
      else socket.write(bytes, () => void setImmediate(ring));
    });
    expect(await healthProblem(address)).toMatch(/ does not answer: no reply within 2000 ms$/);
    expect(time.nowMs).toBe(2000);
  });
});

it('a reply clears the timer', async () => {
  const address = await listening((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n'));
  expect(await healthProblem(address)).toBeUndefined();
  await vi.waitUntil(() => time.timers.size === 0);
});

describe('--wait ends together with the running check', () => {
  it.each([
    [0, 2000],
    [1, 100],
    [500, 500],
    [1000, 1000],
  ])('for %d ms after %d ms', async (waitMs, endMs) => {
    const address = await listening(() => ring());
    expect(await waitForHealth(address, waitMs, running)).toMatch(`no reply within ${endMs} ms`);
    expect(time.nowMs).toBe(endMs);
  });

  it('also if checks came before', async () => {
    const address = await listening((socket, before) => {
      if (before < 3) socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
      else ring();
    });
    expect(await waitForHealth(address, 1000, running)).toMatch(/no reply within 700 ms$/);
    expect(time.nowMs).toBe(1000);
  });

  it('without a check that has no time left', async () => {
    let checks = 0;
    const address = await listening((socket) => {
      checks++;
      socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
    });
    expect(await waitForHealth(address, 200.5, running)).toMatch(/ answered 503$/);
    expect(checks).toBe(2);
  });

  it('and asks a silent server again, if time is left', async () => {
    const address = await listening((socket, before) => {
      if (before === 0) ring();
      else socket.end('HTTP/1.1 200 OK\r\n\r\n');
    });
    expect(await waitForHealth(address, 10_000, running)).toBeUndefined();
    expect(time.nowMs).toBe(2100);
  });
});
