import { expect, it } from 'vitest';
import { type Lab, QUICK } from './lab.js';
import { library } from './library.js';

it('measures each operation of the library from dist', async () => {
  const told: string[] = [];
  const lab = { effort: { ...QUICK, libraryRuns: 1 }, tell: (progress: string) => void told.push(progress) };
  const rows = await library(lab as Lab);
  expect(rows.map(({ figure, limit }) => [figure, limit])).toEqual([
    ['library: createMock()', '≤ 5 ms'],
    ['library: mock.fetch, 30 days', '≤ 0.2 ms'],
    ['library: startMock() and stop()', '≤ 25 ms'],
    ['library: createWorkspace()', '≤ 0.1 ms'],
    ['library: a useMock test with one request', '≤ 3 ms'],
  ]);
  for (const { mock } of rows) expect(mock).toMatch(/^\d+(\.\d+)? (µs|ms)$/);
  expect(told).toEqual(['library: 1 runs each']);
});
