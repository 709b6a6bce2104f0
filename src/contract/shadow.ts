import { answer } from '../core/answer.js';
import { Mock } from '../core/mock.js';
import type { ProfileName } from '../core/profiles/names.js';
import type { SegmentFixture } from '../core/segments/fixture.js';
import { dayOf, formatDay, parseInstant } from '../core/time/calendar.js';
import { apiKeyDefaults } from '../core/workspaces/fixture.js';
import { realTime } from '../system/clock.js';
import { permissionOf, type ProbeReply, type VerifyRun } from './probes.js';
import { daysIn, listIn, parsed, type Reply } from './shape.js';

/** Answers probes as the mock does, for a workspace like that of the account, as far as the replies tell of it. */
export function shadowOf(run: VerifyRun, profile: ProfileName): (asked: ProbeReply) => Reply {
  const lacking = new Set([...run.forbidden].map(permissionOf));
  const permissions = apiKeyDefaults.permissions.filter((one) => !lacking.has(one));
  const settings = { clock: 'system', seed: 'verify', profile, rateLimit: 250_000, journalSize: 0 };
  const strictness = { unknownSegments: 'not-found', strictParameters: false, prefer: false } as const;
  const apiKeys = [{ key: run.facts.apiKey, permissions }];
  const workspace = { name: 'shadow', apiKeys, segments: segmentsOf(run) };
  const mock = new Mock({ ...settings, ...strictness }, [workspace], realTime);
  return ({ probe: { target, method = 'GET' }, headers: sent, at }) => {
    // The etag of the mock is that of its own sizes.
    const request = { method, target, headers: { ...sent, ...('if-none-match' in sent && { 'if-none-match': '*' }) } };
    const { status, headers, body } = answer(mock, request, at);
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
    return { status, headers, rawHeaders: [], text: method === 'HEAD' ? '' : text };
  };
}

/** Segments in the order of the list. The one that is probed has the days of the newest window. */
function segmentsOf({ facts: { tracked }, asked }: VerifyRun): SegmentFixture[] {
  const bodyOf = (name: string) => parsed(asked.get(name)?.reply.text ?? '');
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(() => 'text') : []);
  const details = (bodyOf('details') ?? {}) as Record<string, unknown>;
  const dates = ['created_at', 'updated_at'].map((name) => String(details[name]));
  const [createdAt, updatedAt] = dates.map((text) => (parseInstant(text) === undefined ? undefined : text));
  // The same date for all, which keeps their order.
  const common = createdAt === undefined ? {} : { createdAt, ...(updatedAt !== undefined && { updatedAt }) };
  const segments = new Map<string, SegmentFixture>();
  for (const { id, tags, analytics_tracking_enabled: isTracked } of listIn(bodyOf('list'), 'segments') ?? [])
    segments.set(String(id), {
      id: String(id),
      ...common,
      tags: texts(tags),
      analyticsTrackingEnabled: isTracked !== false,
    });
  if (tracked === undefined) return [...segments.values()];
  const { at = 0 } = asked.get('newest') ?? {};
  const days = daysIn(bodyOf('newest'));
  const window = Array.from({ length: 100 }, (_, index) => dayOf(at) - index);
  const missingDays = window.filter((day) => days?.includes(day) === false).map(formatDay);
  const unlisted = { listed: false, ...common, tags: texts(details['tags']) };
  const teams = texts(details['teams']);
  segments.set(tracked, { ...(segments.get(tracked) ?? unlisted), id: tracked, teams, missingDays });
  return [...segments.values()];
}
