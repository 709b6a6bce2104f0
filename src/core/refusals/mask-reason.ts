import { maskPath } from '../endpoints/mask-path.js';
import type { Mask } from '../workspaces/masking.js';
import type { Reason } from './codes.js';

/** Masks what a reason quotes, except a 404's segment id and the key in `observed`'s 401, which the contract fixes. */
export function maskReason(reason: Reason, mask: Mask): Reason {
  switch (reason.code) {
    case 'not_found':
      return { ...reason, path: maskPath(reason.path, mask) };
    case 'expectation_failed':
      return { ...reason, expectation: mask(reason.expectation) };
    case 'api_key_invalid': {
      const { foreignInstance } = reason;
      if (foreignInstance === undefined) return reason;
      return { ...reason, foreignInstance: { ...foreignInstance, host: mask(foreignInstance.host) } };
    }
    case 'parameter_unknown':
      return { ...reason, name: mask(reason.name) };
    default:
      return 'found' in reason ? { ...reason, found: mask(reason.found) } : reason;
  }
}
