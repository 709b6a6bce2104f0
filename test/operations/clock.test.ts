import { expect, it } from 'vitest';
import { handClock } from '../support/clock.js';
import { startTestServer, type TestServer } from '../support/server.js';

const CLOCK = '/workspaces/default/clock';
const START = '2024-01-31T12:00:00.000Z';
const HOUR = 3_600_000;

async function steered(clock = 'system') {
  const baseClock = handClock(START);
  const server = await startTestServer({ baseClock, clock });
  const read = async () => (await server.control('GET', CLOCK)).body;
  return { baseClock, server, read };
}

it.each([
  ['stands', { now: '2023-05-01T00:00:00Z', frozen: true }, '2023-05-01T00:00:00.000Z', true, 1, 0],
  ['stands at the present', { frozen: true }, START, true, 1, 0],
  ['stands at a date', { now: '2023-05-01', frozen: true }, '2023-05-01T00:00:00.000Z', true, 1, 0],
  ['stands at an offset', { now: '2023-05-01T02:00:00+02:00', frozen: true }, '2023-05-01T00:00:00.000Z', true, 1, 0],
  ['runs', { now: '2023-05-01' }, '2023-05-01T00:00:00.000Z', false, 1, HOUR],
  ['runs on', { frozen: false }, START, false, 1, HOUR],
  ['runs fast', { scale: 3600 }, START, false, 3600, 3600 * HOUR],
  ['runs slowly from', { now: '2023-05-01', scale: 0.5 }, '2023-05-01T00:00:00.000Z', false, 0.5, HOUR / 2],
])('%s when set to %j', async (_what, setting, now, frozen, scale, runs) => {
  const { baseClock, server, read } = await steered();
  expect(await server.control('PUT', CLOCK, setting)).toMatchObject({ status: 200, body: { now, frozen, scale } });
  expect(await read()).toEqual({ now, frozen, scale });
  baseClock.pass(HOUR);
  expect(await read()).toEqual({ now: new Date(Date.parse(now) + runs).toISOString(), frozen, scale });
});

it('each setting replaces the last one, and without `now` continues from the current time', async () => {
  const { baseClock, server, read } = await steered();
  await server.control('PUT', CLOCK, { now: '2030-01-01', scale: 60 });
  baseClock.pass(60_000);
  await server.control('PUT', CLOCK, { frozen: true });
  baseClock.pass(60_000);
  expect(await read()).toEqual({ now: '2030-01-01T01:00:00.000Z', frozen: true, scale: 1 });
  await server.control('PUT', CLOCK, { scale: 2 });
  baseClock.pass(60_000);
  expect(await read()).toEqual({ now: '2030-01-01T01:02:00.000Z', frozen: false, scale: 2 });
  await server.control('PUT', CLOCK, { now: '1999-12-31' });
  expect(await read()).toEqual({ now: '1999-12-31T00:00:00.000Z', frozen: false, scale: 1 });
});

it.each([
  [{ frozen: true }, 'PT1H', '2024-01-31T13:00:00.000Z'],
  [{ frozen: true }, 'P1DT0.5S', '2024-02-01T12:00:00.500Z'],
  [{ frozen: true }, 'P4W', '2024-02-28T12:00:00.000Z'],
  [{ frozen: true }, 'PT0S', START],
  [{ scale: 60 }, 'PT1H', '2024-01-31T13:00:00.000Z'],
  [{ frozen: true }, 'P9000000D', '9999-12-31T23:59:59.999Z'],
])('set to %j and advanced by %s shows %s, and stays frozen or running', async (setting, by, now) => {
  const { baseClock, server, read } = await steered();
  const { frozen, scale } = (await server.control('PUT', CLOCK, setting)).body as { frozen: boolean; scale: number };
  expect(await server.control('POST', `${CLOCK}/advance`, { by })).toMatchObject({
    status: 200,
    body: { now, frozen, scale },
  });
  baseClock.pass(1000);
  expect(await read()).toMatchObject({ now: new Date(Date.parse(now) + (frozen ? 0 : 1000 * scale)).toISOString() });
});

it.each([
  ['system', { now: START, frozen: false, scale: 1 }],
  ['2020-02-29T06:00:00Z', { now: '2020-02-29T06:00:00.000Z', frozen: true, scale: 1 }],
])('DELETE restores --clock %s', async (clock, body) => {
  const { server } = await steered(clock);
  await server.control('PUT', CLOCK, { now: '2030-01-01', scale: 9 });
  expect(await server.control('DELETE', CLOCK)).toMatchObject({ status: 200, body });
});

