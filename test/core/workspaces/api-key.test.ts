import { expect, it } from 'vitest';
import { redactKey } from '../../../src/core/workspaces/api-key.js';

it.each([
  ['', '…'],
  ['k', '…'],
  ['elevenchars', '…'],
  ['twelve chars', 'twel…'],
  ['YOUR-REST-API-KEY', 'YOUR…'],
])('of the key %j it shows %j', (key, shown) => {
  expect(redactKey(key)).toBe(shown);
});
