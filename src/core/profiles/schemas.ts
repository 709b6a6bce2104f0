import { type TSchema, Type } from '@sinclair/typebox';
import { exactly } from '../../schema/shapes.js';
import { Detailed, Listed } from './segment-bodies.js';
import type { Answer } from './profile.js';

/** The schema of each success; the profiles differ only in the `time` of a series. */
export function successes(time: TSchema): Record<Answer, TSchema> {
  const message = Type.Literal('success');
  const size = Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Estimated number of users in the segment on that day.',
  });
  return {
    series: exactly({ message, data: Type.Array(exactly({ time, size }), { maxItems: 100 }) }),
    list: exactly({ message, segments: Type.Array(Listed, { maxItems: 100 }) }),
    details: exactly({ message, ...Detailed.properties }),
    campaigns: exactly({ message, campaigns: Type.Array(Type.Unknown(), { maxItems: 0 }) }),
  };
}

export function limitHeaders(header: (schema: TSchema) => TSchema): Record<string, TSchema> {
  const number = (description: string, minimum: number) => header(Type.Integer({ minimum, description }));
  return {
    'x-ratelimit-limit': number("The workspace's quota.", 1),
    'x-ratelimit-remaining': number('Requests left after this one.', 0),
    'x-ratelimit-reset': number('The UTC epoch second, rounded up, at which the whole quota is available again.', 0),
  };
}
