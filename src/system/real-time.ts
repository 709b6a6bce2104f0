/**
 * Real timers and the real clock, also under fake timers. A test that fakes the time of its own process must not stop
 * the mock that runs in it, so nothing else in `src` uses the global timers, `Date.now()`, `performance` or
 * `process.hrtime` (linted).
 *
 * Fake timers (@sinonjs/fake-timers, and so Vitest and Jest, and `mock.timers` of node:test) replace the globals and
 * the functions of `node:timers`, `node:timers/promises` and `node:perf_hooks` themselves. A module that is loaded
 * after that imports the fakes. They leave the prototypes alone, which is where everything here comes from [checked
 * with fake-timers 15.5, Vitest 4.1, and Node 20.20, 22.23 and 24.21].
 */
import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { scheduler } from 'node:timers/promises';

const wait = methodOf(scheduler, 'wait');

/** Milliseconds since some moment before the first call: for durations. It never goes back. */
export const monotonicNow: () => number = methodOf(performance, 'now');

/** Resolves in the next turn of the event loop, after what has arrived by then was read. */
export const nextEventLoopTurn: () => Promise<void> = methodOf(scheduler, 'yield');

const utilization = methodOf(performance, 'eventLoopUtilization');

/** Milliseconds that the event loop had nothing to do. */
export const idleMs = (): number => utilization().idle;

let turns = 0;
let turnsToCount = 0;

/** Counts up with the turns of the event loop, for two turns after it was asked for. */
export function eventLoopTurn(): number {
  if (turnsToCount === 0) void nextEventLoopTurn().then(endTurn);
  turnsToCount = 2;
  return turns;
}

function endTurn(): void {
  turns++;
  if (--turnsToCount > 0) void nextEventLoopTurn().then(endTurn);
}

/** A timer that has been started; abort it to cancel it. */
export type Timer = Pick<AbortController, 'abort'>;

/** Milliseconds since 1970 on the machine's clock. It follows when that clock is set. */
export function wallClockNow(): number {
  // Not `now()`, which tests replace on Date itself.
  return new RealDate().getTime();
}

/** Resolves after so many milliseconds; rejects when the signal aborts. Keeps the process alive until then. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return wait(ms, signal && { signal });
}

/** Resolves with the work, or after so many milliseconds; rejects if the work does before that. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const cancel = new AbortController();
  await Promise.race([work, sleep(ms, cancel.signal).catch(ignoreAbort)]);
  cancel.abort();
}

export function setTimeout(callback: () => void, ms: number): Timer {
  const timer = new AbortController();
  void sleep(ms, timer.signal).then(callback, ignoreAbort);
  return timer;
}

/** Calls back again and again; so many milliseconds pass between two calls. */
export function setInterval(callback: () => void, ms: number): Timer {
  const timer = new AbortController();
  const { signal } = timer;
  const again = () => {
    callback();
    if (!signal.aborted) void sleep(ms, signal).then(again, ignoreAbort);
  };
  void sleep(ms, signal).then(again, ignoreAbort);
  return timer;
}

/** A method as the prototype has it. On Bun, which a start refuses, the object itself has some. */
function methodOf<T extends object, Name extends keyof T>(object: T, name: Name): T[Name] {
  const { [name]: method = object[name] } = Object.getPrototypeOf(object) as Partial<T>;
  return (method as () => unknown).bind(object) as T[Name];
}

/** The timer was aborted. */
const ignoreAbort = () => undefined;

const isNative = Function.prototype.toString.call(Date) === 'function Date() { [native code] }';
const RealDate = isNative ? Date : nativeDate();

/** V8's own `Date`, behind a fake: the constructor of a date that V8 reads from its serialization format. */
function nativeDate(): DateConstructor {
  // Loaded only where it is needed: it takes a millisecond.
  // eslint-disable-next-line no-restricted-globals -- the one way to load a module of Node late in ESM and CommonJS
  const { deserialize } = process.getBuiltinModule('node:v8');
  const [VERSION, DATE] = [[0xff, 0x0f], 0x44];
  const date = deserialize(Buffer.from([...VERSION, DATE, ...new Uint8Array(8)])) as Date;
  return date.constructor as DateConstructor;
}
