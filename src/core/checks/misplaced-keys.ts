import type { RequestContext } from '../context.js';
import type { RefusalCode } from '../refusals/codes.js';
import { decodeVisible, isSecretName } from '../workspaces/masking.js';

const KEY_REFUSALS: readonly (RefusalCode | 'as_planned' | undefined)[] = [
  'not_found',
  'api_key_missing',
  'api_key_invalid',
];

/**
 * Warns of API keys outside of `Authorization`: known keys in the path, a parameter or a header, and in a request
 * without a key also what is named like one. Only a request that was refused for its key or its path, or that has an
 * unknown parameter, is searched.
 */
export function warnOfMisplacedKeys(context: RequestContext, code: (typeof KEY_REFUSALS)[number]): void {
  const { mock, request, path, parameters = [], warnings = [] } = context;
  if (!KEY_REFUSALS.includes(code) && !warnings.some((warning) => warning.code === 'parameter_unknown')) return;
  const lacksKey = code === 'api_key_missing';
  const isKey = (name: string, value: string) =>
    mock.workspaces.knownKeys.occurIn(decodeVisible(`${name}\n${value}`)) || (lacksKey && isNamedLikeKey(name));
  const warn = (place: string) => context.warn({ code: 'api_key_misplaced', place });
  if (isKey('', path)) warn('the path');
  for (const { name, value } of parameters) if (isKey(name, value)) warn(`the parameter ${name}`);
  for (const [name, value] of Object.entries(request.headers))
    if (name !== 'authorization' && isKey(name, String(value))) warn(`the header ${name}`);
}

/** Cookies and tokens against forgery are what a browser sends by itself. */
function isNamedLikeKey(name: string): boolean {
  return isSecretName(name) && !/cookie|[cx]srf|session/i.test(name);
}
