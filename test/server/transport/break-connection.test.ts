import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DataEffect, Effect, FaultPlan } from '../../../src/core/faults/fault.js';
import type { Mock } from '../../../src/core/mock.js';
import { converse, exchangeBytes } from '../../support/raw.js';
import { bytesOf, CLOSE, HOST, JSON_TYPE, repliesTo, replyTo, serve } from '../../support/wire.js';
import { mockOf } from '../../support/mock.js';

vi.mock(import('../../../src/system/real-time.js'), async (original) => {
  const { handTimers } = await import('../../support/hand-timers.js');
  return handTimers(await original());
});

const KEY = 'Authorization: Bearer KEY';
const NOW = '2024-01-31T12:00:00Z';

/** A mock in whose segment `good` nothing goes wrong, and in `bad` what is planned. */
function mockWith(effect: Effect, trigger: FaultPlan['trigger'] = {}): Mock {
  const noise = { relativeStandardDeviation: 0 };
  const segments = ['good', 'bad'].map((id) => ({ id, size: 2_000_000, type: 'static' as const, noise }));
  const faults = [{ trigger: { segmentId: 'bad', ...trigger }, effect }];
  return mockOf({ clock: NOW }, [{ name: 'w', apiKeys: [{ key: 'KEY' }], segments, faults }]);
}

/** A request for seven days of a segment, on a connection that is kept alive unless told otherwise. */
function asking(segmentId: string, { method = 'GET', close = false, length = '7' } = {}): string {
  const target = `/segments/data_series?segment_id=${segmentId}&length=${length}`;
  return bytesOf({ method, target, headers: close ? [HOST, KEY, CLOSE] : [HOST, KEY] });
}
const GOOD = asking('good', { close: true });
const BAD = asking('bad');
const LAST_BAD = asking('bad', { close: true });

const strikesOf = (mock: Mock) => mock.workspaces.default?.faults.get('fault-1')?.strikes;

interface Rows {
  message: string;
  data: { time: string; size: number }[];
}
const rowsOf = (text: string) => (JSON.parse(text) as Rows).data;

describe('a connection', () => {
  it('is reset before the first byte', async () => {
    const bad = converse(await serve(mockWith({ connection: 'CONNECTION_RESET_BY_PEER' })), BAD);
    expect([await bad.ended, bad.received()]).toEqual(['reset', '']);
  });

  it('is closed before the first byte', async () => {
    const bad = converse(await serve(mockWith({ connection: 'EMPTY_RESPONSE' })), BAD);
    expect([await bad.ended, bad.received()]).toEqual(['closed', '']);
  });

  it('is closed after bytes that are not HTTP, and the same for the same seed', async () => {
    const garbage = async () => {
      const bad = converse(await serve(mockWith({ connection: 'RANDOM_DATA_THEN_CLOSE' })), BAD + BAD);
      expect(await bad.ended).toBe('closed');
      return bad.received();
    };
    const once = await garbage();
    expect(once).toHaveLength(256);
    expect(once).not.toMatch(/^HTTP/);
    expect(await garbage()).toBe(once);
  });

  it('is closed after a malformed chunk', async () => {
    const bad = converse(await serve(mockWith({ connection: 'MALFORMED_RESPONSE_CHUNK' })), BAD);
    expect(await bad.ended).toBe('closed');
    const [head = '', body = ''] = bad.received().split('\r\n\r\n');
    const hop = /^(date|connection|keep-alive):/i;
    expect(head.split('\r\n').filter((line) => !hop.test(line))).toEqual([
      'HTTP/1.1 200 OK',
      `content-type: ${JSON_TYPE}`,
      'x-ratelimit-limit: 250000',
      'x-ratelimit-remaining: 249999',
      expect.stringMatching(/^x-ratelimit-reset: \d+$/),
      'transfer-encoding: chunked',
    ]);
    expect(body).not.toMatch(/^([\da-f]+)\r\n[^]{1,}\r\n0\r\n\r\n$/);
  });

  it.each([
    'CONNECTION_RESET_BY_PEER',
    'EMPTY_RESPONSE',
    'RANDOM_DATA_THEN_CLOSE',
    'MALFORMED_RESPONSE_CHUNK',
  ] as const)('breaks for fetch too: %s', async (connection) => {
    const url = await serve(mockWith({ connection }));
    const call = fetch(`${url}/segments/data_series?segment_id=bad&length=1`, {
      headers: { authorization: 'Bearer KEY' },
    });
    await expect(call.then((response) => response.text())).rejects.toThrow(TypeError);
  });

  it('does not affect the server and other connections', async () => {
    const url = await serve(mockWith({ connection: 'CONNECTION_RESET_BY_PEER' }));
    await converse(url, BAD).ended;
    expect((await replyTo(url, GOOD)).status).toBe(200);
  });

  it('breaks after the replies to earlier pipelined requests, and answers no later ones', async () => {
    const mock = mockWith({ connection: 'EMPTY_RESPONSE' });
    mock.workspaces.default?.faults.add({
      trigger: { segmentId: 'good', times: 1 },
      effect: { delay: { kind: 'fixed', ms: 20 } },
    });
    const replies = await repliesTo(await serve(mock), asking('good') + BAD + asking('good'));
    expect(replies.map(({ status }) => status)).toEqual([200]);
  });
});

