import { once } from 'node:events';
import net, { type AddressInfo, Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { healthProblem } from '../../src/cli/healthcheck.js';

const clock = vi.hoisted(() => ({ aheadMs: 0 }));
vi.mock(import('../../src/system/real-time.js'), async (original) => {
  const real = await original();
  return { ...real, monotonicNow: () => real.monotonicNow() + clock.aheadMs };
});

/** A server that waits for a request, and then answers it. */
async function listening(answer: (socket: Socket) => void): Promise<number> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => answer(socket));
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it('a server that sends nothing is given up', async () => {
  const port = await listening(() => undefined);
  const setTimeout = vi.spyOn(Socket.prototype, 'setTimeout').mockImplementationOnce(function (
    this: Socket,
    _ms,
    giveUp,
  ) {
    return this.setTimeout(1, giveUp);
  });
  onTestFinished(() => setTimeout.mockRestore());
  expect(await healthProblem({ host: '127.0.0.1', port })).toMatch(/ does not answer: no reply within 2000 ms$/);
  expect(setTimeout.mock.calls[0]?.[0]).toBe(2000);
});

it('a server that sends a byte from time to time is given up too', async () => {
  const port = await listening((socket) => {
    socket.write('H');
    setImmediate(() => {
      clock.aheadMs = 2001;
      socket.write('T');
    });
  });
  expect(await healthProblem({ host: '127.0.0.1', port })).toMatch(/ does not answer: no reply within 2000 ms$/);
});
