/** What the control API sends and takes, as far as the page reads it. `openapi.json` describes all of it. */

export type ProfileName = 'documented' | 'observed';
export type Permission = 'segments.data_series' | 'segments.list' | 'segments.details' | 'campaigns.list';

export interface ApiKey {
  key: string;
  permissions: Permission[];
}

export interface Clock {
  now: string;
  frozen: boolean;
  /** Seconds of the clock per real second. */
  scale: number;
}

export type RateLimit = { capacity: number; refillPerHour: number; remaining: number } | 'off';

export interface Workspace {
  name: string;
  profile: ProfileName;
  apiKeys: ApiKey[];
  clock: Clock;
  rateLimit: RateLimit;
  segments: number;
  faults: number;
  requests: number;
}

/** A segment in the fixture format; fields that the page does not read are kept unchanged. */
export interface Segment {
  id: string;
  name: string;
  type: 'static' | 'dynamic' | 'location' | 'behavior';
  description?: string;
  tags: string[];
  analyticsTrackingEnabled: boolean;
  createdAt?: string;
  listed: boolean;
  points: Record<string, number>;
  campaigns: { on: string; lift: number; halfLifeDays: number }[];
  definitionChanges: { on: string; size: number }[];
  fault?: Effect;
  /** The segment that contains all of its users. */
  subsetOf?: { segment: string; share: number; lagDays?: number };
}

/** Whether a client sees a day, or why not. */
export type Seen = 'yes' | 'not_processed' | 'not_retained' | 'before_creation' | 'missing';

export interface SeriesDay {
  day: string;
  /** `null` if there is no snapshot. */
  trueSize: number | null;
  estimatedSize: number | null;
  source: 'recorded' | 'generated' | null;
  seen: Seen;
}

export interface Change {
  absolute: number;
  /** A fraction; `null` if the first size is 0. */
  relative: number | null;
}

export interface Trend {
  from: string;
  to: string;
  days: number;
  first: number | null;
  last: number | null;
  change: Record<'7' | '30' | '90', Change | null>;
  slopePerDay: number | null;
  mean7: number | null;
  yearOverYear: Change | null;
  /** Sunday first: size ÷ centred 7-day mean. */
  weekday: (number | null)[];
  /** January first: size ÷ centred 365-day mean. */
  month: (number | null)[];
  largestJump: { day: string; change: number } | null;
  campaigns: { on: string; expectedLift: number; measuredLift: number | null }[];
}

/** What a client would get now. */
export interface Reply {
  url: string;
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export interface ExplainStep {
  check: string;
  saw: string;
  decided: string;
}

export interface Entry {
  id: string;
  at: string;
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  headers: Record<string, string | string[]>;
  status: number | null;
  outcome: string;
  durationMs: number;
  warnings: string[];
  explain: ExplainStep[];
}

export interface AnsweredReply {
  status: number | null;
  headers: Record<string, string>;
  body: unknown;
}

/** The reply that was sent to a request, and the reply to the same request at the same instant, answered again. */
export interface Again {
  entry: AnsweredReply & { recomputed: boolean; reason?: string };
  again: AnsweredReply;
  differences: { at: string; entry?: unknown; again?: unknown }[];
}

export interface Trigger {
  segmentId?: string;
  path?: string;
  after?: number;
  times?: number;
  probability?: number;
  from?: string;
  until?: string;
}

export type Effect = Record<string, unknown>;

export interface Fault {
  id: string;
  trigger: Trigger;
  effect: Effect;
  matched: number;
  strikes: number;
}

export interface PlayingFault extends Fault {
  phase: 'past' | 'present' | 'next';
}

export interface PlayingStoryboard {
  name: string;
  startedAt: string;
  faults: PlayingFault[];
}

export interface Storyboards {
  builtIn: { name: string; sentence: string; scale?: number }[];
  playing: PlayingStoryboard[];
}

/** How clients behaved, by one rule. */
export interface Finding {
  rule: string;
  level: 'error' | 'warning' | 'note' | 'unjudged';
  count: number;
  /** The ids of journal entries. */
  requests: string[];
  message: string;
}
