import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigurationError, createMock, startMock } from '../../src/library/index.js';

const OPTIONS = { clock: '2024-01-31T12:00:00Z', seed: 'ours' };
const SERIES = '/segments/data_series?segment_id=segment_1234&length=2';

describe('createMock', () => {
  it('returns a mock at once, with the operations of a started one', async () => {
    const mock = createMock(OPTIONS);
    const started = await startMock(OPTIONS);
    const { url, origin, stop, [Symbol.asyncDispose]: dispose, ...rest } = started;
    expect([typeof url, origin, typeof stop, dispose]).toEqual(['string', url, 'function', stop]);
    expect(Object.keys(mock)).toEqual(Object.keys(rest));
    const ask = async (base: string, get: typeof fetch) =>
      (await get(base + SERIES, { headers: { authorization: `Bearer ${mock.apiKey}` } })).json();
    expect(await ask('https://braze.test', mock.fetch)).toEqual(await ask(url, fetch));
    await stop();
  });

  it('throws every problem of its options, where startMock rejects', async () => {
    const wrong = { port: -1, seed: '', fixtures: 'nowhere', extra: 1 } as never;
    expect(() => createMock(wrong)).toThrow(ConfigurationError);
    expect(() => createMock(wrong)).toThrow(/port.*\n?.*/);
    await expect(startMock(wrong)).rejects.toThrow(ConfigurationError);
    expect(() => createMock({ fixtures: 'nowhere' })).toThrow(/nowhere/);
    expect(() => createMock({ logger: {} as never })).toThrow(/pino's methods/);
  });

  it('keeps no event loop alive: nothing is open', async () => {
    const before = process.getActiveResourcesInfo().length;
    await createMock(OPTIONS).fetch(`https://braze.test${SERIES}`);
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
  });

  it('has functions that work without their object', async () => {
    const { fetch: ask, createWorkspace, strayRequests, reset, workspace } = createMock(OPTIONS);
    createWorkspace({ name: 'more' });
    await ask('https://braze.test/segments/list');
    expect(strayRequests({ status: 401 })).toHaveLength(1);
    reset();
    expect([strayRequests(), workspace.exists]).toEqual([[], true]);
  });
});

describe('listen', () => {
  it('serves the same workspaces, journal and state', async () => {
    const mock = createMock(OPTIONS);
    mock.workspace.segments.put('vip', { points: { '2024-01-31': 4711 } });
    const running = await mock.listen();
    onTestFinished(() => running.stop());
    const headers = { authorization: `Bearer ${running.apiKey}` };
    const target = '/segments/data_series?segment_id=vip&length=1';
    const replies = [
      await fetch(running.url + target, { headers }),
      await mock.fetch(`https://x${target}`, { headers }),
    ];
    expect(await Promise.all(replies.map((reply) => reply.json()))).toMatchObject([
      { data: [{ size: 4711 }] },
      { data: [{ size: 4711 }] },
    ]);
    expect(mock.workspace.requests.count()).toBe(2);
    expect(running.workspace).toBe(mock.workspace);
  });

  it('called twice returns one server, and after a stop another', async () => {
    const mock = createMock(OPTIONS);
    const [first, second] = await Promise.all([mock.listen(), mock.listen()]);
    expect([second, await first.listen()]).toEqual([first, first]);
    await first.stop();
    await expect(fetch(first.url)).rejects.toThrow('fetch failed');
    const again = await mock.listen();
    expect((await fetch(`${again.url}/__mock/health`)).status).toBe(200);
    // The stop of the first server is over; it does not reach the second one.
    await first.stop();
    expect([(await fetch(`${again.url}/__mock/health`)).status, await mock.listen()]).toEqual([200, again]);
    await again.stop();
  });

  it('can be retried after a failure', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const mock = createMock({ ...OPTIONS, port: (taken.address() as AddressInfo).port });
    await expect(mock.listen()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    taken.close();
    await once(taken, 'close');
    const running = await mock.listen();
    expect((await fetch(`${running.url}/__mock/health`)).status).toBe(200);
    await running.stop();
  });

  it('works over TLS too', async () => {
    const running = await createMock({ ...OPTIONS, tls: 'auto' }).listen();
    expect([running.httpsUrl, running.ca]).toEqual([
      expect.stringMatching(/^https:/),
      expect.stringContaining('CERTIFICATE'),
    ]);
    await running.stop();
  });
});
