import { describe, expect, it } from 'vitest';
import { Rehearsal, window } from '../../support/conduct.js';

const LIST = '/segments/list';
const once = (status: number, seconds?: number) => ({
  trigger: { times: 1 },
  effect: { status, ...(seconds !== undefined && { headers: { 'retry-after': String(seconds) } }) },
});

it.each([500, 502, 503])('a %i that was never retried is a warning', (status) => {
  const rehearsal = new Rehearsal({ faults: [once(status)] });
  const { number } = rehearsal.send(LIST);
  rehearsal.send(window('a', '2024-06-01', 3));
  expect(rehearsal.findings()).toEqual([
    {
      rule: 'gave-up',
      level: 'warning',
      count: 1,
      requests: [number],
      message:
        `1 call refused with 429 or 5xx never came again (first: refused with ${status}); ` +
        'retry after a 429 or 5xx: once the announced wait is over, or a few times with growing waits',
    },
  ]);
});

it('a 429 is judged once the announced wait is over', () => {
  const rehearsal = new Rehearsal({ faults: [once(429, 20)] });
  rehearsal.send(LIST);
  rehearsal.pass(19_000);
  expect(rehearsal.findings()).toEqual([]);
  rehearsal.pass(1000);
  expect(rehearsal.found).toEqual(['gave-up warning 1']);
  // Looking changes nothing.
  expect(rehearsal.found).toEqual(['gave-up warning 1']);
  rehearsal.send(LIST);
  expect(rehearsal.findings()).toEqual([]);
});

it('the last of several retries is the one that was given up', () => {
  const rehearsal = new Rehearsal({ faults: [{ effect: { status: 503 } }] });
  for (const wait of [1000, 2000, 4000]) {
    rehearsal.send(LIST);
    rehearsal.pass(wait);
  }
  expect(rehearsal.findings()).toMatchObject([{ rule: 'gave-up', count: 1, requests: [3] }]);
});

describe('no finding', () => {
  const cases: [string, ReturnType<typeof once>, (rehearsal: Rehearsal) => void][] = [
    ['for what was tried again, in vain or not', once(503), (one) => one.send(LIST)],
    [
      'for what was tried again and left unanswered',
      once(503),
      (one) => {
        const begun = one.begin(LIST);
        one.workspace.journal.finish(one.workspace.journal.list()[0] as never, undefined, 5);
        expect(begun.status).toBe(200);
      },
    ],
    ['for a 404', once(404), () => {}],
    [
      'where several workers met it together, and one tried again',
      { ...once(503), trigger: { times: 3 } },
      (one) => {
        one.send(LIST);
      },
    ],
  ];
  it.each(cases)('%s', (_what, fault, act) => {
    const rehearsal = new Rehearsal({ faults: [fault] });
    if (fault.trigger.times === 1) rehearsal.send(LIST);
    else {
      const workers = [1, 2, 3].map(() => rehearsal.begin(LIST));
      rehearsal.pass(1);
      for (const worker of workers) worker.finish();
    }
    act(rehearsal);
    expect(rehearsal.findings()).toEqual([]);
  });

  it('where it was forced by `Prefer`', () => {
    const rehearsal = new Rehearsal();
    expect(rehearsal.send(LIST, { headers: { prefer: 'code=503' } }).status).toBe(503);
    expect(rehearsal.findings()).toEqual([]);
  });
});

describe('unjudged', () => {
  it('an announced wait on a frozen clock, also before it is over', () => {
    const rehearsal = new Rehearsal({ faults: [once(429, 20)], workspace: { clock: { frozen: true } } });
    rehearsal.send(LIST);
    expect(rehearsal.found).toEqual(['gave-up unjudged 1']);
  });

  it('an announced wait at a scale, once it is over', () => {
    const rehearsal = new Rehearsal({ faults: [once(429, 20)], workspace: { clock: { scale: 60 } } });
    rehearsal.send(LIST);
    expect(rehearsal.findings()).toEqual([]);
    rehearsal.pass(20_000);
    expect(rehearsal.found).toEqual(['gave-up unjudged 1']);
  });

  it('under fake timers, with or without an announced wait', () => {
    const rehearsal = new Rehearsal({ faults: [once(503)] });
    rehearsal.isTimeFaked = true;
    rehearsal.send(LIST);
    expect(rehearsal.found).toEqual(['gave-up unjudged 1']);
  });
});

it('the last 2,000 calls are remembered, regardless of the size of the journal', () => {
  const rehearsal = new Rehearsal({ faults: [{ effect: { status: 503 } }], journalSize: 0 });
  for (let page = 0; page < 2100; page++) rehearsal.send(`${LIST}?page=${page}`);
  const [{ count, requests } = { count: 0, requests: [] }] = rehearsal.findings();
  expect(count).toBe(2000);
  expect(requests.at(-1)).toBe(2100);
});
