import { endpointsBeneath } from '../endpoints/endpoints.js';
import { unknownParameters } from '../endpoints/parameters.js';
import { pathBeneath, pathOf } from '../endpoints/paths.js';
import { Refusal } from '../refusals/codes.js';
import type { Endpoint } from '../context.js';
import type { Check } from './check.js';

const METHODS = ['GET', 'HEAD'];

/** Check 1: is there such an endpoint? */
export const path: Check<'parameters', 'endpoint'> = {
  name: 'path',
  number: '1',
  gives: 'endpoint',
  run(context) {
    const { request, parameters, mock } = context;
    const sent = pathOf(request.target);
    if (sent.includes('//')) context.warn({ code: 'doubled_slash', path: sent });
    if (sent.length > 1 && sent.endsWith('/')) context.warn({ code: 'trailing_slash', path: sent });
    const { basePath, noControl } = mock.settings;
    const { byPath, paths: known } = endpointsBeneath(basePath);
    const endpoint = byPath.get(context.path);
    // On any path, check 4a ends the order before an endpoint is needed.
    context.recorded = mock.exchanges.find(request, pathBeneath(context.path, basePath), parameters);
    if (context.recorded !== undefined) return endpoint as Endpoint;
    if (endpoint === undefined) {
      const isBase = context.path === '/' || context.path === basePath;
      const page = isBase && noControl !== true ? '/__mock/ui' : undefined;
      throw new Refusal({ code: 'not_found', method: request.method, path: sent, known, page });
    }
    for (const reason of unknownParameters(parameters, endpoint.parameters)) context.warn(reason);
    return endpoint;
  },
  saw: ({ path: seen }) => seen,
  passed: ({ recorded }) => (recorded === undefined ? 'an endpoint' : 'an exchange of the fixtures'),
};

/** Check 2: does the endpoint allow the method? */
export const method: Check<'endpoint'> = {
  name: 'method',
  number: '2',
  run({ request: { method: found, target }, recorded }) {
    if (METHODS.includes(found) || recorded !== undefined) return;
    throw new Refusal({ code: 'method_not_allowed', method: found, path: pathOf(target), allow: METHODS.join(', ') });
  },
  saw: ({ method: found }) => found,
  passed: () => 'answered there',
};
