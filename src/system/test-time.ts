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
