import { sentence } from '../../core/refusals/messages.js';
import type { Evidence } from './explain.js';
import { PREFERABLE, preferredCode } from './planned-faults.js';
import { unknownParameters } from './parameters.js';

/** What a request did that worked, or failed for another reason, and yet is likely a mistake. */
export function warningsOf(evidence: Evidence): string[] {
  const { url, headers, endpoint, parameters, preferred, refusal, status, misplacedKeys } = evidence;
  const [path = '', ...queries] = url.split('?');
  const query = queries.join('?');
  const warnings: string[] = [];
  if (endpoint !== undefined) {
    for (const reason of unknownParameters(parameters, endpoint.parameters)) {
      warnings.push(`an unknown parameter was passed over: ${sentence(reason)}`);
    }
  }
  for (const place of misplacedKeys) {
    warnings.push(`there is an API key in ${place}; send it as the header "Authorization: Bearer <API key>" instead`);
  }
  if (query.includes('+')) {
    warnings.push('a "+" in the query was not percent-encoded, and so read as a space; send %2B');
  }
  if (path.includes('//')) warnings.push(`the path ${path} has a doubled slash; does the base URL end in "/"?`);
  if (path.length > 1 && path.endsWith('/')) warnings.push(`the path ${path} ends in a slash`);
  for (const reason of refusal?.reasons ?? []) {
    if (reason.code === 'api_key_invalid' && reason.foreignInstance !== undefined) {
      const { key, host } = reason.foreignInstance;
      warnings.push(`the API key belongs to the instance ${key}, but the Host is ${host}`);
    }
  }
  if (preferred === 200 && status !== 200 && status !== 304) {
    warnings.push('Prefer: code=200 keeps faults away, but the call was refused for a reason of its own');
  }
  const code = preferredCode(headers['prefer']);
  if (preferred === undefined && code !== undefined) {
    warnings.push(
      `Prefer: code=${code} was passed over; it is off, or not one of ${PREFERABLE.join(', ')}, or came too late`,
    );
  }
  return warnings;
}
