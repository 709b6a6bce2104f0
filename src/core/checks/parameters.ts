import type { Check } from './check.js';

/** Check 7: are the parameters valid? All problems are reported together. */
export const parameters: Check<'endpoint' | 'parameters' | 'opened', 'query'> = {
  name: 'parameters',
  number: '7',
  gives: 'query',
  run({ endpoint, parameters: sent, profile, opened, mock }) {
    return endpoint.read(sent, { strict: mock.settings.strictParameters, profile, now: opened.now });
  },
  saw: ({ parameters: sent }) => sent.map(({ name, value }) => `${name}=${value}`).join(', ') || 'none',
  passed: () => 'all valid',
};
