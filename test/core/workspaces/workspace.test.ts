import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { traceWith } from '../../support/traces.js';
import { frozenClock, runningClock } from '../../../src/core/time/clock.js';
import { toTemplate } from '../../../src/core/mock.js';
import { observed } from '../../../src/core/profiles/observed.js';
import { formatDay, type Instant, parseInstant } from '../../../src/core/time/calendar.js';
import type { WorkspaceFixture } from '../../../src/core/workspaces/fixture.js';
import { realTime } from '../../../src/system/clock.js';
import { Workspace } from '../../../src/core/workspaces/workspace.js';
import { surroundings, workspaceOf } from '../../support/workspaces.js';

const at = (text: string) => parseInstant(text) as Instant;
const HOUR = 3_600_000;

it('requires only a name', () => {
  const { name, instance, apiKeys, faults } = workspaceOf();
  expect({ name, instance, apiKeys: [...apiKeys], faults: faults.list() }).toEqual({
    name: 'w',
    instance: undefined,
    apiKeys: [],
    faults: [],
  });
});

it.each([
  [{ key: 'k' }, ['segments.data_series', 'segments.list', 'segments.details', 'campaigns.list']],
  [{ key: 'k', permissions: [] }, []],
  [{ key: 'k', permissions: ['segments.list' as const] }, ['segments.list']],
])('gives the key %j the permissions %j', (apiKey, permissions) => {
  expect([...workspaceOf({ apiKeys: [apiKey] }).apiKeys.values()]).toEqual([
    { key: 'k', permissions: new Set(permissions), hint: '…' },
  ]);
});

describe('the available days', () => {
  it.each([
    ['2024-03-01T00:00:00Z', {}, '-∞', '2024-03-01'],
    ['2024-02-29T23:59:59Z', {}, '-∞', '2024-02-29'],
    ['2024-03-01T03:59:59Z', { processingDelay: 'PT4H' }, '-∞', '2024-02-29'],
    ['2024-03-01T04:00:00Z', { processingDelay: 'PT4H' }, '-∞', '2024-03-01'],
    ['2024-03-01T12:00:00Z', { processingDelay: 'P2DT12H' }, '-∞', '2024-02-28'],
    ['2024-03-01T12:00:00Z', { retentionDays: 2 }, '2024-02-28', '2024-03-01'],
    ['2024-03-01T12:00:00Z', { retentionDays: 0 }, '2024-03-01', '2024-03-01'],
    ['2024-03-01T01:00:00Z', { retentionDays: 1, processingDelay: 'PT4H' }, '2024-02-29', '2024-02-29'],
    ['2024-03-01T01:00:00Z', { retentionDays: 0, processingDelay: 'PT4H' }, '2024-03-01', '2024-02-29'],
  ] as const)('at %s with %j are %s to %s', (now, fixture, first, last) => {
    const days = workspaceOf(fixture).availableDays(at(now));
    expect([days.first === -Infinity ? '-∞' : formatDay(days.first), formatDay(days.last)]).toEqual([first, last]);
  });
});

describe('its rate limit', () => {
  const server = { capacity: 10, refillPerHour: 20 };

  it.each([
    [undefined, server],
    [
      { capacity: 3, refillPerHour: 6 },
      { capacity: 3, refillPerHour: 6 },
    ],
    [{ capacity: 3 }, { capacity: 3, refillPerHour: 3 }],
    [{ refillPerHour: 6 }, { capacity: 6, refillPerHour: 6 }],
  ])('set to %j has the quota %j', (rateLimit, { capacity, refillPerHour }) => {
    const tenant = workspaceOf(rateLimit === undefined ? {} : { rateLimit }, server);
    const untilFull = Math.ceil(HOUR / refillPerHour / 1000);
    expect(tenant.limiter.take(0)).toEqual({
      admitted: true,
      limit: capacity,
      remaining: capacity - 1,
      resetAt: untilFull,
      retryAfter: 0,
    });
  });

  it.each([
    ['off', server],
    [undefined, 'off'],
  ] as const)('set to %j with a server setting of %j is off', (rateLimit, quota) => {
    const tenant = workspaceOf(rateLimit === undefined ? {} : { rateLimit }, quota);
    expect([tenant.limiter.take(0), tenant.limiter.peek(0)]).toEqual([undefined, undefined]);
  });

  it('can be read without taking a token', () => {
    const tenant = workspaceOf({}, server);
    const seen = [tenant.limiter.peek(0), tenant.limiter.peek(0), tenant.limiter.take(0), tenant.limiter.peek(0)];
    expect(seen.map((decision) => decision?.remaining)).toEqual([10, 10, 9, 9]);
  });

  it('is used up and refills by the given instants', () => {
    const tenant = workspaceOf({ rateLimit: { capacity: 1, refillPerHour: 60 } });
    const taken = [0, 0, 59_999, 60_000, 60_000].map((now) => tenant.limiter.take(now)?.admitted);
    expect(taken).toEqual([true, false, false, true, false]);
  });

  it('is separate from other workspaces', () => {
    const [one, other] = [workspaceOf({}, server), workspaceOf({}, server)];
    one.limiter.take(0);
    expect(other.limiter.peek(0)?.remaining).toBe(10);
  });
});

