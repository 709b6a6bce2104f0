import { Type } from '@sinclair/typebox';
import { type Problem, show } from '../../schema/problems.js';
import { type Instant, parseInstant } from '../time/calendar.js';
import { parseDuration } from '../time/duration.js';
import { DurationText, InstantText } from '../time/text.js';

/** A moment on the workspace's clock: an instant, or a duration from when the fault is added. */
export const MomentText = (description: string) =>
  Type.Union([InstantText(), DurationText()], {
    expected: 'an ISO 8601 instant, or a duration from when the fault is added, such as PT10M',
    description,
  });

/** The instant that a moment is for a fault added at another; `undefined` without a moment. */
export function instantOf(moment: string | undefined, added: Instant): Instant | undefined {
  return moment === undefined ? undefined : (parseInstant(moment) ?? added + (parseDuration(moment) ?? 0));
}

/** Reports a `from` that is not before the `until` of the same kind; an instant and a duration cannot be compared. */
export function reversedMoments({ from, until }: Record<string, unknown>, path: string): Problem[] {
  if (typeof from !== 'string' || typeof until !== 'string') return [];
  const ends = [from, until].map((moment) => parseInstant(moment) ?? parseDuration(moment) ?? NaN) as [number, number];
  const isComparable = (parseInstant(from) === undefined) === (parseInstant(until) === undefined);
  if (!isComparable || !(ends[0] >= ends[1])) return [];
  return [{ path: `${path}.until`, found: show(until), expected: `a moment after "from", ${show(from)}` }];
}
