import { Type, type Static } from '@sinclair/typebox';
import { Effect } from '../faults/fault.js';
import { type Day, type Instant, parseDay, parseInstant } from '../series/calendar.js';
import { DateText, defaultsOf, described, InstantText } from '../validation.js';

const strict = { additionalProperties: false } as const;
const literals = <T extends string>(...values: T[]) => Type.Union(values.map((value) => Type.Literal(value)));

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

export const SegmentType = literals('static', 'dynamic', 'location', 'behavior');
export type SegmentType = Static<typeof SegmentType>;

const Size = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Amplitude = Type.Number({ minimum: 0, maximum: 0.9 });

const Weekly = Type.Object({ amplitude: Amplitude, peak: literals(...WEEKDAYS) }, strict);
const Yearly = Type.Object(
  {
    amplitude: Amplitude,
    peak: Type.String({
      pattern: '^((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|[12]\\d))$',
      expected: 'a month and a day that it has, MM-DD',
    }),
  },
  strict,
);
const Campaign = Type.Object(
  {
    on: DateText({ description: 'The first day that shows the lift; after the anchor.' }),
    lift: Type.Number({
      minimum: -0.99,
      maximum: 100,
      description: 'The share added on that day: 0.2 is a fifth more.',
    }),
    halfLifeDays: Type.Optional(
      Type.Number({ minimum: 0.1, maximum: 3650, default: 14, description: 'Days in which half of the lift is gone.' }),
    ),
  },
  strict,
);
const DefinitionChange = Type.Object(
  {
    on: DateText({ description: 'The first day under the new definition; after the anchor.' }),
    size: described(Size, { description: 'The true size on that day, from which the series goes on.' }),
  },
  strict,
);
const Noise = Type.Object(
  {
    threshold: Type.Optional(
      described(Size, { default: 10_000, description: 'Only true sizes above this are sampled.' }),
    ),
    relativeStandardDeviation: Type.Optional(Type.Number({ minimum: 0, maximum: 0.25, default: 0.002 })),
  },
  strict,
);

/** What a date looks like as a key; which of them exist no pattern can say. */
export const DATE_SHAPE = /^\d{4}-\d{2}-\d{2}$/;

/** A segment as fixtures and the control API write it. Only `id` is required. */
export const SegmentFixture = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 256, description: 'The segment API identifier.' }),
    name: Type.Optional(Type.String({ description: 'The name in the dashboard. Default: the id.' })),
    description: Type.Optional(Type.String({ default: '', description: 'The description in the dashboard.' })),
    textDescription: Type.Optional(
      Type.String({ default: '', description: 'The filters in words, as /segments/details gives them.' }),
    ),
    tags: Type.Optional(Type.Array(Type.String(), { default: [], description: 'Its tags in the dashboard.' })),
    teams: Type.Optional(Type.Array(Type.String(), { default: [], description: 'Its teams in the dashboard.' })),
    type: Type.Optional(
      described(SegmentType, {
        default: 'dynamic',
        description: 'static is flat, dynamic grows, location follows the week, behavior has bursts that decay.',
      }),
    ),
    analyticsTrackingEnabled: Type.Optional(Type.Boolean({ default: true, description: 'false answers 422.' })),
    createdAt: Type.Optional(
      InstantText({ description: 'No day before it has a snapshot. Default: every day has one.' }),
    ),
    updatedAt: Type.Optional(InstantText({ description: 'When it was last changed. Default: null.' })),
    size: Type.Optional(described(Size, { default: 100_000, description: 'The true size on the anchor.' })),
    anchor: Type.Optional(
      DateText({ default: '2024-01-01', description: 'The day on which the true size is `size`.' }),
    ),
    points: Type.Optional(
      Type.Record(Type.String({ pattern: DATE_SHAPE.source }), Size, {
        ...strict,
        default: {},
        description: 'Recorded sizes by day. They win over generated ones and carry no noise.',
        expected: 'dates as keys, YYYY-MM-DD',
      }),
    ),
    missingDays: Type.Optional(
      Type.Array(DateText(), { default: [], description: 'Days without a snapshot, recorded or not.' }),
    ),
    gaps: Type.Optional(
      described(literals('generate', 'omit', 'zero'), {
        default: 'generate',
        description: 'What a day without a recorded point has: a generated size, no snapshot, or size 0.',
      }),
    ),
    growthPerYear: Type.Optional(
      Type.Number({
        minimum: -0.99,
        maximum: 100,
        description: "The share gained a year, compounding: 0.2 is 20 %. Default: the type's own growth.",
      }),
    ),
    churnPerYear: Type.Optional(
      Type.Number({ minimum: 0, maximum: 0.99, description: 'The share lost a year, compounding with the growth.' }),
    ),
    weekly: Type.Optional(
      described(Weekly, {
        description: 'A weekly cycle: `amplitude` as a share of the size, `peak` a weekday. Default: that of the type.',
      }),
    ),
    yearly: Type.Optional(
      described(Yearly, {
        description: 'A yearly cycle: `amplitude` as a share of the size, `peak` as MM-DD. Default: none.',
      }),
    ),
    campaigns: Type.Optional(
      Type.Array(Campaign, {
        default: [],
        description: 'Lifts that decay: `on` a day, `lift` as a share, `halfLifeDays` (default 14).',
      }),
    ),
    definitionChanges: Type.Optional(
      Type.Array(DefinitionChange, {
        default: [],
        description: 'Each sets a new true size (`size`) from a day (`on`) on, and changes none before it.',
      }),
    ),
    noise: Type.Optional(
      described(Noise, {
        description:
          'The sampling noise of estimates: `threshold` (default 10,000 users) and `relativeStandardDeviation` (default 0.002).',
      }),
    ),
    fault: Type.Optional(
      described(Effect, { description: 'The effect of a fault that every request for this segment meets.' }),
    ),
  },
  strict,
);
export type SegmentFixture = Static<typeof SegmentFixture>;

