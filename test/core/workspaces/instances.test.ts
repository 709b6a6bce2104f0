import { expect, it } from 'vitest';
import { instanceOfHost, INSTANCES } from '../../../src/core/workspaces/instances.js';

it('knows the 13 instances of the reference and JP-01 by every spelling of their REST hosts', () => {
  const hosts = Object.fromEntries(
    (Object.keys(INSTANCES) as (keyof typeof INSTANCES)[]).map((name) => [name, INSTANCES[name]]),
  );
  expect(hosts).toEqual({
    'US-01': ['rest.iad-01.braze.com'],
    'US-02': ['rest.iad-02.braze.com'],
    'US-03': ['rest.iad-03.braze.com'],
    'US-04': ['rest.iad-04.braze.com'],
    'US-05': ['rest.iad-05.braze.com'],
    'US-06': ['rest.iad-06.braze.com'],
    'US-07': ['rest.iad-07.braze.com'],
    'US-08': ['rest.iad-08.braze.com'],
    'US-10': ['rest.iad-10.braze.com', 'rest.us-10.braze.com'],
    'EU-01': ['rest.fra-01.braze.com', 'rest.fra-01.braze.eu'],
    'EU-02': ['rest.fra-02.braze.com', 'rest.fra-02.braze.eu'],
    'AU-01': ['rest.ap-01.braze.com', 'rest.au-01.braze.com'],
    'ID-01': ['rest.ap-02.braze.com', 'rest.id-01.braze.com'],
    'JP-01': ['rest.jp-01.braze.com'],
  });
});

it.each([
  ['rest.iad-01.braze.com', 'US-01'],
  ['rest.iad-10.braze.com', 'US-10'],
  ['rest.iad-01.braze.com:443', 'US-01'],
  ['rest.iad-01.braze.com.', 'US-01'],
  ['rest.iad-01.braze.com.:27293', 'US-01'],
  ['REST.IAD-01.Braze.COM', 'US-01'],
  ['rest.fra-01.braze.eu', 'EU-01'],
  ['rest.fra-02.braze.com', 'EU-02'],
  ['rest.ap-01.braze.com', 'AU-01'],
  ['rest.ap-02.braze.com', 'ID-01'],
  ['rest.us-10.braze.com', 'US-10'],
  ['rest.au-01.braze.com:443', 'AU-01'],
  ['Rest.ID-01.braze.com.', 'ID-01'],
  ['rest.jp-01.braze.com', 'JP-01'],
])('maps the host %s to %s', (host, name) => {
  expect(instanceOfHost(host)).toBe(name);
});

it.each([
  [undefined],
  [''],
  ['localhost:27293'],
  ['127.0.0.1'],
  ['[::1]:27293'],
  ['braze-mock'],
  ['iad-01.braze.com'],
  ['sdk.iad-01.braze.com'],
  ['rest.iad-09.braze.com'],
  ['rest.iad-01.braze.eu'],
  ['rest.us-01.braze.com'],
  ['rest.jp-01.braze.eu'],
  ['rest.iad-01.braze.com.example.org'],
  ['rest.iad-01Xbraze.com'],
])('maps the host %s to no instance', (host) => {
  expect(instanceOfHost(host)).toBeUndefined();
});
