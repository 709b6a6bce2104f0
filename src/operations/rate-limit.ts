import { type Static, Type } from '@sinclair/typebox';
import { LimitState } from '../core/rate-limit/limiter.js';
import { show } from '../schema/problems.js';
import { QuotaFixture } from '../core/workspaces/fixture.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { invalid, refuseProblems } from './errors.js';
import { exactly, Field } from '../schema/shapes.js';

export const RateLimitSetting = Type.Union([
  exactly(
    {
      ...QuotaFixture.properties,
      remaining: Type.Optional(Field.count('Whole tokens left from now on.')),
    },
    { minProperties: 1, expected: 'capacity, refillPerHour, remaining or several of them' },
  ),
  Type.Literal('off'),
]);
export type RateLimitSetting = Static<typeof RateLimitSetting>;

/** What a quota is and what is left of it, or that there is none. */
export const RateLimitView = Type.Union([LimitState, Type.Literal('off')]);
export type RateLimitView = Static<typeof RateLimitView>;

export function rateLimitView(workspace: Workspace): RateLimitView {
  return workspace.limiter.state(workspace.clock.now());
}

/** Sets what is given and leaves the rest as it is. */
export function setRateLimit(workspace: Workspace, setting: RateLimitSetting): RateLimitView {
  if (setting === 'off') {
    workspace.limiter.turnOff();
    return 'off';
  }
  const before = rateLimitView(workspace);
  const { remaining } = setting;
  const merged = { ...(before === 'off' ? {} : before), ...setting };
  const { capacity = merged.refillPerHour, refillPerHour = merged.capacity } = merged;
  if (capacity === undefined || refillPerHour === undefined) {
    const expected = 'a capacity as well, because the limit is off';
    throw invalid('body_invalid', [{ path: '$', found: show(setting), expected }]);
  }
  if (remaining !== undefined && remaining > capacity)
    refuseProblems([{ path: '$.remaining', found: show(remaining), expected: `at most the capacity, ${capacity}` }]);
  workspace.limiter.set({ capacity, refillPerHour }, remaining, workspace.clock.now());
  return rateLimitView(workspace);
}
