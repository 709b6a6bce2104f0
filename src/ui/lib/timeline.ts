import type { PlayingFault } from '../api/replies.js';
import { plural } from './format.js';

/** A fault on its track, in fractions of the track's length. */
export interface Bar {
  start: number;
  end: number;
  /** The present moment: the workspace's clock, or the requests so far. */
  present: number;
  /** From when to when it strikes, in words. */
  span: string;
}

const UNITS_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000];

/** An ISO 8601 duration, `P1DT12H`, in milliseconds. */
export function durationMs(text: string): number {
  const parts = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(text)?.slice(1) ?? [];
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * (UNITS_MS[index] as number), 0);
}

const UNITS = ['w', 'd', 'h', 'min', 's'];

/** 1 h 30 min: the two largest units that are not 0. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms / 1000) * 1000;
  const parts = UNITS_MS.map((unitMs, index) => {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    return count === 0 ? '' : `${count} ${UNITS[index]}`;
  });
  const first = parts.findIndex(Boolean);
  return first < 0
    ? '0 s'
    : parts
        .slice(first, first + 2)
        .filter(Boolean)
        .join(' ');
}

/** Milliseconds of a moment since a storyboard began. */
function offsetOf(moment: string, startedMs: number): number {
  return moment.startsWith('P') ? durationMs(moment) : Date.parse(moment) - startedMs;
}

/**
 * The bars of a storyboard. Faults with a time share one axis, from the beginning to the last moment that they name, or
 * to now if that is later. The others have an axis of requests each, because each counts those that match it.
 */
export function barsOf(faults: readonly PlayingFault[], startedMs: number, nowMs: number): Bar[] {
  const elapsed = Math.max(0, nowMs - startedMs);
  const moments = faults.flatMap(({ trigger: { from, until } }) =>
    [from, until].flatMap((moment) => (moment === undefined ? [] : offsetOf(moment, startedMs))),
  );
  const lengthMs = Math.max(1000, elapsed, ...moments) * 1.05;
  return faults.map((fault) => {
    const { from, until } = fault.trigger;
    if (from === undefined && until === undefined) return barOfRequests(fault);
    const first = Math.max(0, from === undefined ? 0 : offsetOf(from, startedMs));
    const end = until === undefined ? undefined : offsetOf(until, startedMs);
    const words = end === undefined ? 'on' : `to ${formatDuration(end)}`;
    return {
      start: first / lengthMs,
      end: end === undefined ? 1 : Math.max(first, end) / lengthMs,
      present: elapsed / lengthMs,
      span: `from ${formatDuration(first)} ${words}; now ${formatDuration(elapsed)}`,
    };
  });
}

function barOfRequests({ trigger: { after = 0, times }, matched, strikes }: PlayingFault): Bar {
  // A matching request that the probability spares postpones the end.
  const end = times === undefined ? undefined : Math.max(after, matched) + times - strikes;
  const length = Math.max(end ?? 0, matched, after) + (end === undefined ? 3 : 1);
  const words = end === undefined ? 'on' : `to ${end}`;
  return {
    start: after / length,
    end: (end ?? length) / length,
    present: matched / length,
    span: `from request ${after + 1} ${words}; ${plural(matched, 'request')} so far`,
  };
}
