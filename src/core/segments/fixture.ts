import { Type, type Static } from '@sinclair/typebox';
import { Effect } from '../faults/fault.js';
import { parseDay, parseInstant } from '../time/calendar.js';
import { type Problem, show } from '../../schema/problems.js';
import { defaultsOf, described, refine, textType } from '../../schema/checker.js';
import { DateText, InstantText } from '../time/text.js';
import { pointProblems, Points, Size } from './points.js';
import { exactly, oneOf, optional } from '../../schema/shapes.js';

/** A segment's id, counted in characters as JSON Schema does and TypeBox does not: an id of emoji may be as long. */
const SegmentIdText = textType(
  'segment-id',
  (value) => value !== '' && !value.includes('\0') && (value.length <= 256 || Array.from(value).length <= 256),
  'a string of 1 to 256 characters, none of them NUL',
  { minLength: 1, maxLength: 256 },
);

export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

export const SegmentType = oneOf(['static', 'dynamic', 'location', 'behavior']);
export type SegmentType = Static<typeof SegmentType>;

const Amplitude = Type.Number({ minimum: 0, maximum: 0.9 });

const Weekly = exactly({ amplitude: Amplitude, peak: oneOf(WEEKDAYS) });
const Yearly = exactly({
  amplitude: Amplitude,
  peak: Type.String({
    pattern: '^((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|[12]\\d))$',
    expected: 'a month and a day that it has, MM-DD',
  }),
});
const Campaign = exactly({
  on: DateText({ description: 'The first day that shows the lift; after the anchor.' }),
  lift: Type.Number({ minimum: -0.99, maximum: 100, description: 'The share added on that day: 0.2 is a fifth more.' }),
  halfLifeDays: Type.Optional(
    Type.Number({ minimum: 0.1, maximum: 3650, default: 14, description: 'Days until half of the lift is gone.' }),
  ),
});
const DefinitionChange = exactly({
  on: DateText({ description: 'The first day under the new definition; after the anchor.' }),
  size: described(Size, {
    description:
      'True size on that day. A segment without `size` is scaled to its points from that day on instead, if it has any.',
  }),
});
const Noise = exactly(
  optional({
    threshold: described(Size, { default: 10_000, description: 'Only true sizes above this are sampled.' }),
    relativeStandardDeviation: Type.Number({ minimum: 0, maximum: 0.25, default: 0.002 }),
  }),
);

const SubsetOf = exactly({
  segment: SegmentIdText({ description: 'The parent: another segment of the workspace.' }),
  share: Type.Number({ minimum: 0, maximum: 1, description: "The share of the parent's users." }),
  ...optional({
    lagDays: Type.Integer({
      minimum: 0,
      maximum: 365,
      default: 0,
      description: 'Days by which it follows the parent.',
    }),
  }),
});

