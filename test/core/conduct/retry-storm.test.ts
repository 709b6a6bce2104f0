import { describe, expect, it } from 'vitest';
import { Rehearsal } from '../../support/conduct.js';

const LIST = '/segments/list';
const storms = (rehearsal: Rehearsal) => rehearsal.found.filter((found) => found.startsWith('retry-storm'));
const failing = (status = 503) => new Rehearsal({ faults: [{ effect: { status } }] });

function retrying(rehearsal: Rehearsal, retries: number, wait: number): string[] {
  for (let call = 0; call <= retries; call++) {
    rehearsal.send(LIST);
    rehearsal.pass(wait);
  }
  return storms(rehearsal);
}

it('the eleventh retry in a second after a 5xx is an error, and each further one', () => {
  const rehearsal = failing();
  expect(retrying(rehearsal, 12, 50)).toEqual(['retry-storm error 2']);
  const [, { requests, message } = { requests: [], message: '' }] = rehearsal.findings();
  expect(requests).toEqual([12, 13]);
  expect(message).toMatch(/^2 retries after a 5xx .* second; wait before each retry, .* after a few$/);
});

it.each([0, 30, 80, 95])('waits of %i ms are too short', (wait) => {
  expect(retrying(failing(500), 30, wait)).toHaveLength(1);
});

describe('no finding', () => {
  it('for ten retries in a second', () => {
    expect(retrying(failing(), 10, 0)).toEqual([]);
  });

  it('for ten retries a second, as long as they last', () => {
    expect(retrying(failing(), 100, 110)).toEqual([]);
  });

  it('for twenty workers that retry after a second', () => {
    const rehearsal = failing();
    for (let round = 0; round < 2; round++) {
      for (let worker = 0; worker < 20; worker++) rehearsal.send(`${LIST}?page=${worker}`);
      rehearsal.pass(1000);
    }
    expect(storms(rehearsal)).toEqual([]);
  });

  it('for twenty workers that get a 5xx for one call together, and retry after a second', () => {
    const rehearsal = failing();
    for (let round = 0; round < 4; round++) {
      const workers = Array.from({ length: 20 }, () => rehearsal.begin(LIST));
      rehearsal.pass(2);
      for (const worker of workers) worker.finish();
      rehearsal.pass(1000 * 2 ** round);
    }
    expect(rehearsal.found.filter((found) => !found.startsWith('gave-up'))).toEqual([]);
  });

  it('after another refusal', () => {
    expect(retrying(failing(418), 30, 0)).toEqual([]);
  });
});

it('under fake timers, it is unjudged', () => {
  const rehearsal = failing();
  rehearsal.isTimeFaked = true;
  expect(retrying(rehearsal, 12, 0)).toEqual(['retry-storm unjudged 2']);
});
