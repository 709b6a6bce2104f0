import type { Effect, Trigger } from '../api/replies.js';

export interface Preset {
  name: string;
  about: string;
  effect: Effect;
  trigger?: Trigger;
}

/** The faults that are planned most often. */
export const PRESETS: readonly Preset[] = [
  { name: 'Outage', about: '503 for every request', effect: { status: 503, headers: { 'retry-after': '1' } } },
  {
    name: 'Two failures',
    about: '503 twice, then success',
    trigger: { times: 2 },
    effect: { status: 503, headers: { 'retry-after': '1' } },
  },
  {
    name: 'Flaky',
    about: 'every fifth request fails with 500',
    trigger: { probability: 0.2 },
    effect: { status: 500 },
  },
  { name: 'Quota gone', about: '429 for every request', effect: { status: 429 } },
  { name: 'Slow', about: 'two seconds for every reply', effect: { delay: { kind: 'fixed', ms: 2000 } } },
  {
    name: 'Long tail',
    about: 'mostly fast, sometimes seconds',
    effect: { delay: { kind: 'lognormal', medianMs: 200, sigma: 1 } },
  },
  { name: 'Edge page', about: '502 with an HTML page', effect: { status: 502, body: 'html' } },
  { name: 'Reset', about: 'the connection is reset', effect: { connection: 'CONNECTION_RESET_BY_PEER' } },
  { name: 'Cut short', about: 'half of the body, then nothing', effect: { truncate: 0.5 } },
  { name: 'Dribble', about: 'the body in 20 pieces over 5 s', effect: { dribble: { chunks: 20, durationMs: 5000 } } },
  { name: 'Missing day', about: 'one day is left out', effect: { data: 'missing_day' } },
  { name: 'Zero dip', about: 'one day has size 0', effect: { data: 'zero_dip' } },
];
