import type { Check } from './check.js';

/**
 * Check 4a: is there an exchange in the fixtures with this method, path and query? Its reply is sent
 * unchanged, regardless of permissions, limits, faults, the clock and segments. Never refuses.
 */
export const recorded: Check<'opened'> = {
  name: 'recorded',
  number: '4a',
  run: () => undefined,
  ends: ({ recorded: reply }) => reply !== undefined,
  isLeftOut: ({ recorded: reply }) => reply === undefined,
  saw: ({ method, path, recorded: reply }) => `${method} ${path} with this query, in ${reply?.file ?? ''}`,
  passed: ({ recorded: reply }) => `answered with the ${reply?.status ?? ''} of this file`,
};
