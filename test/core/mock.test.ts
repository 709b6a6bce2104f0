import { describe, expect, it } from 'vitest';
import { Mock } from '../../src/core/mock.js';
import { defaultSettings } from '../../src/start/settings.js';
import { handClock } from '../support/clock.js';
import { mockOf } from '../support/mock.js';

describe('the clock of a mock', () => {
  it.each([
    ['2024-01-31', Date.UTC(2024, 0, 31)],
    ['2024-01-31T12:00:00+02:00', Date.UTC(2024, 0, 31, 10)],
  ])('is frozen at %s', (clock, now) => {
    const mock = mockOf({ clock });
    expect([mock.clock.frozen, mock.clock.now()]).toEqual([true, now]);
  });

  it('is the provided base clock if the setting is system', () => {
    const clock = handClock();
    const mock = mockOf({}, [{ name: 'w' }], clock);
    const before = mock.clock.now();
    clock.pass(5);
    const { clock: own } = mock.workspaces.default ?? {};
    expect([mock.clock.now(), own?.now()]).toEqual([before + 5, before + 5]);
  });
});

it('measures durations with the provided stopwatch', () => {
  const mock = new Mock(defaultSettings, [], {
    clock: handClock(),
    stopwatch: () => 7,
    isTimeFaked: () => false,
    turn: () => 0,
    idleMs: () => 0,
  });
  expect(mock.stopwatch()).toBe(7);
});
