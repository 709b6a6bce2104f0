import type { Parameter } from '../endpoints/parameters.js';
import type { RecordedReply } from '../exchanges/exchanges.js';
import type { Strike } from '../faults/planned-fault.js';
import type { ProfileName } from '../profiles/names.js';
import type { Reason } from '../refusals/codes.js';
import type { RequestHeaders, Subject } from '../request.js';
import type { Days } from '../series/days.js';
import type { Instant } from '../time/calendar.js';
import type { Permission } from '../workspaces/fixture.js';

/** A likely mistake of the client, noted while the request was checked. */
export type Warning =
  | Extract<Reason, { code: 'parameter_unknown' }>
  | { code: 'api_key_misplaced'; place: 'path'; name?: undefined }
  | { code: 'api_key_misplaced'; place: 'parameter' | 'header'; name: string }
  | { code: 'unencoded_plus' | 'preference_overruled' }
  /** What the caller may have meant by what was refused; `says` ends before `value`, which may quote the request. */
  | { code: 'near_miss'; about?: string; says: string; value?: string }
  | { code: 'days_left_out'; days: Days; now: Instant }
  | { code: 'page_beyond'; page: number; listed: number; what: string }
  | { code: 'doubled_slash' | 'trailing_slash'; path: string }
  | { code: 'foreign_instance'; key: string; host: string }
  | { code: 'preference_ignored'; preferred: number };

/** What the checks saw and decided for one request: plain data, kept in the journal and rendered on demand. */
export interface Trace {
  /** Counts up within a journal, which gives it. */
  number: number;
  /** When it came, by the workspace's clock. */
  readonly at: Instant;
  /** When it began in real time, in milliseconds of the mock's stopwatch; it ended `durationMs` later. */
  readonly startedMs: number;
  /** The connection that it came by, which counts up, and which request of that connection it is. */
  readonly connection: number | undefined;
  readonly nthOnConnection: number;
  readonly method: string;
  readonly target: string;
  /** The path as the router reads it. */
  readonly path: string;
  /** The request headers as JSON text; entries share it. */
  readonly headers: string;
  /** Whether the query could be decoded. */
  readonly isReadable: boolean;
  /** The subject of the endpoint; `undefined` for an unknown path. */
  readonly subject: Subject | undefined;
  /** The index of the check that was begun last. */
  readonly reached: number;
  readonly segmentId: string | undefined;
  readonly apiKey: string | undefined;
  readonly workspace: string | undefined;
  readonly permissions: ReadonlySet<Permission> | undefined;
  /** Words the reply. */
  readonly profile: ProfileName;
  /** That of the workspace's catalogue. */
  readonly revision: number;
  /** The capacity of the rate limit, and what was left of it after this request. */
  readonly quota: number | undefined;
  readonly remaining: number;
  /** When the full quota is available again, as the reply's headers say; 0 without a limit. */
  readonly resetAt: number;
  readonly faultsPlanned: number | undefined;
  /** The status that the request preferred and got. */
  readonly preferred: number | undefined;
  readonly strike: Strike | undefined;
  /** The days of a series and how many were served, where the checks came that far. */
  readonly days: Days | undefined;
  /** The reply of the exchange with this method, path and query; it was sent if there are no reasons. */
  readonly recorded: RecordedReply | undefined;
  readonly reasons: readonly [Reason, ...Reason[]] | undefined;
  readonly warnings: readonly Warning[] | undefined;
  /** Real seconds that a refusal told to wait, by whichever header. */
  readonly toldWaitSeconds: number | undefined;
  /** What it takes in memory, estimated: never less than it does. */
  bytes: number;
  /** That of the reply; `undefined` where there was none. */
  status: number | undefined;
  /** Real milliseconds; `undefined` while the request is in flight. */
  durationMs: number | undefined;
}

/** A trace with its texts decoded, as the checks render it. */
export interface ReadTrace extends Omit<Trace, 'headers'> {
  readonly headers: RequestHeaders;
  readonly parameters: readonly Parameter[];
}
