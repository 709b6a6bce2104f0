import { describe, expect, it } from 'vitest';
import type { FaultPlan, Trigger } from '../../../src/core/faults/fault.js';
import { Faults } from '../../../src/core/faults/faults.js';
import { type Candidate, type Strike } from '../../../src/core/faults/planned-fault.js';
import { parseInstant } from '../../../src/core/time/calendar.js';
import { mean } from '../../support/statistics.js';

const NOON = parseInstant('2024-01-31T12:00:00Z') as number;
const REQUEST: Candidate = { path: '/segments/data_series', segmentId: 'a', now: NOON };
const EFFECT = { status: 503 } as const;

function workspaceFaults(faults: readonly FaultPlan[], seed: string): Faults {
  return new Faults({ faults, storyboards: [] }, seed, () => NOON);
}

function faultsOf(...plans: FaultPlan[]): Faults {
  return workspaceFaults(plans, 'seed');
}

/** Which fault struck each of so many requests. */
function strikes(faults: Faults, requests: number, request: Candidate = REQUEST): (string | undefined)[] {
  return Array.from({ length: requests }, () => faults.strike(request)?.id);
}

function counts(faults: Faults): [matched: number, strikes: number][] {
  return faults.list().map((fault) => [fault.matched, fault.strikes]);
}

describe('a trigger', () => {
  it.each<[Trigger | undefined, Partial<Candidate>, strikes: boolean]>([
    [undefined, {}, true],
    [{}, { segmentId: undefined }, true],
    [{ segmentId: 'a' }, {}, true],
    [{ segmentId: 'a' }, { segmentId: 'A' }, false],
    [{ segmentId: 'a' }, { segmentId: undefined }, false],
    [{ path: '/segments/data_series' }, {}, true],
    [{ path: '/segments/list' }, {}, false],
    [{ path: '/segments' }, {}, false],
    [{ segmentId: 'a', path: '/segments/list' }, {}, false],
    [{ until: '2024-01-31T12:00:00.001Z' }, {}, true],
    [{ until: '2024-01-31T12:00:00Z' }, {}, false],
    [{ until: '2024-01-31T13:00:00+01:00' }, {}, false],
    [{ until: '2024-02-01' }, { now: NOON + 43_199_999 }, true],
    [{ until: '2024-02-01' }, { now: NOON + 43_200_000 }, false],
    [{ probability: 0 }, {}, false],
    [{ probability: 1 }, {}, true],
  ])('%j on the request with %j: %j', (trigger, request, expected) => {
    const faults = faultsOf({ ...(trigger && { trigger }), effect: EFFECT });
    expect(strikes(faults, 3, { ...REQUEST, ...request }).filter(Boolean)).toHaveLength(expected ? 3 : 0);
  });

  it.each<[Trigger, struck: string]>([
    [{}, '111111'],
    [{ after: 2 }, '001111'],
    [{ times: 2 }, '110000'],
    [{ after: 1, times: 3 }, '011100'],
    [{ after: 9 }, '000000'],
    [{ after: 5, times: 1, probability: 1 }, '000001'],
  ])('with %j strikes these of six requests: %s', (trigger, expected) => {
    const faults = faultsOf({ trigger, effect: EFFECT });
    const struck = strikes(faults, 6).map((id) => (id === undefined ? '0' : '1'));
    expect(struck.join('')).toBe(expected);
  });

  it('counts only the requests that match it', () => {
    const faults = faultsOf({ trigger: { segmentId: 'a', after: 1, times: 1 }, effect: EFFECT });
    expect(strikes(faults, 5, { ...REQUEST, segmentId: 'b' })).toEqual(Array(5).fill(undefined));
    expect(strikes(faults, 3)).toEqual([undefined, 'fault-1', undefined]);
    expect(counts(faults)).toEqual([[3, 1]]);
  });
});

describe('several faults', () => {
  it('the first one that triggers wins, and the others keep their counts', () => {
    const faults = faultsOf(
      { trigger: { segmentId: 'b' }, effect: EFFECT },
      { trigger: { times: 2 }, effect: EFFECT },
      { trigger: { times: 1 }, effect: { status: 500 } },
    );
    expect(strikes(faults, 4)).toEqual(['fault-2', 'fault-2', 'fault-3', undefined]);
    expect(counts(faults)).toEqual([
      [0, 0],
      [4, 2],
      [4, 1],
    ]);
  });
});

