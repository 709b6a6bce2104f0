import type { Context } from '../context.js';
import type { Window } from '../series/series.js';

/** The days that a request finds: processed, retained, and not late by the fault that struck it. */
export function availableDays({ opened: { workspace, now }, strike }: Context<'opened'>): Window {
  const { first, last } = workspace.availableDays(now);
  const { data } = strike?.effect ?? {};
  return { first, last: typeof data === 'object' ? last - data.late_days : last };
}
