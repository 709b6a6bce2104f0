import { describe, expect, it } from 'vitest';
import { encodePermitted, permits } from '../../../src/server/tls/name-constraints.js';

const DOMAINS = ['braze.com', 'localhost', `${'long.'.repeat(40)}test`];
const RANGES = ['127.0.0.0/8', '172.16.0.0/12', '192.0.2.7', '::1', 'fc00::/7', '2001:db8:0:1::/64'];

it.each([
  ['10.0.0.0/8', '3015a01330058203612e62300a87080a000000ff000000'],
  ['172.16.0.0/12', '3015a01330058203612e62300a8708ac100000fff00000'],
  ['192.0.2.7/32', '3015a01330058203612e62300a8708c0000207ffffffff'],
  ['192.0.2.7', '3015a01330058203612e62300a8708c0000207ffffffff'],
  ['::1', `302da02b30058203612e623022872000000000000000000000000000000001${'ff'.repeat(16)}`],
  ['::1/128', `302da02b30058203612e623022872000000000000000000000000000000001${'ff'.repeat(16)}`],
  [
    '2001:db8:0:1::/64',
    `302da02b30058203612e623022872020010db800000001${'00'.repeat(8)}${'ff'.repeat(8)}${'00'.repeat(8)}`,
  ],
  ['::ffff:192.0.2.1/128', `302da02b30058203612e6230228720${'00'.repeat(10)}ffffc0000201${'ff'.repeat(16)}`],
])('a domain and %s are encoded as OpenSSL encodes them', (range, hex) => {
  expect(Buffer.from(encodePermitted(['a.b', range])).toString('hex')).toBe(hex);
});

describe('encoded constraints', () => {
  const isPermitted = permits(encodePermitted([...DOMAINS, ...RANGES]));

  it.each([
    'braze.com',
    'rest.iad-01.braze.com',
    'localhost',
    'a.localhost',
    `x.${'long.'.repeat(40)}test`,
    '127.0.0.1',
    '127.255.0.1',
    '172.31.255.255',
    '192.0.2.7',
    '::1',
    'fdab::1',
    '2001:db8:0:1:ffff::',
  ])('permit %s', (host) => expect(isPermitted(host)).toBe(true));

  it.each([
    'notbraze.com',
    'braze.com.evil.test',
    'com',
    'braze-mock',
    '',
    '128.0.0.1',
    '172.32.0.0',
    '172.15.255.255',
    '192.0.2.8',
    '::2',
    'fe00::',
    '2001:db8:0:2::',
  ])('do not permit %s', (host) => expect(isPermitted(host)).toBe(false));
});

it('use the long form of lengths if there are many', () => {
  const domains = Array.from({ length: 100 }, (_none, index) => `host-${index}.test`);
  const isPermitted = permits(encodePermitted(domains));
  expect(domains.every(isPermitted)).toBe(true);
  expect(isPermitted('host-100.test')).toBe(false);
});
