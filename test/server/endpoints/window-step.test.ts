import { describe, expect, it } from 'vitest';
import type { EntryView } from '../../../src/core/journal/entry.js';
import type { SegmentFixture } from '../../../src/core/segments/fixture.js';
import type { WorkspaceFixture } from '../../../src/core/workspaces/fixture.js';
import { bearer, startTestServer } from '../../support/server.js';

const NOW = '2024-01-10T12:00:00Z';

interface Case {
  workspace?: Partial<WorkspaceFixture>;
  segment?: Partial<SegmentFixture>;
  query?: string;
}

/** What the journal has of one request, and the rows of its reply. */
async function ask({ workspace = {}, segment = {}, query = 'length=10' }: Case) {
  const fixture = { name: 'default', apiKeys: [{ key: 'KEY' }], segments: [{ id: 's', size: 5, ...segment }] };
  const server = await startTestServer({ clock: NOW, workspaces: [{ ...fixture, ...workspace }] });
  const reply = await server.get(`/segments/data_series?segment_id=s&${query}`, bearer('KEY'));
  const { body } = await server.control('GET', '/workspaces/default/requests');
  const { explain, warnings } = (body as { requests: [EntryView] }).requests[0];
  return { rows: (reply.body as { data: { size: number }[] }).data, step: explain.at(-1), warnings };
}

const CASES: [what: string, case_: Case, served: number, causes: string][] = [
  ['the future', { query: 'length=10&ending_at=2024-01-13' }, 7, '3 in the future'],
  ['days not processed', { workspace: { processingDelay: 'PT48H' } }, 8, '2 not processed yet'],
  ['days not retained', { workspace: { retentionDays: 4 } }, 5, '5 no longer retained'],
  ['the creation', { segment: { createdAt: '2024-01-08T01:00:00Z' } }, 2, '8 before the segment was created'],
  ['gaps', { segment: { gaps: 'omit', points: { '2024-01-05': 1 } } }, 1, '9 missing in the fixture'],
  ['missing days', { segment: { missingDays: ['2024-01-05'] } }, 9, '1 missing in the fixture'],
  [
    'all of them at once',
    {
      workspace: { processingDelay: 'P1D', retentionDays: 3 },
      segment: { createdAt: '2024-01-05', missingDays: ['2024-01-08'] },
      query: 'length=10&ending_at=2024-01-12',
    },
    2,
    '2 in the future, 1 not processed yet, 2 before the segment was created, 2 no longer retained, 1 missing in the fixture',
  ],
  ['the year 0', { query: 'length=10&ending_at=0000-01-04' }, 4, '6 outside the years 0 to 9999'],
];

describe('in the profile documented', () => {
  it.each(CASES)('reports and warns that %s shortened the reply', async (_what, case_, served, causes) => {
    const { rows, step, warnings } = await ask(case_);
    expect(rows).toHaveLength(served);
    const left = causes.split(', ').reduce((sum, cause) => sum + Number.parseInt(cause, 10), 0);
    expect(left + served).toBe(10);
    const decided = expect.stringMatching(new RegExp(`^${served} of 10 days served; left out: `)) as string;
    expect(step).toMatchObject({ check: 'window', decided });
    expect(step?.decided.split(': ')[1]?.split(', ').toSorted()).toEqual(causes.split(', ').toSorted());
    expect(warnings).toEqual([`${step?.decided ?? ''}; the clock says 2024-01-10T12:00:00.000Z`]);
  });

  it('reports the days of a complete window, without a warning', async () => {
    const { step, warnings } = await ask({ query: 'length=10&ending_at=2024-01-05T12:00:00Z' });
    expect(step).toEqual({
      check: 'window',
      saw: '2023-12-27 to 2024-01-05, at 2024-01-10T12:00:00.000Z',
      decided: '10 days served',
    });
    expect(warnings).toEqual([]);
  });
});

describe('in the profile observed', () => {
  it.each(CASES.filter(([, { query = '' }]) => !/01-1[1-9]|0000/.test(query)))(
    'reports and warns that rows are zero-filled because of %s',
    async (_what, { workspace, ...rest }, served, causes) => {
      // A midnight `ending_at` is not in the window.
      const query = 'length=10&ending_at=2024-01-10T06:00:00Z';
      const { rows, step, warnings } = await ask({ ...rest, query, workspace: { ...workspace, profile: 'observed' } });
      expect(rows).toHaveLength(10);
      expect(rows.filter(({ size }) => size > 0)).toHaveLength(served);
      expect(step?.decided).toBe(`${served} of 10 days have a snapshot; zero-filled: ${causes}`);
      expect(warnings).toEqual([`${step?.decided ?? ''}; the clock says 2024-01-10T12:00:00.000Z`]);
    },
  );
});

describe('a page past the last one', () => {
  const warningsOf = async (path: string, key = 'YOUR-REST-API-KEY') => {
    const server = await startTestServer();
    await server.get(path, bearer(key));
    const { body } = await server.control('GET', `/workspaces/${key.startsWith('L') ? 'large' : 'default'}/requests`);
    return (body as { requests: [EntryView] }).requests[0].warnings;
  };

  it.each([
    ['/segments/list?page=1', undefined, /^page 1 is past the last one: the workspace lists \d+ segments; /],
    ['/segments/list?page=1&sort_direction=desc', undefined, /^page 1 /],
    [`/segments/list?page=${'9'.repeat(400)}`, undefined, /^page Infinity /],
    ['/segments/list?page=2', 'LARGE-REST-API-KEY', /lists 120 segments/],
    ['/campaigns/list?page=1', undefined, /^page 1 is past the last one: the workspace lists 0 campaigns/],
  ])('%s with the key %s has a warning', async (path, key, words) => {
    expect(await warningsOf(path, key)).toEqual([expect.stringMatching(words)]);
  });

  it.each([
    ['/segments/list', undefined],
    ['/segments/list?page=0', undefined],
    ['/segments/list?page=1', 'LARGE-REST-API-KEY'],
    ['/campaigns/list?page=0', undefined],
  ])('%s with the key %s has none', async (path, key) => {
    expect(await warningsOf(path, key)).toEqual([]);
  });
});
