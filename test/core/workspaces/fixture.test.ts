import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../src/schema/problems.js';
import { checkFixture } from '../../../src/core/workspaces/fixture.js';

const FIELDS_OF_A_WORKSPACE =
  'name, instance, profile, retentionDays, processingDelay, rateLimit, apiKeys, segments, faults, storyboards, clock, journalSize';
const FIELDS_OF_A_SEGMENT =
  'id, name, description, textDescription, tags, teams, type, analyticsTrackingEnabled, createdAt, updatedAt, listed, size, subsetOf, anchor, points, missingDays, ' +
  'gaps, growthPerYear, churnPerYear, weekly, yearly, campaigns, definitionChanges, noise, fault';

function problemsOf(document: unknown): string[] {
  const checked = checkFixture(document);
  return checked.ok ? [] : checked.problems.map(describeProblem);
}

const workspace = (fields: object) => ({ workspaces: [{ name: 'w', ...fields }] });
const segment = (fields: object) => workspace({ segments: [{ id: 's', ...fields }] });
const notBefore = (createdAt: string) => `an instant not before the segment's createdAt, ${createdAt}`;
const after = (anchor: string) =>
  `a day after the segment's anchor, ${anchor}, on which its true size is as given (set an earlier anchor)`;

describe('subsets in a file', () => {
  const subset = (id: string, parent: string) => ({ id, subsetOf: { segment: parent, share: 0.5 } });
  const at = (index: number, found: string, expected: string) =>
    `$.workspaces[0].segments[${index}].subsetOf.segment: found "${found}", expected ${expected}`;
  const none = (circle: string) => `a segment that is not itself a subset of this one (${circle})`;

  it.each([
    ['come before or after their parent', [subset('c', 'b'), subset('b', 'a'), { id: 'a' }], []],
    ['need a parent', [subset('b', 'nowhere')], [at(0, 'nowhere', 'the id of another segment of the workspace')]],
    ['are not their own', [subset('a', 'a')], [at(0, 'a', none('a → a'))]],
    [
      'are in no circle; those that lead into one are not at fault',
      [subset('a', 'b'), subset('b', 'a'), subset('c', 'a')],
      [at(0, 'b', none('a → b → a')), at(1, 'a', none('b → a → b'))],
    ],
  ])('%s', (_rule, segments, problems) => {
    expect(problemsOf(workspace({ segments }))).toEqual(problems);
  });

  it('are in chains of at most 20', () => {
    const chain = Array.from({ length: 21 }, (_, index) => subset(`s${index}`, `s${index + 1}`));
    const of = (count: number) => problemsOf(workspace({ segments: [...chain.slice(-count + 1), { id: 's21' }] }));
    expect(of(20)).toEqual([]);
    expect(of(21)).toEqual([at(0, 's2', 'a chain of at most 20 segments up to one without subsetOf')]);
  });

  it('have their parent in their own workspace', () => {
    const workspaces = [
      { name: 'one', segments: [{ id: 'a' }] },
      { name: 'other', segments: [subset('b', 'a')] },
    ];
    expect(problemsOf({ workspaces })).toHaveLength(1);
  });
});

