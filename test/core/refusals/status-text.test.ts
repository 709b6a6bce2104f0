import { STATUS_CODES } from 'node:http';
import { expect, it } from 'vitest';
import { statusText } from '../../../src/core/refusals/status-text.js';

const ERRORS = Array.from({ length: 200 }, (_status, index) => 400 + index);

it('matches Node for every error status', () => {
  const texts = (textOf: (status: number) => string) => ERRORS.map((status) => `${status} ${textOf(status)}`);
  expect(texts(statusText)).toEqual(texts((status) => STATUS_CODES[status] ?? `Status ${status}`));
});
