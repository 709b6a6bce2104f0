import type * as realTime from '../../src/system/real-time.js';

/**
 * The module of real time with timers that `vi.useFakeTimers` fakes, for tests that advance time manually:
 * `vi.mock(import('../../src/system/real-time.js'), async (original) => handTimers(await original()))`.
 */
export function handTimers(original: typeof realTime): typeof realTime {
  return {
    ...original,
    setTimeout(callback, ms) {
      const timer = setTimeout(callback, ms);
      return { abort: () => clearTimeout(timer) };
    },
  };
}