describe('truncate', () => {
  it.each([0, 0.25, 0.5, 0.999])(
    'sends %d of the bytes that content-length announces, then closes',
    async (truncate) => {
      const url = await serve(mockWith({ truncate }));
      const whole = (await replyTo(url, GOOD)).text;
      const bad = converse(url, BAD);
      expect(await bad.ended).toBe('closed');
      const [head = '', body] = bad.received().split('\r\n\r\n');
      expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(head.toLowerCase()).toContain(`content-length: ${whole.length}`);
      expect(head).toContain('x-ratelimit-remaining: 249998');
      expect(body).toBe(whole.slice(0, Math.floor(whole.length * truncate)));
    },
  );

  it('truncates errors as well', async () => {
    const bad = converse(await serve(mockWith({ truncate: 0.5 })), asking('bad', { length: '0' }));
    expect(await bad.ended).toBe('closed');
    expect(bad.received()).toMatch(/^HTTP\/1\.1 400 .*\r\n\r\n\{"message":"error"[^}]*$/s);
  });

  it('does not affect earlier replies on the connection', async () => {
    const text = await exchangeBytes(await serve(mockWith({ truncate: 0 })), asking('good') + BAD + asking('good'));
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(text.match(/"message":"success"/g)).toHaveLength(1);
  });
});

describe('with fake timers', () => {
  afterEach(() => void vi.useRealTimers());

  async function asked(effect: Effect, request = LAST_BAD) {
    const url = await serve(mockWith(effect));
    const whole = await replyTo(url, GOOD);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    return { whole, bad: converse(url, request) };
  }

  /** Resolves when the server waits. */
  async function waiting(): Promise<void> {
    while (vi.getTimerCount() === 0) await new Promise(setImmediate);
  }

  it('dribble sends the given number of chunks, evenly over the duration', async () => {
    const { whole, bad } = await asked({ dribble: { chunks: 4, durationMs: 300 } });
    for (let pauses = 1; pauses < 4; pauses++) {
      await bad.hasChunks(pauses);
      await waiting();
      vi.advanceTimersByTime(99);
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(1);
    }
    expect(await bad.ended).toBe('closed');
    const [head = '', ...drops] = bad.received().split('\r\n\r\n');
    expect(head.toLowerCase()).toContain(`content-length: ${whole.text.length}`);
    expect(drops).toEqual([whole.text]);
    const sizes = bad
      .chunks()
      .slice(1)
      .map((chunk) => chunk.length);
    expect(sizes).toHaveLength(3);
    for (const size of sizes) expect(Math.abs(size - whole.text.length / 4)).toBeLessThan(1);
  });

  it.each<[Effect, ms: number]>([
    [{ delay: { kind: 'fixed', ms: 5_000 } }, 5_000],
    [{ delay: { kind: 'uniform', minMs: 70, maxMs: 70 } }, 70],
    [{ delay: { kind: 'lognormal', medianMs: 80, sigma: 0 } }, 80],
    [{ delay: { kind: 'size', msPerMillion: 30 } }, 60],
  ])('%j delays the reply by %d ms', async (effect, ms) => {
    const { whole, bad } = await asked(effect);
    await waiting();
    vi.advanceTimersByTime(ms - 1);
    expect([vi.getTimerCount(), bad.received()]).toEqual([1, '']);
    vi.advanceTimersByTime(1);
    await bad.ended;
    expect(bad.received().split('\r\n\r\n')[1]).toBe(whole.text);
  });

  it.each<[Effect, expected: RegExp]>([
    [{ status: 503 }, /^HTTP\/1\.1 503 .*service_unavailable/s],
    [{ connection: 'EMPTY_RESPONSE' }, /^$/],
    [{ truncate: 0.5 }, /^HTTP\/1\.1 200 OK.*[^}]$/s],
    [{ data: 'extra_field' }, /"confidence"/],
  ])('%j can follow a delay', async (effect, expected) => {
    const { bad } = await asked({ delay: { kind: 'fixed', ms: 1_000 }, ...effect });
    await waiting();
    expect(bad.received()).toBe('');
    vi.advanceTimersByTime(1_000);
    await bad.ended;
    expect(bad.received()).toMatch(expected);
  });
});

