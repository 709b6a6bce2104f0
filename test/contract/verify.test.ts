import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROBES } from '../../src/contract/probes.js';
import { Evidence, type Verdict } from '../../src/contract/verdicts.js';
import { Upstream } from '../../src/contract/upstream.js';
import { verify, type VerifyOptions } from '../../src/contract/verify.js';
import type { ProfileName } from '../../src/core/profiles/names.js';
import type { SegmentFixture } from '../../src/core/segments/fixture.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { FIDELITY, UNVERIFIABLE } from '../../src/operations/fidelity.js';
import { checker } from '../../src/schema/checker.js';
import { commandInProcess, outcomeOf } from '../support/command.js';
import { httpServer, ioOf, type RecordedIo, temporaryFolder } from '../support/contract.js';
import { startTestServer, type TestServer } from '../support/server.js';

const CLOCK = '2026-03-05T09:20:00Z';
const KEY = '8f6ad2a1-5f0b-4f3c-9b1e-2d7c44a0e911';
const PROFILES = ['documented', 'observed'] as const;

const SEGMENTS: SegmentFixture[] = [
  {
    id: 'a2c1',
    name: 'VIP Oslo',
    tags: ['x'],
    teams: ['t'],
    description: 'secret plan',
    createdAt: '2024-01-10T08:00:00Z',
  },
  { id: 'off-1', analyticsTrackingEnabled: false, createdAt: '2024-02-01' },
  { id: 'third', createdAt: '2024-03-01' },
];

function brazeWith(workspace: Partial<WorkspaceFixture> = {}): Promise<TestServer> {
  const workspaces = [{ name: 'real', apiKeys: [{ key: KEY }], segments: SEGMENTS, ...workspace }];
  // Replies to unknown keys are worded by the profile of the server.
  return startTestServer({ clock: CLOCK, workspaces, ...(workspace.profile && { profile: workspace.profile }) });
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}
/** Alters a reply before it is sent. */
type Mutation = (answer: Answer, asked: URL & { headers: Record<string, unknown>; method: string }) => void;

/** A server in front of a mock that tells the mock's time as its date and alters replies. */
function serverBefore(braze: TestServer, mutate: Mutation = () => undefined): Promise<string> {
  const upstream = new Upstream(braze.url, new AbortController().signal);
  const listener: RequestListener = ({ method = '', url = '', headers }, response) => {
    const sent = Object.entries(headers).filter(([name]) => ['authorization', 'if-none-match'].includes(name));
    const request = { method, target: url, headers: Object.fromEntries(sent) as Record<string, string> };
    void upstream.send(request).then((reply) => {
      const {
        connection: _,
        'transfer-encoding': __,
        'content-length': ___,
        'keep-alive': ____,
        ...kept
      } = reply.headers;
      const answer = { status: reply.status, headers: kept as Record<string, string>, text: reply.body.toString() };
      const asked = Object.assign(new URL(url.replace(/^\/+/, '/'), 'http://x'), { headers, method });
      answer.headers['date'] = new Date(CLOCK).toUTCString();
      mutate(answer, asked);
      response.writeHead(answer.status, answer.headers).end(answer.text);
    });
  };
  return httpServer(listener);
}

interface Outcome {
  isFine: boolean;
  verdicts: Map<string, Verdict>;
  contradicted: string[];
  text: string;
  requests: number;
  io: RecordedIo;
}

async function verified(
  against: string,
  options: Partial<VerifyOptions> = {},
  io = ioOf({ BRAZE_API_KEY: KEY }),
): Promise<Outcome> {
  let text = '';
  io.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const isFine = await verify({ against, profile: 'observed', format: 'json', force: false, ...options }, io);
  const { rows, requests } = JSON.parse(text) as { rows: Verdict[]; requests: number };
  const contradicted = rows.filter(({ verdict }) => verdict === 'contradicted').map(({ id }) => id);
  return { isFine, verdicts: new Map(rows.map((row) => [row.id, row])), contradicted, text, requests, io };
}

const unsettled = ({ verdicts }: Outcome) =>
  [...verdicts.values()]
    .filter(({ id, verdict }) => verdict === 'not probed' && !UNVERIFIABLE.has(id))
    .map(({ id }) => id);

describe.each(PROFILES)('verify against a mock in the profile %s', (profile) => {
  it('finds nothing, and settles every row that has a probe and that the account can settle', async () => {
    const braze = await brazeWith({ profile });
    const outcome = await verified(await serverBefore(braze), { profile });
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

  it('finds nothing at the built-in workspaces on the clock of the machine', async () => {
    const { url } = await startTestServer({ profile });
    for (const key of ['YOUR-REST-API-KEY', 'LARGE-REST-API-KEY']) {
      const outcome = await verified(url, { profile }, ioOf({ BRAZE_API_KEY: key }));
      expect([outcome.contradicted, outcome.isFine]).toEqual([[], true]);
      expect(outcome.verdicts.get('list-page-size')?.verdict).toBe(key.startsWith('L') ? 'confirmed' : 'not probed');
    }
  });

  it('finds nothing where the clock of the mock is frozen, and tells so', async () => {
    const { url } = await brazeWith({ profile });
    const { contradicted, io } = await verified(url, { profile });
    expect(contradicted).toEqual([]);
    expect(io.told).toContain('the newest day of the server is 2026-03-05: its clock is taken to be there');
  });

  it('names the rows of an endpoint that the key may not call, and settles those of a 403', async () => {
    const permissions = ['segments.list', 'segments.details'] as const;
    const braze = await brazeWith({ profile, apiKeys: [{ key: KEY, permissions: [...permissions] }] });
    const outcome = await verified(await serverBefore(braze), { profile });
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
  ])('says what cannot be probed at an account with %s', async (_what, segments, reasons) => {
    const braze = await brazeWith({ profile, segments });
    const { contradicted, verdicts } = await verified(await serverBefore(braze), { profile });
    expect(contradicted).toEqual([]);
    for (const [id, why] of Object.entries(reasons))
      expect(verdicts.get(id)).toMatchObject({ verdict: 'not probed', why: expect.stringMatching(why) });
    expect(verdicts.get('unknown-key-401')?.verdict).toBe('confirmed');
  });

  it('probes the segment that is named, listed or not', async () => {
    const segments = [...SEGMENTS, { id: 'hidden', listed: false, createdAt: '2025-01-01' }];
    const braze = await brazeWith({ profile, segments });
    const { contradicted } = await verified(await serverBefore(braze), { profile, segment: 'hidden' });
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
        const { verdicts } = await verified(await serverBefore(await brazeWith({ ...account, profile })), { profile });
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
    const { contradicted, isFine } = await verified(await serverBefore(await brazeWith({ profile: other })), {
      profile,
    });
    expect(contradicted.toSorted()).toEqual(rows.toSorted());
    expect(isFine).toBe(false);
  });
});
