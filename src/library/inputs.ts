/** What callers of the library may give: JSON data, or a `Date` where that has an instant or a date, a `URL` for a path. */
import type * as clock from '../core/time/clock.js';
import type * as faults from '../core/faults/fault.js';
import type * as storyboards from '../core/faults/storyboards.js';
import type * as segment from '../core/segments/fixture.js';
import type * as fixture from '../core/workspaces/fixture.js';
import type * as replies from '../operations/replies.js';
import type * as requests from '../operations/requests.js';
import type * as segments from '../operations/segments.js';
import type * as series from '../operations/series.js';
import type * as snapshot from '../operations/snapshot.js';
import type * as workspaces from '../operations/workspaces.js';

export type Given<T> = T extends readonly (infer Item)[]
  ? Given<Item>[]
  : T extends object
    ? { [Name in keyof T]: Given<T[Name]> | (Name extends Dated<keyof T> ? Date : Name extends Path ? Url : never) }
    : T;
/** A `from` beside an `until` is an instant, otherwise it is a name. */
type Dated<Names> =
  | ('until' extends Names ? 'from' : never)
  | 'now'
  | 'since'
  | 'until'
  | 'createdAt'
  | 'updatedAt'
  | 'anchor'
  | 'on'
  | 'time'
  | 'clock';
/** `URL`, where the platform's types declare it. */
export type Url = typeof globalThis extends { URL: { prototype: infer PlatformUrl } } ? PlatformUrl : never;
type Path = 'tlsCert' | 'tlsKey' | 'tlsDir';

/** As TypeScript sees data of a JSON file: a word is a string, and a field that other items of a list have is undefined. */
type Imported<T> = T extends string
  ? string
  : T extends readonly (infer Item)[]
    ? Imported<Item>[]
    : T extends object
      ? { [Name in keyof T]: Imported<T[Name]> | (object extends Pick<T, Name> ? undefined : never) }
      : T;

export type ClockSetting = Given<clock.ClockSetting>;
export type FaultPlan = Given<faults.FaultPlan>;
export type FixtureFile = Given<fixture.FixtureFile>;
/** For `fixture satisfies Fixture`, where `fixture` is imported from a JSON file. */
export type Fixture = Imported<fixture.FixtureFile>;
export type NewWorkspace = Given<workspaces.NewWorkspace>;
export type PreviewQuery = Omit<replies.PreviewQuery, 'ending_at'> & { ending_at?: string | Date };
export type PutWorkspace = Given<snapshot.PutWorkspace>;
export type RequestFilter = Given<requests.RequestFilter>;
export type SegmentChange = Given<segments.SegmentChange>;
export type SegmentFixture = Given<segment.SegmentFixture>;
export type SegmentInput = Given<segments.SegmentInput>;
export type DayRange = { [Name in keyof series.DayRange]: string | Date };
export type SeriesRange = DayRange & Pick<series.SeriesRange, 'format'>;
export type Storyboard = Given<storyboards.Storyboard>;
export type Trigger = Given<faults.Trigger>;
export type WorkspaceFixture = Given<fixture.WorkspaceFixture>;
