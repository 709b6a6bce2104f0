import { describe, expect, it } from 'vitest';
import { routeHash, parseHash, type Route } from '../../../src/ui/state/route.js';

describe('the hash', () => {
  it.each<Route>([
    { workspace: 'default', view: 'segments', id: undefined, query: {} },
    { workspace: 'a b/c', view: 'segments', id: 'é/?#%', query: { range: '90', compare: ':x&y=z' } },
    { workspace: 'default', view: 'requests', id: '12', query: { q: '100 %', tab: 'strays' } },
  ])('holds %j', (route) => {
    expect(parseHash(routeHash(route))).toEqual(route);
  });

  it.each([
    ['', { workspace: '', view: 'segments', id: undefined, query: {} }],
    ['#/default', { workspace: 'default', view: 'segments', id: undefined, query: {} }],
    ['#/default/nothing/%E0%A4%A', { workspace: 'default', view: 'segments', id: '%E0%A4%A', query: {} }],
  ])('of %j is read as far as it can be', (hash, route) => {
    expect(parseHash(hash)).toEqual(route);
  });
});