/** A segment as fixtures and the control API write it. Only `id` is required. */
export const SegmentFixture = refine(
  exactly({
    id: SegmentIdText({ description: 'The segment API identifier.' }),
    ...optional({
      name: Type.String({ description: 'The name in the dashboard. Default: the id.' }),
      description: Type.String({ default: '', description: 'The description in the dashboard.' }),
      textDescription: Type.String({
        default: '',
        description: 'The filters in words, as /segments/details gives them.',
      }),
      tags: Type.Array(Type.String(), { default: [], description: 'Its tags in the dashboard.' }),
      teams: Type.Array(Type.String(), { default: [], description: 'Its teams in the dashboard.' }),
      type: described(SegmentType, {
        default: 'dynamic',
        description:
          '`static` is flat, `dynamic` grows, `location` follows the week, `behavior` has bursts that decay.',
      }),
      analyticsTrackingEnabled: Type.Boolean({ default: true, description: '`false`: the data series is a 422.' }),
      createdAt: InstantText({ description: 'Days before it have no snapshot. Default: every day has one.' }),
      updatedAt: InstantText({ description: 'Last change, not before `createdAt`. Default: `createdAt`.' }),
      listed: Type.Boolean({
        default: true,
        description: '`false` leaves it out of /segments/list; the other endpoints still answer it.',
      }),
      size: described(Size, {
        default: 100_000,
        description:
          'True size on the anchor. With `points` and no `size`, generated days are scaled to the points instead.',
      }),
      subsetOf: described(SubsetOf, {
        description:
          'Takes the place of `size`: the true size is `share` (0 to 1) of that of the segment `segment`, `lagDays` (default 0) earlier, times its own movement, and never more than that of the day.',
      }),
      anchor: DateText({ default: '2024-01-01', description: 'The day on which the true size is `size`.' }),
      points: described(Points, {
        default: {},
        description:
          "Recorded sizes, by day or as a reply's `data` lists them. They replace generated sizes and carry no noise.",
      }),
      missingDays: Type.Array(DateText(), { default: [], description: 'Days without a snapshot, recorded or not.' }),
      gaps: oneOf(['generate', 'omit', 'zero'], {
        default: 'generate',
        description:
          'Days without a recorded point: `generate` gives a generated size, `omit` no snapshot, `zero` size 0.',
      }),
      growthPerYear: Type.Number({
        minimum: -0.99,
        maximum: 100,
        description: "Share gained per year, compounding: 0.2 is 20 %. Default: the type's own growth.",
      }),
      churnPerYear: Type.Number({
        minimum: 0,
        maximum: 0.99,
        description: 'Share lost per year, compounding with the growth.',
      }),
      weekly: described(Weekly, {
        description: 'A weekly cycle: `amplitude` as a share of the size, `peak` a weekday. Default: that of the type.',
      }),
      yearly: described(Yearly, {
        description: 'A yearly cycle: `amplitude` as a share of the size, `peak` as MM-DD. Default: none.',
      }),
      campaigns: Type.Array(Campaign, {
        default: [],
        description: 'Lifts that decay: `on` a day, `lift` as a share, `halfLifeDays` (default 14).',
      }),
      definitionChanges: Type.Array(DefinitionChange, {
        default: [],
        description:
          'New true sizes: each has the day (`on`) from which on it holds, and the size on that day (`size`).',
      }),
      noise: described(Noise, {
        description:
          'The sampling noise of estimates: `threshold` (default 10,000 users) and `relativeStandardDeviation` (default 0.002).',
      }),
      fault: described(Effect, { description: 'Effect of a fault that strikes every request for this segment.' }),
    }),
  }),
  segmentProblems,
);
export type SegmentFixture = Static<typeof SegmentFixture>;

export const segmentDefaults = defaultsOf(SegmentFixture) as Required<
  Omit<
    SegmentFixture,
    | 'name'
    | 'createdAt'
    | 'updatedAt'
    | 'subsetOf'
    | 'growthPerYear'
    | 'churnPerYear'
    | 'weekly'
    | 'yearly'
    | 'noise'
    | 'fault'
  >
>;
export const campaignDefaults = defaultsOf(Campaign) as Required<Pick<Static<typeof Campaign>, 'halfLifeDays'>>;
export const subsetDefaults = defaultsOf(SubsetOf) as Required<Pick<Static<typeof SubsetOf>, 'lagDays'>>;
export const noiseDefaults = defaultsOf(Noise) as Required<Static<typeof Noise>>;

/** Points are of different days, changes come after the anchor, and the last update is not before the creation. */
export function segmentProblems(segment: Record<string, unknown>, path: string): Problem[] {
  return [
    ...pointProblems(segment['points'], `${path}.points`),
    ...changesTooEarly(segment, path),
    ...updatedBeforeCreated(segment, path),
  ];
}

function changesTooEarly(segment: Record<string, unknown>, path: string): Problem[] {
  const anchor = segment['anchor'] ?? SegmentFixture.properties.anchor['default'];
  if (!isDate(anchor)) return [];
  const expected = `a day after the segment's anchor, ${anchor}, on which its true size is as given (set an earlier anchor)`;
  return ['campaigns', 'definitionChanges'].flatMap((field) => {
    const changes = (Array.isArray(segment[field]) ? segment[field] : []) as ({ on?: unknown } | null)[];
    return changes.flatMap((change, index) =>
      isDate(change?.on) && change.on <= anchor
        ? [{ path: `${path}.${field}[${index}].on`, found: show(change.on), expected }]
        : [],
    );
  });
}

function updatedBeforeCreated({ createdAt, updatedAt }: Record<string, unknown>, path: string): Problem[] {
  if (typeof createdAt !== 'string' || typeof updatedAt !== 'string') return [];
  const [created, updated] = [parseInstant(createdAt), parseInstant(updatedAt)];
  if (created === undefined || updated === undefined || updated >= created) return [];
  const expected = `an instant not before the segment's createdAt, ${createdAt}`;
  return [{ path: `${path}.updatedAt`, found: show(updatedAt), expected }];
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && parseDay(value) !== undefined;
}
