import type { RequestContext } from '../context.js';
import { beyondEndpoints } from '../endpoints/mask-path.js';
import type { RefusalCode } from '../refusals/codes.js';
import { SHORTEST_INSIDE_WORDS } from '../workspaces/known-keys.js';
import { isKnownKeyIn, isSecretName } from '../workspaces/masking.js';

const KEY_REFUSALS: readonly (RefusalCode | 'as_planned' | undefined)[] = [
  'not_found',
  'api_key_missing',
  'api_key_invalid',
];

/**
 * Warns of API keys outside of `Authorization`: known keys in the path beyond an endpoint, a parameter or a header, and
 * in a request without a key also values with a name like that of a key. A short key can be a common word, and counts
 * only behind such a name. Only requests refused for their key or path, or with an unknown parameter, are searched.
 */
export function warnOfMisplacedKeys(context: RequestContext, code: (typeof KEY_REFUSALS)[number]): void {
  const isUnknown = context.warnings?.some((warning) => warning.code === 'parameter_unknown') === true;
  if (isUnknown || KEY_REFUSALS.includes(code)) searchForKeys(context, code === 'api_key_missing');
}

function searchForKeys(context: RequestContext, lacksKey: boolean): void {
  const { mock, request, path, parameters = [] } = context;
  const { knownKeys } = mock.workspaces;
  const isKey = (name: string, value: string) => {
    if (lacksKey && isNamedLikeKey(name)) return true;
    const length = isNamedLikeKey(name) ? 1 : SHORTEST_INSIDE_WORDS;
    return isKnownKeyIn(value, knownKeys, length) || isKnownKeyIn(name, knownKeys, SHORTEST_INSIDE_WORDS);
  };
  if (isKnownKeyIn(beyondEndpoints(path, mock.settings.basePath), knownKeys, SHORTEST_INSIDE_WORDS))
    context.warn({ code: 'api_key_misplaced', place: 'path' });
  for (const { name, value } of parameters)
    if (isKey(name, value)) context.warn({ code: 'api_key_misplaced', place: 'parameter', name });
  for (const [name, value] of Object.entries(request.headers))
    if (name !== 'authorization' && isKey(name, String(value)))
      context.warn({ code: 'api_key_misplaced', place: 'header', name });
}

/** Browsers send cookies and CSRF tokens automatically. */
function isNamedLikeKey(name: string): boolean {
  return isSecretName(name) && !/cookie|[cx]srf|session/i.test(name);
}
