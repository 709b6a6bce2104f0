import { bearerToken } from '../endpoints/bearer.js';
import { redactKey } from '../../schema/secrets.js';
import { instanceOfHost, INSTANCES } from '../workspaces/instances.js';
import { Refusal } from '../refusals/codes.js';
import type { Check } from './check.js';
import { standing } from './rate-limit.js';

/** Check 3: is there a key? The scheme is case-insensitive [RFC 7235], the key is not. */
export const authorization: Check<never, 'apiKeySent'> = {
  name: 'authorization',
  number: '3',
  gives: 'apiKeySent',
  run(context) {
    const header = context.request.headers['authorization'] as string | undefined;
    const key = bearerToken(header);
    if (key !== undefined) return key;
    throw new Refusal({ code: 'api_key_missing', authorization: header });
  },
  saw({ headers: { authorization: header } }) {
    if (header === undefined) return 'no Authorization header';
    const key = bearerToken(header as string);
    return key === undefined ? 'a header that is not "Bearer <key>"' : `Bearer ${redactKey(key)}`;
  },
  passed: () => 'carries an API key',
};

/**
 * Check 4: does the key open a workspace on the instance that the `Host` names? A key of one instance is unknown to
 * the others [documented].
 */
export const apiKey: Check<'apiKeySent', 'opened'> = {
  name: 'apiKey',
  number: '4',
  gives: 'opened',
  run(context) {
    const { mock, apiKeySent, at, request } = context;
    const found = mock.workspaces.openedBy(apiKeySent);
    if (found === undefined) throw new Refusal({ code: 'api_key_invalid', apiKey: apiKeySent });
    const { workspace } = found;
    const { instance } = workspace;
    const host = request.headers['host'] as string | undefined;
    const named = instanceOfHost(host);
    context.profile = workspace.profile;
    if (named !== undefined && instance !== undefined && named !== instance) {
      context.warn({ code: 'foreign_instance', key: instance, host: host ?? '' });
      const foreignInstance = { key: instance, host: host ?? '', restHost: INSTANCES[instance][0] };
      throw new Refusal({ code: 'api_key_invalid', apiKey: apiKeySent, foreignInstance });
    }
    return { workspace, apiKey: found.apiKey, now: at ?? workspace.clock.now() };
  },
  saw({ headers }) {
    const key = bearerToken(headers['authorization'] as string | undefined) ?? '';
    const host = headers['host'] as string | undefined;
    const named = instanceOfHost(host) ?? 'no instance';
    return `key ${redactKey(key)} of ${key.length} characters; Host ${host ?? 'missing'}, which names ${named}`;
  },
  passed: ({ workspace }) => `opens the workspace ${workspace ?? ''}`,
};

/** Check 5: may the key use this endpoint? A refusal reports the limit, but takes no token. */
export const permission: Check<'opened' | 'endpoint'> = {
  name: 'permission',
  number: '5',
  run(context) {
    const { opened, endpoint } = context;
    if (opened.apiKey.permissions.has(endpoint.permission)) return;
    context.limit = standing(opened, opened.workspace.limiter.peek(opened.now));
    throw new Refusal({ code: 'permission_denied', permission: endpoint.permission });
  },
  saw: ({ permissions = new Set() }) => `the key's permissions: ${[...permissions].join(', ') || 'none'}`,
  passed: () => 'has the one needed',
};
