import { plusParameters, queryStringOf, readParameters } from '../endpoints/parameters.js';
import { Refusal } from '../refusals/codes.js';
import { isPlusLost } from '../time/not-iso.js';
import type { Check } from './check.js';

/** Check 0: did the HTTP layer accept the request, and can its query be decoded? */
export const readable: Check<never, 'parameters'> = {
  name: 'request',
  number: '0',
  gives: 'parameters',
  run(context) {
    const { problem, target } = context.request;
    // A body that is too large is noticed after the request line has been read.
    if (problem !== undefined && problem.code !== 'body_too_large') throw new Refusal(problem);
    const query = queryStringOf(target);
    const parameters = readParameters(query);
    if (plusParameters(query).some(({ name, value }) => name === 'ending_at' && isPlusLost(value)))
      context.warn({ code: 'unencoded_plus' });
    if (problem !== undefined) throw new Refusal(problem);
    return parameters;
  },
  saw: ({ method, target }) => `${method} with a URL of ${target.length} bytes`,
  passed: () => 'readable',
};
