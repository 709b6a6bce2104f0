import { ClockSetting } from '../../core/time/clock.js';
import type { Workspace } from '../../core/workspaces/workspace.js';
import { Advance, advanceClock, ClockView, clockView, resetClock, setClock } from '../../operations/clock.js';
import { RateLimitSetting, RateLimitView, rateLimitView, setRateLimit } from '../../operations/rate-limit.js';
import type { Resource } from './resource.js';

/** The routes of a workspace's clock, and of its rate limit, which depends on the clock. */
export function clockRoutes(workspace: Resource<[Workspace]>): void {
  const clock = workspace.at('/clock');
  clock.get('showClock', clockView, { summary: 'Show the clock', 200: ClockView });
  clock.put('setClock', setClock, {
    summary: 'Freeze the clock, or run it from an instant or at a scale',
    body: ClockSetting,
    200: ClockView,
  });
  clock.delete('resetClock', resetClock, {
    summary: 'Return to the clock of the fixture or of `--clock`',
    200: ClockView,
  });
  clock
    .at('/advance')
    .post('advanceClock', advanceClock, { summary: 'Advance the clock by a duration', body: Advance, 200: ClockView });
  const limit = workspace.at('/rate-limit');
  limit.get('showRateLimit', rateLimitView, { summary: 'Show the quota and the requests left', 200: RateLimitView });
  limit.put('setRateLimit', setRateLimit, {
    summary: 'Set the quota, the requests left, or both; or turn the limit `"off"`',
    body: RateLimitSetting,
    200: RateLimitView,
  });
}
