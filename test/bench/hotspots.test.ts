import { expect, it } from 'vitest';
import { hotspotsOf, ownersOf, sourcesNamedIn } from './hotspots.js';

const frames = [
  ['(idle)', ''],
  ['(garbage collector)', ''],
  ['writev', ''],
  ['readDataSeriesQuery', 'file:///project/dist/chunks/query.js'],
  ['buildApp', 'file:///project/dist/chunks/app.js'],
  ['', '/project/node_modules/fastify/lib/reply.js'],
  ['isA', 'file:///project/node_modules/fastify/node_modules/@scope/name/index.js'],
  ['_storeHeader', 'node:_http_outgoing'],
  ['emit', 'node:events'],
  ['hook', 'file:///project/test/bench/bare.mjs'],
] as const;
const nodes = frames.map(([functionName, url], id) => ({ id, callFrame: { functionName, url, lineNumber: 6 } }));

const sources = sourcesNamedIn((url) => {
  const [, name] = /chunks\/(\w+)/.exec(url) ?? [];
  if (name === undefined) return 'code';
  return `// src/earlier.ts\n\n// src/${name === 'query' ? 'http/query' : name}.ts\n// a comment\n\n\ncode\n// src/later.ts`;
});

it('attributes self time to each function and its owner', () => {
  const samples = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3];
  const hotspots = hotspotsOf({ nodes, samples, timeDeltas: [1000, 90, 80, 30, 60, 50, 40, 35, 20, 10, 40] }, sources);
  expect(hotspots.map(({ name, microseconds }) => [name, microseconds])).toEqual([
    ['(garbage collector)', 90],
    ['writev', 80],
    ['readDataSeriesQuery src/http/query.ts, line 7 of query.js', 70],
    ['buildApp src/app.ts, line 7 of app.js', 60],
    ['(anonymous) fastify/lib/reply.js:7', 50],
    ['isA @scope/name/index.js:7', 40],
    ['_storeHeader node:_http_outgoing:7', 35],
    ['emit node:events:7', 20],
    ['hook bare.mjs:7', 10],
  ]);
  expect([...ownersOf(hotspots)]).toEqual([
    ['garbage collection', 90],
    ['native', 80],
    ['mock: http', 70],
    ['mock: app', 60],
    ['fastify', 50],
    ['@scope/name', 40],
    ['node:http', 35],
    ['node:events', 20],
    ['bare Fastify itself', 10],
  ]);
});

it('leaves out samples taken before the start', () => {
  const hotspots = hotspotsOf({ nodes, samples: [2, 2, 8], timeDeltas: [10, 20, 30] }, sources, 25);
  expect(hotspots.map(({ name, microseconds }) => [name, microseconds])).toEqual([
    ['emit node:events:7', 30],
    ['writev', 20],
  ]);
});
