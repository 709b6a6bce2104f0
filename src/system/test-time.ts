/** Time as the test has it: the global timers, read at each call, so that they are fake ones while a test fakes them. */

/** Resolves after so many milliseconds of the test; rejects with the signal's reason as soon as it aborts. */
export function pauseInTest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const { setTimeout, clearTimeout } = globalThis;
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    }
  });
}

const { setTimeout: timerAtLoad } = globalThis;

/**
 * Whether a test fakes the time of this process: then its clients do not wait in real time. Fake timers that were there
 * when this file was loaded have the marks of @sinonjs/fake-timers, Vitest and Jest; those of node:test then have none.
 */
export function isTimeFaked(): boolean {
  const { setTimeout, Date } = globalThis;
  if (setTimeout !== timerAtLoad || 'clock' in setTimeout || '_isMockFunction' in setTimeout) return true;
  return Function.prototype.toString.call(Date) !== 'function Date() { [native code] }';
}