describe('a valid file', () => {
  it.each([
    ['a name alone', workspace({})],
    ['the schema that editors want', { $schema: './schema.json', ...workspace({}) }],
    ['a key alone and an id alone', workspace({ apiKeys: [{ key: 'k' }], segments: [{ id: 's' }] })],
    [
      'one segment id in two workspaces',
      { workspaces: ['a', 'b'].map((name) => ({ name, segments: [{ id: 'shared' }] })) },
    ],
    [
      "every field of the wire contract's example",
      workspace({
        instance: 'US-01',
        profile: 'documented',
        retentionDays: 730,
        processingDelay: 'PT4H',
        rateLimit: { capacity: 250_000, refillPerHour: 250_000 },
        apiKeys: [{ key: 'YOUR-REST-API-KEY', permissions: ['segments.data_series'] }],
        segments: [
          {
            id: 'segment_1234',
            name: 'Active in the last 30 days',
            description: '',
            tags: [],
            teams: [],
            type: 'dynamic',
            analyticsTrackingEnabled: true,
            createdAt: '2021-03-01',
            size: 250_000,
            anchor: '2024-01-01',
            points: { '2023-12-25': 248_576 },
            gaps: 'generate',
          },
        ],
      }),
    ],
    ['a limit that is off', workspace({ rateLimit: 'off' })],
    ['the longest name', { workspaces: [{ name: 'A-z.0_9'.padEnd(64, 'x') }] }],
    ['the largest size', segment({ size: Number.MAX_SAFE_INTEGER })],
    [
      'an update at the very instant of the creation',
      segment({ createdAt: '2021-03-01T02:00:00+02:00', updatedAt: '2021-03-01' }),
    ],
    ['an update of a segment that does not say when it was created', segment({ updatedAt: '1999-01-01' })],
    ['a leap day everywhere', segment({ anchor: '2020-02-29', createdAt: '2020-02-29', points: { '2020-02-29': 1 } })],
    [
      'points in the forms of both profiles, in any order',
      segment({
        points: [
          { time: '2024-01-02', size: 5 },
          { time: '2024-01-01T00:00:00+00:00', size: 0 },
        ],
      }),
    ],
    ['no points', segment({ points: [] })],
    ['instants as days of points', segment({ points: { '2024-01-01T00:00:00Z': 1, '2024-01-01T19:00:00-5:00': 1 } })],
    ['a yearly peak on a leap day', segment({ yearly: { amplitude: 0.1, peak: '02-29' } })],
    ['changes the day after the anchor', segment({ definitionChanges: [{ on: '2024-01-02', size: 1 }] })],
    ['a campaign after an early anchor', segment({ anchor: '2020-01-01', campaigns: [{ on: '2020-01-02', lift: 1 }] })],
  ])('accepts %s', (_what, document) => {
    expect(problemsOf(document)).toEqual([]);
  });
});

