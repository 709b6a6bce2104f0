import { describe, expect, it } from 'vitest';
import type { Reason } from '../../../src/core/refusals/codes.js';
import { codeOf, sentence } from '../../../src/core/refusals/messages.js';

describe('the message of a reason', () => {
  it.each<[Reason, RegExp]>([
    [{ code: 'api_key_missing', authorization: undefined }, /^Missing API key/],
    [{ code: 'api_key_missing', authorization: 'KEY' }, /^The Authorization header is not of the form/],
    [{ code: 'rate_limited', limit: 10, retryAfterSeconds: 3 }, / 10 requests; try again in 3 s$/],
    [{ code: 'rate_limited', limit: undefined, retryAfterSeconds: 3 }, /^Too many requests; try again in 3 s$/],
    [{ code: 'ending_at_in_future', now: 0 }, / 1970-01-01T00:00:00\.000Z$/],
    [{ code: 'ending_at_invalid', found: '2024-01-31T12:00:00 05:30' }, /sent as %2B/],
    [{ code: 'ending_at_invalid', found: '2024-01-31T12:00:00 5:30' }, /sent as %2B/],
    [{ code: 'ending_at_invalid', found: '2024-01-31T12:00:00 0530' }, /sent as %2B/],
    [{ code: 'ending_at_invalid', found: '2024-02-30' }, /of a date that exists; found "2024-02-30"$/],
    [{ code: 'ending_at_invalid', found: 'Wed Nov 25 2026' }, /found "Wed Nov 25 2026"; send ISO 8601, /],
  ])('%j names its subject: %s', (reason, words) => {
    expect(sentence(reason)).toMatch(words);
  });

  it.each([
    [99, 99, ''],
    [100, 100, ''],
    [101, 100, '…'],
    [5000, 100, '…'],
  ])('of a value of %i characters quotes %i, with an ellipsis if it is cut', (length, shown, rest) => {
    const words = sentence({ code: 'page_invalid', found: 'x'.repeat(length) });
    expect(words.slice(words.indexOf('"'))).toBe(`"${'x'.repeat(shown)}"${rest}`);
  });
});

describe('the code of a planned status', () => {
  it.each([
    [429, 'rate_limited'],
    [403, 'permission_denied'],
    [500, 'internal_server_error'],
    [400, 'bad_request'],
    [401, 'unauthorized'],
    [404, 'not_found'],
    [418, 'i_m_a_teapot'],
    [503, 'service_unavailable'],
    [599, 'status_599'],
  ])('for %i is the only code with that status, or else its reason phrase: %s', (status, code) => {
    expect(codeOf({ code: 'as_planned', status })).toBe(code);
  });
});
