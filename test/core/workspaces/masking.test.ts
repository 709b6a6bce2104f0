import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownKeys } from '../../../src/core/workspaces/known-keys.js';
import { maskedError, maskerOf, maskStrings } from '../../../src/core/workspaces/masking.js';

const KEY = 'Qzvk-open-Key/7f3a';
const UNKNOWN = 'wjxr-never-heard-of';

function masking(...open: string[]) {
  const keys = new KnownKeys();
  for (const key of open) keys.open(key);
  return maskerOf(keys);
}

const encoded = (text: string) => Array.from(text, (char) => `%${char.charCodeAt(0).toString(16)}`).join('');

describe('a known key is masked', () => {
  it('also in a text that was shown before the key was known', () => {
    const keys = new KnownKeys();
    const mask = maskerOf(keys);
    expect(mask(KEY)).toBe(KEY);
    keys.open(KEY);
    expect(mask(KEY)).toBe('Qzvk…');
  });

  it.each([
    ['alone', KEY, 'Qzvk…'],
    ['in a path', `/segments/list/${KEY}/x`, '/segments/list/Qzvk…/x'],
    ['inside a word', `x${KEY}x`, 'xQzvk…x'],
    ['twice', `${KEY}${KEY} ${KEY}`, 'Qzvk…Qzvk… Qzvk…'],
    ['in another case', KEY.toLowerCase(), 'qzvk…'],
    ['percent-encoded', `/a/${encoded(KEY)}`, '/a/Qzvk…'],
    ['percent-encoded in part', '/a/Qzvk%2dopen-Key%2F7f3a', '/a/Qzvk…'],
    ['percent-encoded twice', 'Qzvk%252Dopen%252dKey%252F7f3a', 'Qzvk…'],
    ['beside escapes that are not valid', `/%ff%zz/${KEY.replace('K', '%4b')}`, '/%ff%zz/Qzvk…'],
    ['cut by a message in the middle of an escape', `found "${encoded(KEY).slice(0, 40)}…`, 'found "Qzvk…'],
    ['percent-encoded three times', 'Qzvk%25252Dopen-Key%2F7f3a', 'Qzvk…'],
    ['cut by a message', `found "${KEY.slice(0, 9)}…`, 'found "…'],
    ['cut later by a message', `found "${KEY.slice(0, 12)}… else`, 'found "Qzvk… else'],
    ['in base64 behind Basic', `Basic ${Buffer.from(KEY).toString('base64')} x`, 'Basic UXp2… x'],
    [
      'in base64 behind Basic without padding',
      `Basic ${Buffer.from(`${KEY}:`).toString('base64').slice(0, 26)}`,
      'Basic UXp2…',
    ],
    ['in base64url behind Basic', `Basic ${Buffer.from(`???>>>${KEY}`).toString('base64url')}`, 'Basic Pz8_…'],
    [
      'in base64 with a digit too many',
      `Basic ${Buffer.from(`${KEY}:`).toString('base64').slice(0, 25)}`,
      'Basic UXp2…',
    ],
    ['in base64, with a user before it,', `Basic ${Buffer.from(`user:${KEY}`).toString('base64')} x`, 'Basic dXNl… x'],
    ['behind characters that change their length in lower case', `İİ ${KEY}`, 'İİ Qzvk…'],
  ])('%s', (_where, text, masked) => {
    expect(masking('another', KEY)(text)).toBe(masked);
  });

  it('in JSON, where its quotes are escaped', () => {
    const key = 'a"quoted\\key"';
    expect(masking(key)(JSON.stringify({ x: key }))).toBe('{"x":"a\\"q…"}');
  });

  it('entirely, if one key starts with another', () => {
    expect(masking('key-number-one', 'key-number-one-and-more')('key-number-one-and-more!')).toBe('key-…!');
  });

  it.each([
    ['a', 'a b abba x/a=1', '… b abba x/…=1'],
    ['abcd', 'abcd abcde xabcd /abcd/', '… abcde xabcd /…/'],
    ['abcdefghijk', 'abcdefghijk xabcdefghijk abcdefghijk-x (abcdefghijk)', '… xabcdefghijk abcdefghijk-x (…)'],
    ['abcdefghijkl', 'xabcdefghijklx', 'xabcd…x'],
  ])('even the short key %s, under twelve characters only as a whole word', (key, text, masked) => {
    expect(masking(key)(text)).toBe(masked);
  });

  it('in any surroundings, without other changes', () => {
    const keyText = fc.string({
      unit: fc.constantFrom('a', 'b', 'Z', '-', '/', '"', '%', '.'),
      minLength: 12,
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        fc.array(keyText, { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        fc.string(),
        fc.string(),
        (keys, at, before, after) => {
          const known = new KnownKeys();
          for (const key of keys) known.open(key);
          const key = keys[at % keys.length] as string;
          expect(known.mask(before + key + after).toLowerCase()).not.toContain(key.toLowerCase());
          const foreign = before.replace(/[abzA-Z"%./-]/g, '');
          expect(known.mask(foreign)).toBe(foreign);
        },
      ),
      { seed: 1, numRuns: 1000 },
    );
  });
});

describe('a key that contains an escape', () => {
  const key = 'abcd%41efghij%2Fkl';
  it.each([0, 1, 2, 3])('is masked if it is percent-encoded %i times', (times) => {
    let text = key;
    for (let count = 0; count < times; count++) text = encodeURIComponent(text);
    expect(masking(key)(`/x/${text}/y`)).toBe('/x/abcd…/y');
  });

  it('never shows its decoded form', () => {
    const twice = encodeURIComponent(encodeURIComponent(key));
    expect(masking(key, 'another-known-key')(`${encodeURIComponent(key)} ${twice}`)).toBe('abcd… abcd…');
  });
});

describe('an unknown secret is masked', () => {
  it.each([
    [`?api_key=${UNKNOWN}&x=1`, '?api_key=wjxr…&x=1'],
    [`?Api-Key=${UNKNOWN} x`, '?Api-Key=wjxr… x'],
    [`https://x/?next=1&access_token=${UNKNOWN}`, 'https://x/?next=1&access_token=wjxr…'],
    [`u=https%3A%2F%2Fx%3Ftoken%3D${UNKNOWN}`, 'u=https://x?token=wjxr…'],
    [`{"apiKey": "${UNKNOWN}","a":"b"}`, '{"apiKey": "wjxr…","a":"b"}'],
    [`{"secret":"${UNKNOWN.slice(0, 13)}…`, '{"secret":"wjxr…'],
    [`Bearer ${UNKNOWN}`, 'Bearer wjxr…'],
    [`bearer+${UNKNOWN}, x`, 'bearer+wjxr…, x'],
    [`/__mock/workspaces/w/api-keys/${UNKNOWN}`, '/__mock/workspaces/w/api-keys/wjxr…'],
    [`/__mock/workspaces/w/api%2Dkeys/${UNKNOWN}/x`, '/__mock/workspaces/w/api-keys/wjxr…/x'],
    ['token=short', 'token=…'],
  ])('in %s', (text, masked) => {
    const mask = masking('another');
    expect(mask(text)).toBe(masked);
    expect(mask(masked)).toBe(masked);
  });
});

it.each([
  '/segments/data_series?segment_id=segment_1234&length=7',
  'a header that is not "Bearer <key>"',
  'the header is a known key, but "Bearer " is missing before it',
  'Basic dXNlcjpwYXNz',
  'Basic customers',
  'found the token',
  'Bearer wjxr…',
  '100 % of %zz and %e2%82%ac',
  '',
])('leaves %j unchanged', (text) => {
  expect(masking(KEY, 'another')(text)).toBe(text);
});

describe('a removed key', () => {
  it('is still masked, also after it is added again', () => {
    const keys = new KnownKeys();
    keys.open(KEY);
    keys.retire(KEY);
    expect(keys.mask(KEY)).toBe('Qzvk…');
    keys.open(KEY);
    keys.retire('never-opened');
    expect([keys.mask(KEY), keys.mask('never-opened')]).toEqual(['Qzvk…', 'never-opened']);
  });

  it('is forgotten after 10,000 others, unlike a key in use', () => {
    const keys = new KnownKeys();
    const name = (count: number) => `key-number-${String(count).padStart(6, '0')}`;
    keys.open(KEY);
    for (let count = 0; count < 50_000; count++) {
      keys.open(name(count));
      keys.retire(name(count));
    }
    const remembered = Array.from({ length: 50_000 }, (_key, count) => name(count)).filter((key) => keys.occurIn(key));
    expect(remembered.length).toBeGreaterThanOrEqual(10_000);
    expect(remembered.length).toBeLessThanOrEqual(20_000);
    expect([remembered.at(-1), keys.occurIn(KEY)]).toEqual([name(49_999), true]);
  });
});

it('masks all strings in a value, but no property names', () => {
  const value = { [KEY]: [KEY, 1, null, undefined, { inner: `x ${KEY}` }], ['__proto__']: true };
  const masked = maskStrings(value, masking(KEY));
  expect(masked).toEqual({ [KEY]: ['Qzvk…', 1, null, undefined, { inner: 'x Qzvk…' }], ['__proto__']: true });
});

it('masks the message of an error and keeps its type', () => {
  const error = Object.assign(new TypeError(`bad ${KEY}`), { code: 'E', input: `//${KEY}` });
  const masked = maskedError(error, masking(KEY));
  expect(masked).toBeInstanceOf(TypeError);
  expect(masked).toMatchObject({ message: 'bad Qzvk…', code: 'E', input: '//Qzvk…' });
  expect(masked.stack).toMatch(/^TypeError: bad Qzvk…\n +at /);
});
