import type { Segment } from '../segments/segment.js';
import type { Instant } from '../series/calendar.js';

/** A segment as `GET /segments/list` has it, in every profile [Braze's docs]. */
export function listed({ id, name, analyticsTrackingEnabled, tags }: Segment) {
  return { id, name, analytics_tracking_enabled: analyticsTrackingEnabled, tags };
}

/** A segment as `GET /segments/details` has it, in every profile [Braze's docs]. */
export function detailed({ createdAt, updatedAt, name, description, textDescription, tags, teams }: Segment) {
  return {
    created_at: timestamp(createdAt),
    updated_at: timestamp(updatedAt),
    name,
    description,
    text_description: textDescription,
    tags,
    teams,
  };
}

/** An instant as the reference writes its times; null where a fixture does not say. */
function timestamp(instant: Instant | undefined): string | null {
  return instant === undefined ? null : `${new Date(instant).toISOString().slice(0, 19)}+00:00`;
}