const segmentDefaults = defaultsOf(SegmentFixture) as Required<
  Omit<
    SegmentFixture,
    'name' | 'createdAt' | 'updatedAt' | 'growthPerYear' | 'churnPerYear' | 'weekly' | 'yearly' | 'noise' | 'fault'
  >
>;
const campaignDefaults = defaultsOf(Campaign) as Required<Pick<Static<typeof Campaign>, 'halfLifeDays'>>;
const noiseDefaults = defaultsOf(Noise) as Required<Static<typeof Noise>>;

/** A dated size from which a segment's series goes on. The first one is the anchor's. */
export interface Definition {
  from: Day;
  size: number;
}

/** A cycle of the calendar: its amplitude relative to the size, and the weekday or the yearly phase of its peak. */
export interface Season {
  amplitude: number;
  peak: number;
}

/** A segment with every default filled in and every date reckoned. Immutable, and so shared between workspaces. */
export interface Segment {
  /** As it was written. */
  fixture: SegmentFixture;
  id: string;
  name: string;
  description: string;
  textDescription: string;
  tags: readonly string[];
  teams: readonly string[];
  type: SegmentType;
  analyticsTrackingEnabled: boolean;
  createdAt: Instant | undefined;
  updatedAt: Instant | undefined;
  /** Ascending by day, never empty. */
  definitions: readonly [Definition, ...Definition[]];
  points: ReadonlyMap<Day, number>;
  missingDays: ReadonlySet<Day>;
  gaps: 'generate' | 'omit' | 'zero';
  /** The factor of a year, or `undefined` for the type's own way of growing. */
  yearlyFactor: number | undefined;
  weekly: Season | undefined;
  yearly: Season | undefined;
  campaigns: readonly { on: Day; lift: number; halfLifeDays: number }[];
  noise: { threshold: number; relativeStandardDeviation: number };
  fault: Effect | undefined;
}

/** Turns a fixture, already checked against its schema, into a segment. */
export function toSegment(fixture: SegmentFixture): Segment {
  const given = { ...segmentDefaults, ...fixture };
  const anchor = { from: day(given.anchor), size: given.size };
  const changes = given.definitionChanges.map(({ on, size }) => ({ from: day(on), size }));
  return {
    fixture,
    id: given.id,
    name: given.name ?? given.id,
    description: given.description,
    textDescription: given.textDescription,
    tags: given.tags,
    teams: given.teams,
    type: given.type,
    analyticsTrackingEnabled: given.analyticsTrackingEnabled,
    createdAt: instant(given.createdAt),
    updatedAt: instant(given.updatedAt),
    definitions: [anchor, ...changes.toSorted((a, b) => a.from - b.from)],
    points: new Map(Object.entries(given.points).map(([date, size]) => [day(date), size])),
    missingDays: new Set(given.missingDays.map(day)),
    gaps: given.gaps,
    yearlyFactor: yearlyFactor(given.growthPerYear, given.churnPerYear),
    weekly: given.weekly && { amplitude: given.weekly.amplitude, peak: WEEKDAYS.indexOf(given.weekly.peak) },
    yearly: given.yearly && { amplitude: given.yearly.amplitude, peak: day(`2000-${given.yearly.peak}`) },
    campaigns: given.campaigns.map((campaign) => ({ ...campaignDefaults, ...campaign, on: day(campaign.on) })),
    noise: { ...noiseDefaults, ...given.noise },
    fault: given.fault,
  };
}

/** Writes a segment in the fixture format, every default filled in. */
export function segmentFixtureOf({ fixture, name, noise }: Segment): SegmentFixture {
  return { ...segmentDefaults, ...fixture, name, noise };
}

function yearlyFactor(growth: number | undefined, churn: number | undefined): number | undefined {
  return growth === undefined && churn === undefined ? undefined : (1 + (growth ?? 0)) * (1 - (churn ?? 0));
}

function instant(text: string | undefined): Instant | undefined {
  return text === undefined ? undefined : parseInstant(text);
}

function day(date: string): Day {
  const parsed = parseDay(date);
  if (parsed === undefined)
    throw new RangeError(`${date} is no date; check the fixture before it is turned into a segment`);
  return parsed;
}
