import { expect, it } from 'vitest';
import { isSecretName, redactKey } from '../../src/schema/secrets.js';

it.each([
  ['', '…'],
  ['k', '…'],
  ['elevenchars', '…'],
  ['twelve chars', 'twel…'],
  ['YOUR-REST-API-KEY', 'YOUR…'],
])('masks the key %j as %j', (key, shown) => {
  expect(redactKey(key)).toBe(shown);
});

it.each([
  ['api_key apiKey Api_Key X-Api-Key api-keys key restApiKey X-Auth-Key token access_token X-CSRF-Token', true],
  ['authorization Proxy-Authorization auth X-Auth secret client_secret password cookie Set-Cookie', true],
  ['sig signature bearer X-Bearer pass passphrase Pass-Code', true],
  ['design compass passenger signal bypass', false],
  ['segment_id length ending_at page sort_direction author host accept user-agent referer', false],
  ['Idempotency-Key keyboard monkeys_seen x-request-id', false],
])('detects secret names in %s: %s', (names, secret) => {
  expect(names.split(' ').filter((name) => isSecretName(name) !== secret)).toEqual([]);
});
