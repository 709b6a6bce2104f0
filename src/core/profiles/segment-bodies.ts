import { type Static, Type } from '@sinclair/typebox';
import type { Segment } from '../segments/segment.js';
import { formatInstant, type Instant } from '../time/calendar.js';
import { exactly } from '../../schema/shapes.js';

const StringList = Type.Array(Type.String());

/** A segment in `GET /segments/list`, in every profile [documented]. */
export const Listed = exactly({
  id: Type.String({ minLength: 1, maxLength: 256, description: 'The segment API identifier.' }),
  name: Type.String(),
  analytics_tracking_enabled: Type.Boolean({ description: 'Whether it has a data series.' }),
  tags: StringList,
});

/** The body of `GET /segments/list`, parsed. */
export type SegmentList = { message: string; segments: Static<typeof Listed>[] };

export function listed({ id, name, analyticsTrackingEnabled, tags }: Segment): Static<typeof Listed> {
  return { id, name, analytics_tracking_enabled: analyticsTrackingEnabled, tags: [...tags] };
}

const Timestamp = Type.Union([
  Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\+00:00$', format: 'date-time' }),
  Type.Null(),
]);

/** A segment in `GET /segments/details`, in every profile [documented]. */
export const Detailed = Type.Object({
  created_at: Timestamp,
  updated_at: Timestamp,
  name: Type.String(),
  description: Type.String(),
  text_description: Type.String({ description: 'Its filters in words.' }),
  tags: StringList,
  teams: StringList,
});

/** The body of `GET /segments/details`, parsed. */
export type SegmentDetails = Static<typeof Detailed> & { message: string };

export function detailed(segment: Segment): Static<typeof Detailed> {
  const { createdAt, updatedAt, name, description, textDescription, tags, teams } = segment;
  return {
    created_at: timestamp(createdAt),
    updated_at: timestamp(updatedAt),
    name,
    description,
    text_description: textDescription,
    tags: [...tags],
    teams: [...teams],
  };
}

/** An instant in the format of the reference; null if the fixture has none. */
function timestamp(instant: Instant | undefined): string | null {
  return instant === undefined ? null : `${formatInstant(instant).slice(0, 19)}+00:00`;
}
