/** What callers of the library may give, as its users name it. `index` exports all of these types. */
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
import type { Given } from './given.js';

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