describe('an invalid file', () => {
  const NAME = '1 to 64 of A-Z a-z 0-9 . _ -';
  const KEY = '1 to 256 visible ASCII characters';
  const DATE = 'a calendar date, YYYY-MM-DD';
  const SIZE = 'a whole number from 0 to 9007199254740991';
  const MIDNIGHT = 'a UTC midnight, when snapshots are taken, such as 2024-01-31 or 2024-01-31T00:00:00+00:00';
  const MONTH_DAY = 'a month and a day that it has, MM-DD';
  const INSTANT = 'an ISO 8601 instant, such as 2024-01-31T12:00:00Z, or a date, YYYY-MM-DD';
  const DURATION = 'an ISO 8601 duration in weeks, days, hours, minutes and seconds, such as PT4H';

  it.each([
    [null, '$: found null, expected an object'],
    [[], '$: found [], expected an object'],
    ['text', '$: found "text", expected an object'],
    [{}, '$.workspaces: found nothing, expected a list with at least 1 entry'],
    [{ workspaces: [] }, '$.workspaces: found [], expected a list with at least 1 entry'],
    [{ workspaces: {} }, '$.workspaces: found {}, expected a list with at least 1 entry'],
    [{ workspaces: [null] }, '$.workspaces[0]: found null, expected an object'],
    [{ ...workspace({}), extra: 1 }, '$.extra: found an unknown field with 1, expected one of $schema, workspaces'],
    [{ workspaces: [{}] }, `$.workspaces[0].name: found nothing, expected ${NAME}`],
    [{ workspaces: [{ name: 'a b' }] }, `$.workspaces[0].name: found "a b", expected ${NAME}`],
    [{ workspaces: [{ name: 'x\n' }] }, `$.workspaces[0].name: found "x\\n", expected ${NAME}`],
    [{ workspaces: [{ name: 'x'.repeat(65) }] }, `$.workspaces[0].name: found "${'x'.repeat(65)}", expected ${NAME}`],
  ])('%j is rejected: %s', (document, problem) => {
    expect(problemsOf(document)).toEqual([problem]);
  });

  it.each([
    [{ 'api-keys': [] }, `["api-keys"]: found an unknown field with [], expected one of ${FIELDS_OF_A_WORKSPACE}`],
    [{ profile: 'strict' }, '.profile: found "strict", expected "documented" or "observed"'],
    [{ retentionDays: -1 }, '.retentionDays: found -1, expected a whole number of at least 0'],
    [{ retentionDays: '730' }, '.retentionDays: found "730", expected a whole number of at least 0'],
    [{ processingDelay: '4h' }, `.processingDelay: found "4h", expected ${DURATION}`],
    [{ processingDelay: 'P1M' }, `.processingDelay: found "P1M", expected ${DURATION}`],
    [{ rateLimit: 'none' }, '.rateLimit: found "none", expected capacity, refillPerHour or both or "off"'],
    [{ rateLimit: {} }, '.rateLimit: found {}, expected capacity, refillPerHour or both'],
    [{ rateLimit: { capacity: 0 } }, '.rateLimit.capacity: found 0, expected a whole number from 1 to 1000000000'],
    [
      { rateLimit: { refillPerHour: 0 } },
      '.rateLimit.refillPerHour: found 0, expected a whole number from 1 to 1000000000',
    ],
    [{ journalSize: -1 }, '.journalSize: found -1, expected a whole number from 0 to 1000000'],
    [{ apiKeys: [{}] }, `.apiKeys[0].key: found nothing, expected ${KEY}`],
    [{ apiKeys: [{ key: 'with space' }] }, `.apiKeys[0].key: found "…", expected ${KEY}`],
    [
      { apiKeys: [{ key: 'k', permissions: ['campaigns.details'] }] },
      '.apiKeys[0].permissions[0]: found "campaigns.details", expected "segments.data_series", "segments.list", "segments.details" or "campaigns.list"',
    ],
    [
      { faults: [{ effect: { status: 200 } }] },
      '.faults[0].effect.status: found 200, expected a whole number from 400 to 599',
    ],
    [{ faults: [{}] }, '.faults[0].effect: found nothing, expected an object'],
  ])('a workspace with %j is rejected: %s', (fields, problem) => {
    expect(problemsOf(workspace(fields))).toEqual([`$.workspaces[0]${problem}`]);
  });

  it.each([
    [{ id: '' }, '.id: found "", expected a string of 1 to 256 characters, none of them NUL'],
    [{ id: 7 }, '.id: found 7, expected a string of 1 to 256 characters, none of them NUL'],
    [{ colour: 'red' }, `.colour: found an unknown field with "red", expected one of ${FIELDS_OF_A_SEGMENT}`],
    [{ type: 'smart' }, '.type: found "smart", expected "static", "dynamic", "location" or "behavior"'],
    [{ gaps: null }, '.gaps: found null, expected "generate", "omit" or "zero"'],
    [{ analyticsTrackingEnabled: 'yes' }, '.analyticsTrackingEnabled: found "yes", expected true or false'],
    [{ tags: [1] }, '.tags[0]: found 1, expected a string'],
    [{ size: -1 }, `.size: found -1, expected ${SIZE}`],
    [{ size: 1.5 }, `.size: found 1.5, expected ${SIZE}`],
    [{ size: 2 ** 53 }, `.size: found 9007199254740992, expected ${SIZE}`],
    [{ createdAt: '2023-02-30' }, `.createdAt: found "2023-02-30", expected ${INSTANT}`],
    [{ updatedAt: '2023-02-30' }, `.updatedAt: found "2023-02-30", expected ${INSTANT}`],
    [
      { createdAt: '2023-03-01', updatedAt: '2023-02-28' },
      `.updatedAt: found "2023-02-28", expected ${notBefore('2023-03-01')}`,
    ],
    [
      { createdAt: '2023-03-01T12:00:00+02:00', updatedAt: '2023-03-01T11:59:59+02:00' },
      `.updatedAt: found "2023-03-01T11:59:59+02:00", expected ${notBefore('2023-03-01T12:00:00+02:00')}`,
    ],
    [{ createdAt: 'never', updatedAt: '2023-02-28' }, `.createdAt: found "never", expected ${INSTANT}`],
    [{ createdAt: '2023-03-01', updatedAt: 7 }, `.updatedAt: found 7, expected ${INSTANT}`],
    [{ listed: 'no' }, '.listed: found "no", expected true or false'],
    [{ anchor: '2023-02-29' }, `.anchor: found "2023-02-29", expected ${DATE}`],
    [{ anchor: '2024-01-01T00:00:00Z' }, `.anchor: found "2024-01-01T00:00:00Z", expected ${DATE}`],
    [{ missingDays: ['2024-04-31'] }, `.missingDays[0]: found "2024-04-31", expected ${DATE}`],
    [
      { points: { '2023-02-30': 1 } },
      '.points["2023-02-30"]: found "2023-02-30", expected a date that the calendar has',
    ],
    [
      { points: { '2023-2-3': 1 } },
      `.points["2023-2-3"]: found an unknown field with 1, expected days as keys, each ${MIDNIGHT}`,
    ],
    [
      { points: { 'x2023-02-03': 1 } },
      `.points["x2023-02-03"]: found an unknown field with 1, expected days as keys, each ${MIDNIGHT}`,
    ],
    [
      { points: { '2023-02-03T05:00:00Z': 1 } },
      `.points["2023-02-03T05:00:00Z"]: found "2023-02-03T05:00:00Z", expected ${MIDNIGHT}`,
    ],
    [
      { points: { '2023-02-03T00:00:00-05:00': 1 } },
      `.points["2023-02-03T00:00:00-05:00"]: found "2023-02-03T00:00:00-05:00", expected ${MIDNIGHT}`,
    ],
    [
      { points: { '2023-02-03': 1, '2023-02-03T00:00:00Z': 1 } },
      '.points["2023-02-03T00:00:00Z"]: found "2023-02-03T00:00:00Z", expected another day: ' +
        '$.workspaces[0].segments[0].points["2023-02-03"] gives the size of this one',
    ],
    [
      { points: [{ time: '2023-02-03T00:00:00.001Z', size: 1 }] },
      `.points[0].time: found "2023-02-03T00:00:00.001Z", expected ${MIDNIGHT}`,
    ],
    [{ points: [{ time: '2023-02-30', size: 1 }] }, `.points[0].time: found "2023-02-30", expected ${MIDNIGHT}`],
    [{ points: [{ time: 1704067200, size: 1 }] }, `.points[0].time: found 1704067200, expected ${MIDNIGHT}`],
    [{ points: [{ time: '2023-02-03' }] }, `.points[0].size: found nothing, expected ${SIZE}`],
    [{ points: [{ time: '2023-02-03', size: -1 }] }, `.points[0].size: found -1, expected ${SIZE}`],
    [{ points: [['2023-02-03', 1]] }, '.points[0]: found ["2023-02-03",1], expected an object'],
    [
      { points: [{ time: '2023-02-03', size: 1, day: 1 }] },
      '.points[0].day: found an unknown field with 1, expected one of time, size',
    ],
    [
      {
        points: [
          { time: '2023-02-04', size: 1 },
          { time: '2023-02-03', size: 1 },
          { time: '2023-02-03T19:00:00-05:00', size: 1 },
        ],
      },
      '.points[2].time: found "2023-02-03T19:00:00-05:00", expected another day: ' +
        '$.workspaces[0].segments[0].points[0].time gives the size of this one',
    ],
    [
      { points: 4711 },
      '.points: found 4711, expected sizes by day, {"2024-01-31": 4711}, or a list, [{"time": "2024-01-31T00:00:00+00:00", "size": 4711}]',
    ],
    [{ points: { '2023-02-03': '1' } }, `.points["2023-02-03"]: found "1", expected ${SIZE}`],
    [{ weekly: { amplitude: 1, peak: 'friday' } }, '.weekly.amplitude: found 1, expected a number from 0 to 0.9'],
    [{ yearly: { amplitude: 0, peak: '02-30' } }, `.yearly.peak: found "02-30", expected ${MONTH_DAY}`],
    [{ yearly: { amplitude: 0, peak: '04-31' } }, `.yearly.peak: found "04-31", expected ${MONTH_DAY}`],
    [{ yearly: { amplitude: 0, peak: '13-01' } }, `.yearly.peak: found "13-01", expected ${MONTH_DAY}`],
    [{ campaigns: [null] }, '.campaigns[0]: found null, expected an object'],
    [
      { campaigns: [{ on: '2024-01-01', lift: 1 }] },
      `.campaigns[0].on: found "2024-01-01", expected ${after('2024-01-01')}`,
    ],
    [
      { anchor: '2025-06-01', definitionChanges: [{ on: '2025-05-31', size: 1 }] },
      `.definitionChanges[0].on: found "2025-05-31", expected ${after('2025-06-01')}`,
    ],
    [
      { definitionChanges: [{ on: '2024-13-01', size: 1 }] },
      `.definitionChanges[0].on: found "2024-13-01", expected ${DATE}`,
    ],
  ])('a segment with %j is rejected: %s', (fields, problem) => {
    expect(problemsOf(segment(fields))).toEqual([`$.workspaces[0].segments[0]${problem}`]);
  });

  it('gets the list of known instances', () => {
    expect(problemsOf(workspace({ instance: 'US-09' }))).toEqual([
      '$.workspaces[0].instance: found "US-09", expected "US-01", "US-02", "US-03", "US-04", "US-05", ' +
        '"US-06", "US-07", "US-08", "US-10", "EU-01", "EU-02", "AU-01", "ID-01" or "JP-01"',
    ]);
  });

  it('gets the path of the first use of a duplicate segment id', () => {
    const segments = [{ id: 'a' }, { id: 'b' }, { id: 'a' }, { id: 'a', size: 1 }];
    expect(problemsOf(workspace({ segments }))).toEqual(
      [2, 3].map(
        (index) =>
          `$.workspaces[0].segments[${index}].id: found "a", expected another one: ` +
          '$.workspaces[0].segments[0].id has it already',
      ),
    );
  });

  it('gets all problems at once, also of one segment', () => {
    const document = {
      workspaces: [
        { name: '', retentionDays: 1.5 },
        {
          name: 'w',
          segments: [
            { id: 's', size: 'many', points: { '2023-02-30': 1 }, campaigns: [{ on: '2020-01-01' }] },
            { id: 's', anchor: 'soon', definitionChanges: [{ on: '2020-01-01', size: 1 }] },
          ],
        },
      ],
    };
    const paths = problemsOf(document).map((problem) => problem.split(':', 1)[0]);
    expect(paths).toEqual([
      '$.workspaces[0].name',
      '$.workspaces[0].retentionDays',
      '$.workspaces[1].segments[0].size',
      '$.workspaces[1].segments[0].campaigns[0].lift',
      '$.workspaces[1].segments[1].anchor',
      '$.workspaces[1].segments[1].id',
      '$.workspaces[1].segments[0].points["2023-02-30"]',
      '$.workspaces[1].segments[0].campaigns[0].on',
    ]);
  });

  it('gets shortened values if they are too long or too deep to show', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    expect(problemsOf({ workspaces: 'x'.repeat(1000) })).toEqual([
      `$.workspaces: found "${'x'.repeat(76)}…, expected a list with at least 1 entry`,
    ]);
    expect(problemsOf(deep)).toEqual(['$: found a value nested too deeply to show, expected an object']);
  });
});

it('finds the one problem among 20,000 segments', () => {
  const segments = Array.from({ length: 20_000 }, (_, index) => ({ id: `s${index}`, points: { '2024-01-01': 1 } }));
  expect(problemsOf(workspace({ segments }))).toEqual([]);
  expect(problemsOf(workspace({ segments: segments.with(19_999, { id: 's0', points: { '2024-01-01': 1 } }) }))).toEqual(
    [
      '$.workspaces[0].segments[19999].id: found "s0", expected another one: $.workspaces[0].segments[0].id has it already',
    ],
  );
});