describe('a cancelled strike', () => {
  it('applies to the next request instead', () => {
    const faults = faultsOf({ trigger: { times: 1 }, effect: { data: 'shuffled' } });
    faults.cancelStrike(faults.strike(REQUEST) as Strike);
    expect(counts(faults)).toEqual([[1, 0]]);
    expect(strikes(faults, 2)).toEqual(['fault-1', undefined]);
  });
});

describe('probability', () => {
  const chancy: FaultPlan = {
    trigger: { probability: 0.3 },
    effect: { delay: { kind: 'uniform', minMs: 0, maxMs: 9 } },
  };
  const story = (faults: Faults) =>
    Array.from({ length: 200 }, () => {
      const strike = faults.strike(REQUEST);
      return strike && [strike.id, strike.uniform, strike.bell];
    });

  it('is the same for the same seed and the same calls', () => {
    expect(story(workspaceFaults([chancy, chancy], 'seed'))).toEqual(story(workspaceFaults([chancy, chancy], 'seed')));
  });

  it('is the same for faults of a fixture and faults added later, and after a reset', () => {
    const faults = faultsOf();
    faults.add(chancy);
    const first = story(faults);
    expect(first).toEqual(story(faultsOf(chancy)));
    faults.reset();
    faults.add(chancy);
    expect(story(faults)).toEqual(first);
  });

  it('differs by seed and by position in the list', () => {
    expect(story(workspaceFaults([chancy], 'other'))).not.toEqual(story(faultsOf(chancy)));
    const places = faultsOf(chancy, chancy);
    expect(new Set(story(places).map((strike) => strike?.[0]))).toEqual(new Set(['fault-1', 'fault-2', undefined]));
  });

  it.each([0.05, 0.3, 0.9])('triggers for a share of %d', (probability) => {
    const faults = faultsOf({ trigger: { probability }, effect: EFFECT });
    const struck: number[] = strikes(faults, 5_000).map((id) => (id === undefined ? 0 : 1));
    expect(Math.abs(mean(struck) - probability)).toBeLessThan(0.02);
  });

  it('is drawn for each request, independent of the faults before it', () => {
    const alone = faultsOf({ trigger: { times: 1, segmentId: 'b' }, effect: EFFECT }, chancy);
    const behind = faultsOf({ trigger: { times: 1, segmentId: 'c' }, effect: EFFECT }, chancy);
    expect(story(alone)).toEqual(story(behind));
  });
});

describe('the list of faults', () => {
  it('shows each fault with id, trigger, effect and counts, in order of creation', () => {
    const faults = faultsOf({ effect: EFFECT });
    const added = faults.add({ trigger: { segmentId: 'z' }, effect: { truncate: 0.5 } });
    const views = [
      { id: 'fault-1', trigger: {}, effect: EFFECT, matched: 0, strikes: 0 },
      { id: 'fault-2', trigger: { segmentId: 'z' }, effect: { truncate: 0.5 }, matched: 0, strikes: 0 },
    ];
    expect(faults.list()).toEqual(views);
    expect(added).toEqual(views[1]);
    expect([faults.get('fault-1'), faults.get('fault-3')]).toEqual([views[0], undefined]);
  });

  it('has every planned fault until it is removed', () => {
    const faults = faultsOf({ effect: EFFECT }, { effect: EFFECT }, { effect: EFFECT });
    faults.remove('fault-2');
    expect([faults.size, faults.list().map(({ id }) => id)]).toEqual([2, ['fault-1', 'fault-3']]);
  });

  it('never reuses an id until a reset restores the original faults', () => {
    const faults = faultsOf({ trigger: { times: 1 }, effect: EFFECT });
    strikes(faults, 1);
    expect([faults.remove('fault-1'), faults.remove('fault-1')]).toEqual([true, false]);
    expect(faults.add({ effect: EFFECT }).id).toBe('fault-2');
    faults.clear();
    expect(faults.list()).toEqual([]);
    expect(faults.add({ effect: EFFECT }).id).toBe('fault-3');
    faults.reset();
    expect(faults.list().map(({ id }) => id)).toEqual(['fault-1']);
    expect(counts(faults)).toEqual([[0, 0]]);
  });
});
