import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { BUILT_IN } from '../../../src/fixtures/built-in.js';
import { converse } from '../../support/raw.js';
import { AUTHORIZATION, bytesOf, expectRefusal, HOST, replyTo, serve } from '../../support/wire.js';
import { SHORT_TIMEOUTS } from '../../support/transport.js';
import { mockOf } from '../../support/mock.js';

describe('a request that arrives too slowly', () => {
  it.each<[string, string]>([
    ['with half its headers', 'GET / HTTP/1.1\r\nHost: localhost\r\n'],
    ['with no byte at all', ''],
    ['with half its body', bytesOf({ headers: [HOST, AUTHORIZATION, 'Content-Length: 10'], body: 'abc' })],
  ])('is rejected %s', async (_what, bytes) => {
    const url = await serve(mockOf({}, BUILT_IN), SHORT_TIMEOUTS);
    const reply = await replyTo(url, bytes);
    expectRefusal(reply, 408, 'request_timeout');
    expect(reply.headers).toMatchObject({ connection: 'close' });
  });
});

describe('connections', () => {
  it('beyond the limit are closed unread and logged', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'warn', base: null }, { write: (line: string) => void lines.push(line) });
    const url = await serve(mockOf({}, BUILT_IN), { connections: 2 }, log);
    const held = [converse(url, bytesOf({ headers: [HOST] })), converse(url, bytesOf({ headers: [HOST] }))];
    await Promise.all(held.map((one) => one.hasChunks(1)));
    const surplus = converse(url, '');
    await surplus.ended;
    expect(surplus.received()).toBe('');
    expect(lines.map((line) => (JSON.parse(line) as { limit: number }).limit)).toEqual([2]);
    for (const one of held) one.leave();
  });

  it('are closed when idle', async () => {
    // Node allows a second more than it says.
    const url = await serve(mockOf({}, BUILT_IN), { keepAliveTimeout: 1, timeoutsCheckedEvery: 20 });
    const idle = converse(url, bytesOf({ headers: [HOST, AUTHORIZATION] }));
    expect(await idle.ended).toBe('closed');
    expect(idle.received()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});
