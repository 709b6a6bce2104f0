import { describe, expect, it } from 'vitest';
import type { PlayingFault } from '../../../src/ui/api/replies.js';
import { barsOf, durationMs, formatDuration } from '../../../src/ui/lib/timeline.js';

const START = Date.parse('2024-01-31T12:00:00Z');
const MINUTE = 60_000;

function fault(trigger: PlayingFault['trigger'], matched = 0, strikes = 0): PlayingFault {
  return { id: 'fault-1', trigger, effect: { status: 503 }, matched, strikes, phase: 'present' };
}

const barOf = (one: PlayingFault, minutes = 0) => barsOf([one], START, START + minutes * MINUTE)[0]!;

it.each([
  ['PT1H', '1 h'],
  ['P1DT12H', '1 d 12 h'],
  ['PT90S', '1 min 30 s'],
  ['P2W', '2 w'],
  ['PT0S', '0 s'],
  ['PT1H0M5S', '1 h'],
])('the duration %s is %s', (text, words) => {
  expect(formatDuration(durationMs(text))).toBe(words);
});

describe('a fault with a time', () => {
  it('is on an axis that ends after its last moment', () => {
    const { start, end, present, span } = barOf(fault({ from: 'PT10M', until: 'PT40M' }), 20);
    expect([start, end, present].map((part) => Math.round(part * 40 * 1.05))).toEqual([10, 40, 20]);
    expect(span).toBe('from 10 min to 40 min; now 20 min');
  });

  it('takes instants as well as durations', () => {
    const given = { from: '2024-01-31T12:10:00Z', until: '2024-01-31T12:40:00Z' };
    expect(barOf(fault(given), 20)).toEqual(barOf(fault({ from: 'PT10M', until: 'PT40M' }), 20));
    expect(barOf(fault({ from: '2024-01-31T11:00:00Z' })).start).toBe(0);
  });

  it('without an end goes on to the end of the axis', () => {
    expect(barOf(fault({ from: 'PT1H' }))).toMatchObject({ end: 1, present: 0, span: 'from 1 h on; now 0 s' });
  });

  it('stays in sight with the present moment long after it', () => {
    const { end, present } = barOf(fault({ until: 'PT1M' }), 99);
    expect(end).toBeLessThan(0.02);
    expect(present).toBeCloseTo(1 / 1.05);
  });

  it('shares its axis with the others of the storyboard', () => {
    const [short, long] = barsOf([fault({ until: 'PT1M' }), fault({ until: 'PT10M' })], START, START);
    expect(long!.end / short!.end).toBeCloseTo(10);
  });

  it('is before its beginning where the clock was set back', () => {
    expect(barOf(fault({ until: 'PT1M' }), -5).present).toBe(0);
  });
});

describe('a fault that counts requests', () => {
  it.each([
    ['waits', fault({ after: 3, times: 2 }), [3, 5, 0], 6, 'from request 4 to 5; 0 requests so far'],
    ['strikes', fault({ after: 3, times: 2 }, 4, 1), [3, 5, 4], 6, 'from request 4 to 5; 4 requests so far'],
    ['is over', fault({ times: 2 }, 7, 2), [0, 7, 7], 8, 'from request 1 to 7; 7 requests so far'],
    [
      'spares some',
      fault({ times: 2, probability: 0.5 }, 3, 1),
      [0, 4, 3],
      5,
      'from request 1 to 4; 3 requests so far',
    ],
    ['has no end', fault({ after: 2 }, 1), [2, 5, 1], 5, 'from request 3 on; 1 request so far'],
  ])('that %s', (_what, one, places, length, span) => {
    const bar = barOf(one);
    expect([bar.start, bar.end, bar.present].map((part) => Math.round(part * length))).toEqual(places);
    expect(bar.span).toBe(span);
  });
});
