import { describe, expect, it } from 'vitest';
import { PROBES } from '../../src/contract/probes.js';
import type { ProfileName } from '../../src/core/profiles/names.js';
import type { SegmentFixture } from '../../src/core/segments/fixture.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { FIDELITY, UNVERIFIABLE } from '../../src/operations/fidelity.js';
import { ioOf } from '../support/contract.js';
import { serverBefore } from '../support/mutated.js';
import { startTestServer } from '../support/server.js';
import { brazeWith, CLOCK, KEY, type Outcome, PROFILES, SEGMENTS, verified } from '../support/verify.js';

const unsettled = ({ verdicts }: Outcome) =>
  [...verdicts.values()]
    .filter(({ id, verdict }) => verdict === 'not probed' && !UNVERIFIABLE.has(id))
    .map(({ id }) => id);

describe.each(PROFILES)('verify against a mock in the profile %s', (profile) => {
  it('finds no drift, and settles every row that has a probe and that the account can settle', async () => {
    const braze = await brazeWith({ profile });
    const outcome = await verified(await serverBefore(braze, CLOCK), { profile });
    expect(outcome.contradicted).toEqual([]);
    expect(outcome.isFine).toBe(true);
    const rows = FIDELITY.filter((row) => row.profile === 'both' || row.profile === profile);
    expect([...outcome.verdicts.keys()]).toEqual(rows.map(({ id }) => id));
    const others = {
      documented: ['limit-shared-by-endpoints', 'limit-counts-400', 'limit-ignores-401'],
      observed: ['observed-403-words'],
    };
    const expected = ['permission-403', 'limit-ignores-403', 'list-page-size', ...others[profile]];
    expect(unsettled(outcome).toSorted()).toEqual(expected.toSorted());
    expect(outcome.requests).toBe(30);
    const { body } = await braze.control('GET', '/workspaces/real/requests?limit=1000');
    const methods = new Set((body as { requests: { method: string }[] }).requests.map(({ method }) => method));
    expect([...methods].toSorted()).toEqual(['GET', 'HEAD']);
  });

  it('finds no drift in the built-in workspaces on the clock of the machine', async () => {
    const { url } = await startTestServer({ profile });
    for (const key of ['YOUR-REST-API-KEY', 'LARGE-REST-API-KEY']) {
      const outcome = await verified(url, { profile }, ioOf({ BRAZE_API_KEY: key }));
      expect([outcome.contradicted, outcome.isFine]).toEqual([[], true]);
      expect(outcome.verdicts.get('list-page-size')?.verdict).toBe(key.startsWith('L') ? 'confirmed' : 'not probed');
    }
  });

  it('finds no drift if the clock of the mock is frozen, and says so', async () => {
    const { url } = await brazeWith({ profile });
    const { contradicted, io } = await verified(url, { profile });
    expect(contradicted).toEqual([]);
    expect(io.told).toContain('the newest day of the server is 2026-03-05: its clock is taken to be there');
  });

  it('names the rows of an endpoint that the key may not call, and settles those of a 403', async () => {
    const permissions = ['segments.list', 'segments.details'] as const;
    const braze = await brazeWith({ profile, apiKeys: [{ key: KEY, permissions: [...permissions] }] });
    const outcome = await verified(await serverBefore(braze, CLOCK), { profile });
    expect(outcome.contradicted).toEqual([]);
    const whyNot = (id: string) => {
      const row = outcome.verdicts.get(id);
      return row?.verdict === 'not probed' ? row.why : row?.verdict;
    };
    expect(whyNot('permission-403')).toBe('confirmed');
    expect(whyNot('required-parameters')).toBe('the API key lacks the permission segments.data_series');
    expect(whyNot('future-refused') ?? whyNot('future-allowed')).toMatch(/lacks the permission segments.data_series$/);
    expect(whyNot('campaigns-empty')).toBe('the API key lacks the permission campaigns.list');
    expect(whyNot('list-order')).toBe('confirmed');
    if (profile === 'observed')
      expect(['observed-403-words', 'limit-ignores-403'].map(whyNot)).toEqual(['confirmed', 'confirmed']);
  });

  it.each<[string, SegmentFixture[], Record<string, RegExp>]>([
    [
      'no segments',
      [],
      { 'windows-agree': /no segment with analytics tracking is listed/, 'list-order': /fewer than two segments/ },
    ],
    [
      'analytics tracking off everywhere',
      [
        { id: 'one', analyticsTrackingEnabled: false },
        { id: 'two', analyticsTrackingEnabled: false },
      ],
      {
        'ending-at-date': /no segment with analytics tracking is listed/,
        'details-fields': /no segment with analytics/,
      },
    ],
    [
      'one segment that is empty',
      [{ id: 'one', size: 0, createdAt: '2024-01-01' }],
      { 'no-day-before-creation': /the replies do not settle it/ },
    ],
    [
      'more segments than a page',
      Array.from({ length: 101 }, (_, index) => ({ id: `segment-${index}` })),
      { 'list-order': /more than one page/ },
    ],
    [
      'a segment of yesterday',
      [{ id: 'one', createdAt: '2026-03-04' }],
      { 'no-day-before-creation': /the segment is too young/ },
    ],
    [
      'a segment of an unknown date',
      [{ id: 'one' }],
      { 'no-day-before-creation': /the date of the creation is unknown/ },
    ],
    ['days without a snapshot', [{ id: 'one', missingDays: ['2026-03-05', '2026-03-02', '2026-01-10'] }], {}],
  ])('says what cannot be probed with an account that has %s', async (_what, segments, reasons) => {
    const braze = await brazeWith({ profile, segments });
    const { contradicted, verdicts } = await verified(await serverBefore(braze, CLOCK), { profile });
    expect(contradicted).toEqual([]);
    for (const [id, why] of Object.entries(reasons))
      expect(verdicts.get(id)).toMatchObject({ verdict: 'not probed', why: expect.stringMatching(why) });
    expect(verdicts.get('unknown-key-401')?.verdict).toBe('confirmed');
  });

  it('probes the segment that is named, listed or not', async () => {
    const segments = [...SEGMENTS, { id: 'hidden', listed: false, createdAt: '2025-01-01' }];
    const braze = await brazeWith({ profile, segments });
    const { contradicted } = await verified(await serverBefore(braze, CLOCK), { profile, segment: 'hidden' });
    expect(contradicted).toEqual([]);
    const { body } = await braze.control('GET', '/workspaces/real/requests?limit=1000');
    const { requests } = body as { requests: { query: Record<string, string> }[] };
    expect(requests.some(({ query }) => query['segment_id'] === 'hidden')).toBe(true);
    expect(requests.some(({ query }) => query['segment_id'] === 'a2c1')).toBe(false);
  });
});