it.each([
  ['system', { now: START, frozen: false, scale: 1 }],
  ['2021-01-01', { now: '2021-01-01T00:00:00.000Z', frozen: true, scale: 1 }],
  [
    { now: '2021-01-01', scale: 24 },
    { now: '2021-01-01T00:00:00.000Z', frozen: false, scale: 24 },
  ],
  [{ frozen: true }, { now: '2020-02-29T00:00:00.000Z', frozen: true, scale: 1 }],
])("DELETE restores the fixture's clock: %j", async (clock, body) => {
  const server = await startTestServer({
    baseClock: handClock(START),
    clock: '2020-02-29',
    workspaces: [{ name: 'default', clock }],
  });
  expect((await server.control('GET', CLOCK)).body).toEqual(body);
  await server.control('PUT', CLOCK, { now: '2030-01-01', scale: 9 });
  expect((await server.control('DELETE', CLOCK)).body).toEqual(body);
});

it('determines today, the default ending_at and which days are processed', async () => {
  const server = await startTestServer({
    baseClock: handClock(START),
    workspaces: [
      {
        name: 'default',
        apiKeys: [{ key: 'KEY' }],
        processingDelay: 'PT4H',
        retentionDays: 1,
        segments: [{ id: 's' }],
      },
    ],
  });
  const days = async () => {
    const { body } = await server.get('/segments/data_series?segment_id=s&length=9', { authorization: 'Bearer KEY' });
    return (body as { data: { time: string }[] }).data.map(({ time }) => time.slice(0, 10));
  };
  await server.control('PUT', CLOCK, { now: '2023-03-01T03:59:59Z', frozen: true });
  expect(await days()).toEqual(['2023-02-28']);
  await server.control('POST', `${CLOCK}/advance`, { by: 'PT1S' });
  expect(await days()).toEqual(['2023-02-28', '2023-03-01']);
  await server.control('POST', `${CLOCK}/advance`, { by: 'PT20H' });
  expect(await days()).toEqual(['2023-03-01']);
});

it('drives the bucket and its headers, fault deadlines and journal times', async () => {
  const { server } = await steered();
  const until = '2023-03-01T01:00:00Z';
  await server.control('PUT', CLOCK, { now: '2023-03-01', frozen: true });
  await server.control('PUT', '/workspaces/default/rate-limit', { capacity: 2, refillPerHour: 1 });
  await server.control('POST', '/workspaces/default/faults', { trigger: { until }, effect: { status: 503 } });
  const call = async () => {
    const { status, headers } = await server.get('/segments/data_series?segment_id=segment_1234&length=1');
    return [status, headers['x-ratelimit-remaining'], headers['x-ratelimit-reset'], headers['retry-after']];
  };
  const epoch = (text: string) => String(Date.parse(text) / 1000);
  expect(await call()).toEqual([503, '1', epoch('2023-03-01T01:00:00Z'), undefined]);
  expect(await call()).toEqual([503, '0', epoch('2023-03-01T02:00:00Z'), undefined]);
  expect(await call()).toEqual([429, '0', epoch('2023-03-01T02:00:00Z'), '3600']);
  await server.control('POST', `${CLOCK}/advance`, { by: 'PT1H' });
  expect(await call()).toEqual([200, '0', epoch('2023-03-01T03:00:00Z'), undefined]);
  const { requests } = (await server.control('GET', '/workspaces/default/requests')).body as {
    requests: { at: string }[];
  };
  const midnight = '2023-03-01T00:00:00.000Z';
  expect(requests.map(({ at }) => at)).toEqual(['2023-03-01T01:00:00.000Z', midnight, midnight, midnight]);
});

it("is separate per workspace; requests without a key use the server's", async () => {
  const { server, read } = await steered('2020-02-29');
  const { name } = (await server.control('POST', '/workspaces')).body as { name: string };
  expect((await server.control('PUT', `/workspaces/${name}/clock`, { now: '2030-01-01' })).status).toBe(200);
  expect(await read()).toEqual({ now: '2020-02-29T00:00:00.000Z', frozen: true, scale: 1 });
  await server.get('/segments/data_series', {});
  expect((await lastStray(server)).at).toBe('2020-02-29T00:00:00.000Z');
});

async function lastStray({ control }: TestServer): Promise<{ at: string }> {
  const { body } = await control('GET', '/requests?limit=1');
  return (body as { requests: [{ at: string }] }).requests[0];
}
