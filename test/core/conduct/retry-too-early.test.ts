import { describe, expect, it } from 'vitest';
import { Rehearsal, window } from '../../support/conduct.js';

const LIST = '/segments/list';
const told = (seconds: number, status = 429) => ({
  trigger: { times: 1 },
  effect: { status, headers: { 'retry-after': String(seconds) } },
});

it.each([429, 503])('the same call before the wait that its %i announced is an error', (status) => {
  const rehearsal = new Rehearsal({ faults: [told(10, status)] });
  rehearsal.send(LIST);
  rehearsal.pass(9000);
  const { number } = rehearsal.send(LIST);
  expect(rehearsal.findings()).toEqual([
    {
      rule: 'retry-too-early',
      level: 'error',
      count: 1,
      requests: [number],
      message:
        '1 call came again before the announced wait was over (first: asked to wait 10 s, waited 9.001 s); ' +
        'wait as long as `retry-after` says, or until `x-ratelimit-reset`',
    },
  ]);
});

describe('no finding', () => {
  const cases: [string, (rehearsal: Rehearsal) => void][] = [
    ['after the wait', (rehearsal) => rehearsal.pass(10_000)],
    ['after a timer that fired a little early', (rehearsal) => rehearsal.pass(9_970)],
    ['after the clock was advanced', (rehearsal) => rehearsal.workspace.clock.advance(10_000)],
    ['after the fault was removed', (rehearsal) => rehearsal.workspace.faults.clear()],
    ['after a reset', (rehearsal) => rehearsal.mock.resetWorkspace(rehearsal.workspace)],
    ['after the journal was deleted', (rehearsal) => rehearsal.workspace.journal.clear()],
  ];
  it.each(cases)('%s', (_when, wait) => {
    const rehearsal = new Rehearsal({ faults: [told(10)] });
    rehearsal.send(LIST);
    wait(rehearsal);
    rehearsal.send(LIST);
    expect(rehearsal.findings()).toEqual([]);
  });

  it('for another call, nor where it was forced by `Prefer`', () => {
    const rehearsal = new Rehearsal({ prefer: true });
    rehearsal.send(LIST, { headers: { prefer: 'code=429' } });
    rehearsal.send(LIST);
    expect(rehearsal.findings()).toEqual([]);
  });

  it('for a worker that was told to wait less than another', () => {
    const rehearsal = new Rehearsal({ faults: [told(60), told(5)] });
    const workers = [rehearsal.begin(LIST), rehearsal.begin(LIST)];
    rehearsal.pass(5);
    for (const worker of workers) worker.finish();
    rehearsal.pass(5000);
    rehearsal.send(LIST);
    expect(rehearsal.findings()).toEqual([]);
  });

  it('for workers that get the same refusal together, in every round', () => {
    const rehearsal = new Rehearsal({ faults: [{ trigger: { times: 6 }, effect: told(10).effect }] });
    const together = () => {
      const workers = [1, 2, 3].map((worker) => {
        rehearsal.pass(50);
        return { worker, begun: rehearsal.begin(LIST) };
      });
      rehearsal.pass(5);
      for (const { begun } of workers) {
        begun.finish();
        rehearsal.pass(30);
      }
    };
    together();
    rehearsal.pass(10_000);
    together();
    rehearsal.pass(10_000);
    together();
    expect(rehearsal.findings()).toEqual([]);
  });
});

it('a retry with a new time in ending_at is the same call', () => {
  const rehearsal = new Rehearsal({ faults: [told(10)] });
  rehearsal.send(window('a', '2024-06-15T10:20:00.000Z', 3));
  rehearsal.send(window('a', '2024-06-15T10:20:00.123Z', 3));
  expect(rehearsal.found).toEqual(['retry-too-early error 1']);
});

describe('unjudged', () => {
  it.each([
    ['at a scale', { now: '2024-06-15T10:20:00Z', scale: 60 }],
    ['on a frozen clock', { now: '2024-06-15T10:20:00Z', frozen: true }],
  ])('%s', (_when, clock) => {
    const rehearsal = new Rehearsal({ faults: [told(10)], workspace: { clock } });
    rehearsal.send(LIST);
    const { number } = rehearsal.send(LIST);
    expect(rehearsal.found).toEqual(['retry-too-early unjudged 1']);
    expect(rehearsal.findings()[0]?.requests).toEqual([number]);
  });

  it('under fake timers', () => {
    const rehearsal = new Rehearsal({ faults: [told(10)] });
    rehearsal.isTimeFaked = true;
    rehearsal.send(LIST);
    rehearsal.isTimeFaked = false;
    rehearsal.send(LIST);
    expect(rehearsal.found).toEqual(['retry-too-early unjudged 1']);
  });

  it('on a clock in the past, where `x-ratelimit-reset` is over for the client', () => {
    const clock = { now: '2020-01-01T00:30:00Z' };
    const rehearsal = new Rehearsal({ profile: 'observed', workspace: { clock, rateLimit: { capacity: 1 } } });
    rehearsal.send(LIST);
    expect(rehearsal.send(LIST).status).toBe(429);
    rehearsal.send(LIST);
    expect(rehearsal.found).toEqual(['retry-too-early unjudged 1']);
  });
});
