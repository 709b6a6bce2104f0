import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HandClock, handClock } from '../support/clock.js';
import { startTestServer, type TestReply, type TestServer } from '../support/server.js';

const LIMIT = '/workspaces/default/rate-limit';
const CLOCK = '/workspaces/default/clock';
const DEFAULT = { capacity: 250_000, refillPerHour: 250_000, remaining: 250_000 };

function call(server: TestServer): Promise<TestReply> {
  return server.get('/segments/data_series?segment_id=segment_1234&length=1');
}

const limitHeaders = ({ headers }: TestReply) =>
  ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after'].map((name) => headers[name]);

it.each([
  [{ capacity: 10 }, { ...DEFAULT, capacity: 10, remaining: 10 }],
  [{ refillPerHour: 10 }, { ...DEFAULT, refillPerHour: 10 }],
  [{ remaining: 3 }, { ...DEFAULT, remaining: 3 }],
  [{ remaining: 0 }, { ...DEFAULT, remaining: 0 }],
  [
    { capacity: 10, remaining: 3 },
    { ...DEFAULT, capacity: 10, remaining: 3 },
  ],
  [{ capacity: 300_000 }, { ...DEFAULT, capacity: 300_000, remaining: 300_000 }],
  [
    { capacity: 10, refillPerHour: 5, remaining: 10 },
    { capacity: 10, refillPerHour: 5, remaining: 10 },
  ],
])('set to %j returns %j', async (setting, state) => {
  const server = await startTestServer({ clock: '2024-01-31T12:00:00Z' });
  expect((await server.control('GET', LIMIT)).body).toEqual(DEFAULT);
  expect(await server.control('PUT', LIMIT, setting)).toMatchObject({ status: 200, body: state });
  expect((await server.control('GET', LIMIT)).body).toEqual(state);
});

it('keeps the tokens of a partly used bucket when its quota changes, up to the capacity', async () => {
  const server = await startTestServer({ clock: '2024-01-31T12:00:00Z' });
  await server.control('PUT', LIMIT, { capacity: 100, remaining: 50 });
  expect((await server.control('PUT', LIMIT, { capacity: 1000 })).body).toMatchObject({ remaining: 50 });
  expect((await server.control('PUT', LIMIT, { refillPerHour: 7 })).body).toMatchObject({ remaining: 50 });
  expect((await server.control('PUT', LIMIT, { capacity: 20 })).body).toMatchObject({ remaining: 20 });
});

it('drained to three admits three requests', async () => {
  const server = await startTestServer({ clock: '2024-01-31T12:00:00Z' });
  await server.control('PUT', LIMIT, { remaining: 3 });
  const replies: TestReply[] = [];
  for (let count = 0; count < 4; count++) replies.push(await call(server));
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
});

it('is the JSON string "off" while it is off, and counts again once set', async () => {
  const server = await startTestServer({ clock: '2024-01-31T12:00:00Z' });
  const off = await server.control('PUT', LIMIT, 'off');
  expect([off.status, off.text, off.headers['content-type']]).toEqual([
    200,
    '"off"',
    'application/json; charset=utf-8',
  ]);
  expect((await server.control('GET', LIMIT)).text).toBe('"off"');
  expect(limitHeaders(await call(server))).toEqual([undefined, undefined, undefined, undefined]);
  const refused = await server.control('PUT', LIMIT, { remaining: 1 });
  expect([refused.status, (await server.control('GET', LIMIT)).text]).toEqual([400, '"off"']);
  expect((await server.control('PUT', LIMIT, { refillPerHour: 60 })).body).toEqual({
    capacity: 60,
    refillPerHour: 60,
    remaining: 60,
  });
  expect(limitHeaders(await call(server)).slice(0, 2)).toEqual(['60', '59']);
});

it('is not used up by the control API', async () => {
  const server = await startTestServer({ clock: '2024-01-31T12:00:00Z' });
  await server.control('GET', '/workspaces/default/segments/segment_1234/series');
  expect((await server.control('GET', LIMIT)).body).toEqual(DEFAULT);
});

it('keeps its tokens when the clock steps back', async () => {
  const server = await startTestServer({ clock: '2024-01-31T12:00:00Z' });
  await server.control('PUT', LIMIT, { capacity: 4, refillPerHour: 4, remaining: 2 });
  await server.control('PUT', CLOCK, { now: '2020-01-01', frozen: true });
  expect((await server.control('GET', LIMIT)).body).toMatchObject({ remaining: 2 });
  await call(server);
  await server.control('POST', `${CLOCK}/advance`, { by: 'PT15M' });
  expect((await server.control('GET', LIMIT)).body).toMatchObject({ remaining: 2 });
});

describe('retry-after', () => {
  it.each([
    [1, '3600'],
    [2, '1800'],
    [3600, '1'],
    [7000, '1'],
    [0.5, '7200'],
    [7, '515'],
    [1e6, '1'],
    [1e-6, '3600000000'],
  ])('at a scale of %d is %s real seconds of an hour', async (scale, seconds) => {
    const server = await startTestServer({ baseClock: handClock() });
    await server.control('PUT', CLOCK, { now: '2024-01-31T12:00:00Z', scale });
    await server.control('PUT', LIMIT, { capacity: 1, refillPerHour: 1, remaining: 0 });
    const instantOfTheMock = String(Date.parse('2024-01-31T13:00:00Z') / 1000);
    expect(limitHeaders(await call(server))).toEqual(['1', '0', instantOfTheMock, seconds]);
  });

  it('is never too short at any scale and refill', async () => {
    const baseClock = handClock();
    const server = await startTestServer({ baseClock });
    const scale = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const property = fc.asyncProperty(scale, fc.integer({ min: 1, max: 1e6 }), async (factor, refillPerHour) => {
      await server.control('PUT', CLOCK, { now: '2024-01-31T12:00:00Z', scale: factor });
      await server.control('PUT', LIMIT, { capacity: 3, refillPerHour, remaining: 0 });
      const { headers } = await call(server);
      baseClock.pass(Number(headers['retry-after']) * 1000);
      expect((await call(server)).status).toBe(200);
    });
    await fc.assert(property, { seed: 1, numRuns: 80 });
  });
});

describe('a client that honors retry-after', () => {
  /** Ordinary back-off code: it knows nothing of the mock. */
  async function patiently(server: TestServer, wait: (seconds: number) => void): Promise<number> {
    for (let waited = 0; ;) {
      const { status, headers } = await call(server);
      if (status !== 429) return waited;
      const seconds = Number(headers['retry-after']);
      waited += seconds;
      wait(seconds);
    }
  }

  async function limited(scale: number, baseClock: HandClock): Promise<TestServer> {
    const server = await startTestServer({ baseClock });
    await server.control('PUT', CLOCK, { scale });
    await server.control('PUT', LIMIT, { capacity: 1, refillPerHour: 1 });
    return server;
  }

  it.each([1, 60, 3600, 86_400])('passes an hourly limit repeatedly at a scale of %d', async (scale) => {
    const baseClock = handClock();
    const server = await limited(scale, baseClock);
    const waits: number[] = [];
    for (let request = 0; request < 4; request++) {
      waits.push(await patiently(server, (seconds) => baseClock.pass(seconds * 1000)));
    }
    expect(waits).toEqual([0, ...Array.from({ length: 3 }, () => Math.ceil(3600 / scale))]);
  });
});
