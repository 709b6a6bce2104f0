import { Type, type Static } from '@sinclair/typebox';
import { Effect } from '../faults/fault.js';
import { parseDay, parseInstant } from '../time/calendar.js';
import { type Problem, show } from '../../schema/problems.js';
import { defaultsOf, refine, textType } from '../../schema/checker.js';
import { DateText, InstantText } from '../time/text.js';
import { pointProblems, Points, Size } from './points.js';
import { exactly, Field, oneOf, optional } from '../../schema/shapes.js';

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
  on: DateText('The first day that shows the lift; after the anchor.'),
  lift: Field.number('The share added on that day: 0.2 is a fifth more.', { minimum: -0.99, maximum: 100 }),
  halfLifeDays: Type.Optional(
    Field.number('Days until half of the lift is gone.', { minimum: 0.1, maximum: 3650, default: 14 }),
  ),
});
const DefinitionChange = exactly({
  on: DateText('The first day under the new definition; after the anchor.'),
  size: Field.of(
    Size,
    'True size on that day. A segment without `size` is scaled to its points from that day on instead, if it has any.',
  ),
});
const Noise = exactly(
  optional({
    threshold: Field.of(Size, 'Only true sizes above this are sampled.', { default: 10_000 }),
    relativeStandardDeviation: Type.Number({ minimum: 0, maximum: 0.25, default: 0.002 }),
  }),
);

const SubsetOf = exactly({
  segment: SegmentIdText('The parent: another segment of the workspace.'),
  share: Field.number("The share of the parent's users.", { minimum: 0, maximum: 1 }),
  ...optional({
    lagDays: Field.integer('Days by which it follows the parent.', { minimum: 0, maximum: 365, default: 0 }),
  }),
});

/** A segment as fixtures and the control API write it. Only `id` is required. */
export const SegmentFixture = refine(
  exactly({
    id: SegmentIdText('The segment API identifier.'),
    ...optional({
      name: Field.text('The name in the dashboard. Default: the id.'),
      description: Field.text('The description in the dashboard.', { default: '' }),
      textDescription: Field.text('The filters in words, as /segments/details gives them.', { default: '' }),
      tags: Field.list(Type.String(), 'Its tags in the dashboard.', { default: [] }),
      teams: Field.list(Type.String(), 'Its teams in the dashboard.', { default: [] }),
      type: Field.of(
        SegmentType,
        '`static` is flat, `dynamic` grows, `location` follows the week, `behavior` has bursts that decay.',
        { default: 'dynamic' },
      ),
      analyticsTrackingEnabled: Field.flag('`false`: the data series is a 422.', { default: true }),
      createdAt: InstantText('Days before it have no snapshot. Default: every day has one.'),
      updatedAt: InstantText('Last change, not before `createdAt`. Default: `createdAt`.'),
      listed: Field.flag('`false` leaves it out of /segments/list; the other endpoints still answer it.', {
        default: true,
      }),
      size: Field.of(
        Size,
        'True size on the anchor. With `points` and no `size`, generated days are scaled to the points instead.',
        { default: 100_000 },
      ),
      subsetOf: Field.of(
        SubsetOf,
        'Takes the place of `size`: the true size is `share` (0 to 1) of that of the segment `segment`, `lagDays` (default 0) earlier, times its own movement, and never more than that of the day.',
      ),
      anchor: DateText('The day on which the true size is `size`.', { default: '2024-01-01' }),
      points: Field.of(
        Points,
        "Recorded sizes, by day or as a reply's `data` lists them. They replace generated sizes and carry no noise.",
        { default: {} },
      ),
      missingDays: Field.list(DateText(), 'Days without a snapshot, recorded or not.', { default: [] }),
      gaps: Field.oneOf(
        ['generate', 'omit', 'zero'],
        'Days without a recorded point: `generate` gives a generated size, `omit` no snapshot, `zero` size 0.',
        { default: 'generate' },
      ),
      growthPerYear: Field.number("Share gained per year, compounding: 0.2 is 20 %. Default: the type's own growth.", {
        minimum: -0.99,
        maximum: 100,
      }),
      churnPerYear: Field.number('Share lost per year, compounding with the growth.', { minimum: 0, maximum: 0.99 }),
      weekly: Field.of(
        Weekly,
        'A weekly cycle: `amplitude` as a share of the size, `peak` a weekday. Default: that of the type.',
      ),
      yearly: Field.of(Yearly, 'A yearly cycle: `amplitude` as a share of the size, `peak` as MM-DD. Default: none.'),
      campaigns: Field.list(Campaign, 'Lifts that decay: `on` a day, `lift` as a share, `halfLifeDays` (default 14).', {
        default: [],
      }),
      definitionChanges: Field.list(
        DefinitionChange,
        'New true sizes: each has the day (`on`) from which on it holds, and the size on that day (`size`).',
        { default: [] },
      ),
      noise: Field.of(
        Noise,
        'The sampling noise of estimates: `threshold` (default 10,000 users) and `relativeStandardDeviation` (default 0.002).',
      ),
      fault: Field.of(Effect, 'Effect of a fault that strikes every request for this segment.'),
    }),
  }),
  segmentProblems,
);
export type SegmentFixture = Static<typeof SegmentFixture>;

type Movement = 'growthPerYear' | 'churnPerYear' | 'weekly' | 'yearly' | 'noise';
type WithoutDefault = 'name' | 'createdAt' | 'updatedAt' | 'subsetOf' | 'fault' | Movement;
export const segmentDefaults = defaultsOf(SegmentFixture) as Required<Omit<SegmentFixture, WithoutDefault>>;
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
