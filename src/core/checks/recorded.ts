import type { Check } from './check.js';

/**
 * Check 4a: is there an exchange in the fixtures with this method, path and query? Its reply is sent as it is: no
 * permission, limit, fault, clock or segment counts. Refuses nothing.
 */
export const recorded: Check<'opened'> = {
  name: 'recorded',
  number: '4a',
  run: () => undefined,
  ends: ({ recorded: reply }) => reply !== undefined,
  isLeftOut: ({ recorded: reply }) => reply === undefined,
  saw: ({ method, path, recorded: reply }) => `${method} ${path}, which ${reply?.file ?? ''} has with this query`,
  passed: ({ recorded: reply }) => `answered ${reply?.status ?? ''} as it stands there`,
};
