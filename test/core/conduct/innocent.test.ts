import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_STORYBOARDS } from '../../../src/core/faults/built-in-storyboards.js';
import { type FaultPlan } from '../../../src/core/faults/fault.js';
import type { ProfileName } from '../../../src/core/profiles/names.js';
import { formatDay } from '../../../src/core/time/calendar.js';
import { type Begun, Rehearsal, window } from '../../support/conduct.js';
import { windows } from '../../support/list-client.js';
import { dayAt } from '../../support/segments.js';

const TODAY = dayAt('2024-06-15');
const PROFILES = ['documented', 'observed'] as const;
const BACK_OFF = [1, 2, 4, 8, 16];

/** The seconds that a reply tells to wait; `observed` tells them as an instant. */
function toldSeconds({ status, headers }: Begun, now: number): number | undefined {
  if (headers['retry-after'] !== undefined) return Number(headers['retry-after']);
  const reset = Number(headers['x-ratelimit-reset'] ?? '');
  return status === 429 && reset > 0 ? Math.max(0, reset - now / 1000) : undefined;
}

type Wait = (rehearsal: Rehearsal, seconds: number) => void;
const inRealTime: Wait = (rehearsal, seconds) => rehearsal.pass(seconds * 1000);

/** Calls as long as a retry may help, and waits between them. Returns whether it succeeded. */
function callAsTold(rehearsal: Rehearsal, target: string, { isTold = true, wait = inRealTime } = {}): number {
  for (const seconds of [...BACK_OFF, undefined]) {
    const reply = rehearsal.send(target, { tookMs: 3 });
    if (!reply.isBroken && reply.status !== 429 && reply.status < 500) return reply.status;
    if (seconds === undefined) break;
    const told = isTold ? toldSeconds(reply, rehearsal.clock.now()) : undefined;
    wait(rehearsal, told ?? seconds);
  }
  return 0;
}

const levels = (rehearsal: Rehearsal) => [
  ...new Set([...rehearsal.findings(), ...rehearsal.findings(true)].map(({ level, rule }) => `${level} ${rule}`)),
];
const errors = (rehearsal: Rehearsal) => levels(rehearsal).filter((level) => level.startsWith('error'));

/** Lists the segments, then reads each in windows of 100 days; stops at a refusal that no retry helps against. */
function sync(rehearsal: Rehearsal, how: Parameters<typeof callAsTold>[2] = {}, from = dayAt('2023-06-01')): boolean {
  const targets = [
    '/segments/list?page=0',
    ...['a', 'b', 'c'].flatMap((id) =>
      windows(from, TODAY).map(({ endingAt, length }) => window(id, endingAt, length)),
    ),
  ];
  return targets.every((target) => callAsTold(rehearsal, target, how) === 200);
}

describe.each(PROFILES)('in the profile %s', (profile) => {
  it('a sync like that of Airbyte has no findings', () => {
    const rehearsal = new Rehearsal({ profile });
    expect(sync(rehearsal, { isTold: false })).toBe(true);
    expect(levels(rehearsal)).toEqual([]);
  });

  describe.each(BUILT_IN_STORYBOARDS.map(({ name, scale = 1, faults }) => ({ name, scale, faults })))(
    'through $name',
    ({ name, scale, faults }) => {
      const playing = () => {
        const rehearsal = new Rehearsal({ profile, workspace: { clock: { scale } } });
        rehearsal.workspace.faults.play({ name, faults });
        return rehearsal;
      };

      it.each([true, false])(
        'a sync that waits as announced (%j), otherwise 1, 2, 4, 8 s, makes no error',
        (isTold) => {
          const rehearsal = playing();
          sync(rehearsal, { isTold });
          expect(errors(rehearsal)).toEqual([]);
        },
      );

      it('a sync whose waits advance a frozen clock makes no error', () => {
        const rehearsal = new Rehearsal({ profile, workspace: { clock: { frozen: true } } });
        rehearsal.workspace.faults.play({ name, faults });
        sync(rehearsal, {
          isTold: false,
          wait: (one, seconds) => one.workspace.clock.advance(seconds * 1000 * scale),
        });
        expect(errors(rehearsal)).toEqual([]);
      });
    },
  );

  it.each([14, 30])('reading the last %i days again each day makes no error', (length) => {
    const rehearsal = new Rehearsal({ profile });
    sync(rehearsal);
    for (let day = 0; day < 20; day++) {
      for (const id of ['a', 'b', 'c']) callAsTold(rehearsal, window(id, formatDay(TODAY + day), length));
      rehearsal.pass(86_400_000);
    }
    expect(levels(rehearsal)).toEqual(['note overlap']);
  });
});