describe('its clock', () => {
  const template = (fixture: Partial<WorkspaceFixture>) => toTemplate({ name: 'w', ...fixture });
  const server = {
    clock: frozenClock(1000),
    realTime: { ...realTime, clock: runningClock(5000, 1, frozenClock(0)) },
  };

  it.each<[WorkspaceFixture['clock'], instant: number, frozen: boolean, scale: number]>([
    [undefined, 1000, true, 1],
    ['system', 5000, false, 1],
    ['1970-01-01T00:01:00Z', 60_000, true, 1],
    ['1970-01-02', 86_400_000, true, 1],
    [{ now: '1970-01-01T00:01:00Z' }, 60_000, false, 1],
    [{ frozen: true }, 1000, true, 1],
    [{ scale: 60 }, 1000, false, 60],
  ])('set to %j, with the server clock frozen at 1000, shows %i', (clock, instant, frozen, scale) => {
    const fixture = clock === undefined ? {} : { clock };
    const tenant = new Workspace(template(fixture), { ...surroundings('off'), ...server });
    expect([tenant.clock.now(), tenant.clock.frozen, tenant.clock.scale]).toEqual([instant, frozen, scale]);
  });
});

it.each([
  [{}, 10],
  [{ journalSize: 0 }, 0],
  [{ journalSize: 3 }, 3],
])('with %j and a server journalSize of 10 keeps %i requests', (fixture, remembered) => {
  const { journal } = workspaceOf(fixture);
  for (let request = 0; request < 20; request++) {
    journal.add(traceWith());
  }
  expect(journal.size).toBe(remembered);
});

it('is restored by a reset after any change', () => {
  const quota = { capacity: 10, refillPerHour: 20 };
  const fixture = { apiKeys: [{ key: 'k' }], segments: [{ id: 'a' }], faults: [{ effect: { status: 503 } }] };
  const tenant = workspaceOf(fixture, quota);
  const shown = () => ({
    keys: [...tenant.apiKeys.keys()],
    profile: tenant.profile,
    now: tenant.clock.now(),
    limit: tenant.limiter.state(0),
    segments: tenant.catalogue.list().map(({ id }) => id),
    faults: tenant.faults.list(),
    requests: tenant.journal.size,
  });
  const made = shown();
  tenant.addKey('later');
  tenant.apiKeys.delete('k');
  tenant.profile = observed;
  tenant.clock.advance(1);
  tenant.limiter.set(quota, 3, 0);
  tenant.catalogue.delete('a');
  tenant.faults.clear();
  tenant.journal.add(traceWith());
  const changed = shown();
  const names = Object.keys(made) as (keyof typeof made)[];
  expect(names.filter((name) => isDeepStrictEqual(changed[name], made[name]))).toEqual([]);
  tenant.reset(1);
  expect(shown()).toEqual(made);
});

it("switches the limit's algorithm with its profile, starting full", () => {
  const tenant = workspaceOf({}, { capacity: 10, refillPerHour: 20 });
  tenant.limiter.take(0);
  tenant.profile = observed;
  expect([tenant.profile, tenant.limiter.take(0)]).toMatchObject([observed, { remaining: 9, resetAt: 3600 }]);
});