describe('the rows of the fidelity table', () => {
  it('have a probe, or a reason why none can settle them', async () => {
    const settled = new Set<string>();
    const accounts: [string, Partial<WorkspaceFixture>][] = [
      ['all', {}],
      ['forbidden', { apiKeys: [{ key: KEY, permissions: ['segments.list'] }] }],
      ['large', { segments: Array.from({ length: 101 }, (_, index) => ({ id: `s${index}` })) }],
    ];
    for (const profile of PROFILES)
      for (const [, account] of accounts) {
        const { verdicts } = await verified(await serverBefore(await brazeWith({ ...account, profile }), CLOCK), {
          profile,
        });
        for (const { id, verdict } of verdicts.values()) if (verdict === 'confirmed') settled.add(id);
      }
    const ids = FIDELITY.map(({ id }) => id);
    expect(ids.filter((id) => !settled.has(id))).toEqual(ids.filter((id) => UNVERIFIABLE.has(id)));
    expect([...UNVERIFIABLE.keys()].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('need at most 30 requests', () => {
    expect(PROBES.length).toBeLessThanOrEqual(30);
  });
});

describe('verify against the other profile', () => {
  it.each<[ProfileName, string[]]>([
    [
      'documented',
      [
        'series-shape',
        'message-first',
        'window-includes-midnight',
        'missing-day-left-out',
        'future-allowed',
        'all-problems-together',
        'unknown-segment-404',
        'limit-reset-full',
        'error-envelope',
        'error-codes',
        'content-type-charset',
        'no-other-headers',
        'other-paths',
        'analytics-off-422',
      ],
    ],
    [
      'observed',
      [
        'row-bare-date',
        'payload-first',
        'window-excludes-midnight',
        'exactly-length-rows',
        'future-refused',
        'observed-401',
        'observed-401-without-key',
        'malformed-segment-400',
        'unknown-segment-400',
        'limit-clock-hour',
        'error-plain',
        'error-plain-words',
        'observed-headers',
        'etag-304',
        'other-paths',
        'observed-analytics-off',
      ],
    ],
  ])('%s names every difference', async (profile, rows) => {
    const other = PROFILES.find((name) => name !== profile) as ProfileName;
    const { contradicted, isFine } = await verified(await serverBefore(await brazeWith({ profile: other }), CLOCK), {
      profile,
    });
    expect(contradicted.toSorted()).toEqual(rows.toSorted());
    expect(isFine).toBe(false);
  });
});