const effects = fc.constantFrom<FaultPlan['effect']>(
  { status: 500 },
  { status: 503, body: 'html' },
  { status: 429 },
  { status: 503, headers: { 'retry-after': '7' } },
  { status: 429, headers: { 'retry-after': '90' } },
  { connection: 'CONNECTION_RESET_BY_PEER' },
  { truncate: 0.5 },
  { data: 'missing_day' },
  { data: { late_days: 2 } },
  { delay: { kind: 'fixed', ms: 30 } },
  { status: 401 },
  { status: 403 },
  { status: 404 },
  { status: 422 },
);
const faultPlan = fc.record({
  trigger: fc.record({
    after: fc.nat(12),
    times: fc.integer({ min: 1, max: 4 }),
    probability: fc.double({ min: 0.2, max: 1, noNaN: true }),
  }),
  effect: effects,
});

it('a client that waits as announced and reads windows in order makes no error, whatever happens', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<ProfileName>(...PROFILES),
      fc.array(faultPlan, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 8 }),
      fc.boolean(),
      (profile, faults, lengths, isBackwards) => {
        const rehearsal = new Rehearsal({ profile, faults });
        let end = TODAY - lengths.reduce((sum, length) => sum + length, 0);
        const targets = lengths.map((length) => window('a', formatDay((end += length)), length));
        if (isBackwards) targets.reverse();
        for (const target of targets) {
          const status = callAsTold(rehearsal, target);
          // Without the key or the permission, nothing else will work.
          if (status === 401 || status === 403) break;
        }
        expect(errors(rehearsal)).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

it('several workers, each with a segment, make no error in any order of their requests', () => {
  fc.assert(
    fc.property(
      fc.array(faultPlan, { maxLength: 4 }),
      fc.array(fc.record({ worker: fc.nat(2), inFlight: fc.nat(30), pause: fc.nat(50) }), {
        minLength: 20,
        maxLength: 60,
      }),
      (faults, steps) => {
        const rehearsal = new Rehearsal({ faults });
        const stopped = { isStopped: false };
        const workers = [0, 1, 2].map(() => ({
          begun: undefined as Begun | undefined,
          next: 0,
          readyMs: 0,
          tries: 0,
        }));
        let nowMs = 0;
        const pass = (ms: number) => {
          nowMs += ms;
          rehearsal.pass(ms);
        };
        for (const { worker, inFlight, pause } of steps) {
          const one = workers[worker] as (typeof workers)[number];
          if (one.begun === undefined) {
            if (stopped.isStopped || one.next > 6) continue;
            if (one.readyMs > nowMs) pass(one.readyMs - nowMs);
            one.begun = rehearsal.begin(window(['a', 'b', 'c'][worker] ?? '', formatDay(TODAY - 10 * one.next), 10));
            pass(inFlight);
            continue;
          }
          one.begun.finish();
          const { status, isBroken } = one.begun;
          const isToTry = (isBroken || status === 429 || status >= 500) && one.tries < 5;
          const told = toldSeconds(one.begun, rehearsal.clock.now()) ?? BACK_OFF[one.tries] ?? 0;
          one.readyMs = isToTry ? nowMs + told * 1000 : nowMs;
          one.tries = isToTry ? one.tries + 1 : 0;
          if (!isToTry) one.next++;
          if (status === 401 || status === 403) stopped.isStopped = true;
          one.begun = undefined;
          pass(pause);
        }
        for (const { begun } of workers) begun?.finish();
        expect(errors(rehearsal)).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});