describe('a data fault', () => {
  const week = async (effect: DataEffect): Promise<[clean: Rows['data'], spoilt: Rows['data']]> => {
    const url = await serve(mockWith({ data: effect }, { times: 1 }));
    const [spoilt, clean] = [await replyTo(url, LAST_BAD), await replyTo(url, LAST_BAD)];
    expect([spoilt.status, clean.status]).toEqual([200, 200]);
    return [rowsOf(clean.text), rowsOf(spoilt.text)];
  };

  it.each<[DataEffect, (clean: Rows['data'], spoilt: Rows['data']) => boolean]>([
    ['missing_day', (clean, spoilt) => spoilt.length === clean.length - 1],
    ['duplicate_day', (clean, spoilt) => spoilt.length === clean.length + 1],
    [
      'shuffled',
      (clean, spoilt) => spoilt.length === clean.length && clean.some(({ time }, at) => time !== spoilt[at]?.time),
    ],
    ['revised_yesterday', (clean, spoilt) => clean.every(({ size }, at) => (size === spoilt[at]?.size) === (at !== 5))],
    ['zero_dip', (_clean, spoilt) => spoilt.filter(({ size }) => size === 0).length === 1],
    ['huge_size', (_clean, spoilt) => spoilt.filter(({ size }) => size > 2 ** 31).length === 1],
    ['extra_field', (_clean, spoilt) => spoilt.every((row) => Object.keys(row).length === 3)],
  ])('%s corrupts one reply and no later one', async (effect, isSpoilt) => {
    const [clean, spoilt] = await week(effect);
    expect(clean.map(({ time }) => time.slice(0, 10))).toEqual(
      [25, 26, 27, 28, 29, 30, 31].map((day) => `2024-01-${day}`),
    );
    expect([isSpoilt(clean, spoilt), isSpoilt(clean, clean)]).toEqual([true, false]);
  });

  it('applies to series only: an error does not use it up', async () => {
    const mock = mockWith({ data: 'shuffled' }, { times: 1 });
    const url = await serve(mock);
    expect((await replyTo(url, asking('bad', { close: true, length: '0' }))).status).toBe(400);
    expect(strikesOf(mock)).toBe(0);
    expect((await replyTo(url, asking('bad', { close: true, length: '1' }))).status).toBe(200);
    expect(strikesOf(mock)).toBe(0);
    await replyTo(url, LAST_BAD);
    expect(strikesOf(mock)).toBe(1);
  });
});

describe('a HEAD', () => {
  it.each<[Effect, strikes: number]>([
    [{ truncate: 0.5 }, 0],
    [{ dribble: { chunks: 2, durationMs: 60_000 } }, 0],
    [{ data: 'extra_field' }, 1],
    [{ delay: { kind: 'fixed', ms: 1 } }, 1],
  ])('shows %j in its headers only', async (effect, strikes) => {
    const mock = mockWith(effect);
    const url = await serve(mock);
    const text = await exchangeBytes(url, asking('bad', { method: 'HEAD', close: true }));
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
    expect(strikesOf(mock)).toBe(strikes);
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
    if (strikes === 0) expect(length).toBe((await replyTo(url, GOOD)).text.length);
  });
});

describe('a connection that is kept alive', () => {
  it.each<[Effect, status: number]>([
    [{ status: 503 }, 503],
    [{ status: 502, body: 'html' }, 502],
    [{ delay: { kind: 'fixed', ms: 1 } }, 200],
    [{ dribble: { chunks: 3, durationMs: 3 } }, 200],
    [{ data: 'zero_dip' }, 200],
  ])('continues after %j, with replies in request order', async (effect, status) => {
    const replies = await repliesTo(await serve(mockWith(effect)), asking('good') + BAD + BAD + GOOD);
    expect(replies.map((reply) => reply.status)).toEqual([200, status, status, 200]);
    expect(replies[3]?.text).toBe(replies[0]?.text);
  });
});
