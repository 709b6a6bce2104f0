import { describe, expect, it } from 'vitest';
import { Rehearsal } from '../../support/conduct.js';

const LIST = '/segments/list';
const failing = (times: number) => ({ trigger: { times }, effect: { status: 503 } }) as const;

/** One call, and retries after these waits in milliseconds. */
function retrying(waits: readonly number[], rehearsal = new Rehearsal({ faults: [failing(20)] })): Rehearsal {
  rehearsal.send(LIST);
  for (const wait of waits) {
    rehearsal.pass(wait);
    rehearsal.send(LIST);
  }
  return rehearsal;
}

it.each([
  ['at once', [0, 0, 0], 3],
  ['always after a second', [1000, 1003, 998, 1001], 4],
  ['ever sooner', [8000, 4000, 2000], 3],
])('three or more retries %s are a warning', (_how, waits, count) => {
  const rehearsal = retrying(waits);
  expect(rehearsal.found).toEqual([`no-backoff warning ${count}`, 'gave-up warning 1']);
  const [{ requests, message } = { requests: [], message: '' }] = rehearsal.findings();
  expect(requests).toEqual(waits.map((_wait, index) => index + 2));
  expect(message).toMatch(/^\d retries came without growing waits .*; wait longer before each retry, .* jitter$/);
});

it('three retries after broken connections are a warning too', () => {
  const reset = { trigger: { times: 5 }, effect: { connection: 'CONNECTION_RESET_BY_PEER' } } as const;
  expect(retrying([0, 0, 0], new Rehearsal({ faults: [reset] })).found).toEqual(['no-backoff warning 3']);
});

describe('no finding', () => {
  it.each([
    ['growing waits', [1000, 2000, 4000, 8000, 16_000]],
    ['growing waits up to a limit', [1000, 2000, 4000, 4000, 4000, 4000]],
    ['growing waits with jitter', [900, 1700, 5100, 4200]],
    ['growing waits with much jitter', [1000, 4000, 900, 1100]],
    ['growing waits of milliseconds', [50, 100, 200]],
    ['a first retry at once, as urllib3 does, then growing waits', [0, 2000, 4000]],
    ['two retries at once', [0, 0]],
  ])('%s', (_what, waits) => {
    expect(retrying(waits).found).toEqual(['gave-up warning 1']);
  });

  it('where a wait was announced', () => {
    const told = { effect: { status: 503, headers: { 'retry-after': '5' } } } as const;
    expect(retrying([5000, 5000, 5000, 5000], new Rehearsal({ faults: [told] })).found).toEqual([]);
  });

  it('for retries of several calls', () => {
    const rehearsal = new Rehearsal({ faults: [failing(20)] });
    for (const page of [0, 1, 2, 3]) {
      rehearsal.send(`${LIST}?page=${page}`);
      rehearsal.send(`${LIST}?page=${page}`);
    }
    expect(rehearsal.found).toEqual(['gave-up warning 4']);
  });

  it('for several workers that each retry once', () => {
    const rehearsal = new Rehearsal({ faults: [failing(4)] });
    const workers = [1, 2, 3, 4].map(() => rehearsal.begin(LIST));
    rehearsal.pass(5);
    for (const worker of workers) worker.finish();
    rehearsal.pass(1000);
    const again = workers.map(() => rehearsal.begin(LIST));
    rehearsal.pass(5);
    for (const worker of again) worker.finish();
    expect(rehearsal.found).toEqual([]);
  });
});

it.each([
  ['on a frozen clock', { frozen: true }],
  ['at a scale', { scale: 60 }],
])('%s, it is unjudged', (_when, clock) => {
  const rehearsal = new Rehearsal({ faults: [failing(20)], workspace: { clock } });
  expect(retrying([0, 0, 0], rehearsal).found[0]).toBe('no-backoff unjudged 3');
});

it('waits by advancing a frozen clock are waits', () => {
  const rehearsal = new Rehearsal({ faults: [failing(20)], workspace: { clock: { frozen: true } } });
  for (const wait of [1000, 2000, 4000, 8000]) {
    rehearsal.send(LIST);
    rehearsal.workspace.clock.advance(wait);
  }
  expect(rehearsal.found.filter((found) => found.startsWith('no-backoff'))).toEqual([]);
});
