import { ClockSetting } from '../core/time/clock.js';
import { FaultPlan } from '../core/faults/fault.js';
import type { FaultView } from '../core/faults/planned-fault.js';
import { Storyboard } from '../core/faults/storyboards.js';
import type { EntryView } from '../core/journal/entry.js';
import type { Mock } from '../core/mock.js';
import type { LimitState } from '../core/rate-limit/limiter.js';
import type { WrittenSegment } from '../core/segments/segment.js';
import type { ProfileName } from '../core/profiles/names.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { type ConductView, conductView } from '../operations/conduct.js';
import { Advance, advanceClock, type ClockView, clockView, resetClock, setClock } from '../operations/clock.js';
import { ControlError, maskingErrors } from '../operations/errors.js';
import { findFault, removeFault } from '../operations/faults.js';
import { RateLimitSetting, rateLimitView, setRateLimit } from '../operations/rate-limit.js';
import { countRequests, findRequest, listRequests, RequestFilter } from '../operations/requests.js';
import * as segments from '../operations/segments.js';
import * as replies from '../operations/replies.js';
import * as storyboards from '../operations/storyboards.js';
import { DayRange, type SeriesDay, seriesView, type TrendView, trendView } from '../operations/series.js';
import { changeState, findState, type StateChange } from '../operations/states.js';
import * as workspaces from '../operations/workspaces.js';
import { workspaceFixture } from '../operations/snapshot.js';
import { ApiKeyFixture, type FixtureFile } from '../core/workspaces/fixture.js';
import type * as inputs from './inputs.js';
import { valid, validId, validQuery } from './plain-data.js';

/**
 * A workspace: the operations of the control API as methods, which throw a `ControlError`. They can be destructured and
 * used as callbacks: extra arguments are ignored.
 */
export class WorkspaceFace {
  readonly name: string;
  /** An API key of this workspace. */
  readonly apiKey: string;
  readonly #mock: Mock;
  #own: Workspace;

  constructor(mock: Mock, name: string, apiKey: string) {
    this.#mock = mock;
    this.#own = workspaces.findWorkspace(mock, name);
    this.name = name;
    this.apiKey = apiKey;
  }

  readonly clock = this.#masking({
    get: (): ClockView => clockView(this.#workspace),
    set: (setting: inputs.ClockSetting): ClockView => setClock(this.#workspace, valid(ClockSetting, setting)),
    /** Advances the clock by an ISO 8601 duration, such as `PT1H`. */
    advance: (by: string | Advance): ClockView =>
      advanceClock(this.#workspace, valid(Advance, typeof by === 'object' ? by : { by })),
    /** Restores the clock of the fixture or the `clock` option. */
    reset: (): ClockView => resetClock(this.#workspace),
  });

  readonly rateLimit = this.#masking({
    get: (): LimitState | 'off' => rateLimitView(this.#workspace),
    set: (setting: RateLimitSetting): LimitState | 'off' =>
      setRateLimit(this.#workspace, valid(RateLimitSetting, setting)),
  });

  readonly segments = this.#masking({
    list: (): WrittenSegment[] => segments.listSegments(this.#workspace),
    get: (id: string): WrittenSegment => segments.segmentView(this.#workspace, validId(id)),
    /** Creates or replaces a segment; omitted fields have their defaults. */
    put: (id: string, segment: inputs.SegmentInput = {}): WrittenSegment => {
      segments.putSegment(this.#workspace, validId(id), valid(segments.SegmentInput, segment));
      return segments.segmentView(this.#workspace, id);
    },
    /** Changes fields of a segment and keeps the others; null resets a field to its default. */
    update: (id: string, change: inputs.SegmentChange): WrittenSegment =>
      segments.updateSegment(this.#workspace, validId(id), valid(segments.SegmentChange, change)),
    delete: (id: string): void => segments.deleteSegment(this.#workspace, validId(id)),
    /** The true and estimated sizes by day; takes no token. */
    series: (id: string, range: inputs.DayRange = {}): SeriesDay[] =>
      seriesView(this.#mock, this.#workspace, validId(id), validQuery(DayRange, range)),
    /** How the estimated sizes of a range move. */
    trend: (id: string, range: inputs.DayRange = {}): TrendView =>
      trendView(this.#mock, this.#workspace, validId(id), validQuery(DayRange, range)),
    /** What a client would get now; takes no token. */
    reply: (id: string, query: inputs.PreviewQuery = {}): replies.PreviewView =>
      replies.previewReply(this.#mock, this.#workspace, validId(id), validQuery(replies.PreviewQuery, query)),
  });

  readonly faults = this.#masking({
    add: (plan: inputs.FaultPlan): FaultView => this.#workspace.faults.add(valid(FaultPlan, plan)),
    list: (): FaultView[] => this.#workspace.faults.list(),
    get: (id: string): FaultView => findFault(this.#workspace, validId(id)),
    delete: (id: string): void => removeFault(this.#workspace, validId(id)),
    clear: (): void => this.#workspace.faults.clear(),
  });

  readonly storyboards = this.#masking({
    /** Begins a built-in storyboard by its name, or another one with its faults. */
    play: (storyboard: string | inputs.Storyboard): storyboards.PlayingStoryboard =>
      storyboards.playStoryboard(
        this.#workspace,
        valid(Storyboard, typeof storyboard === 'string' ? { name: storyboard } : storyboard),
      ),
    /** The built-in ones and those playing, with the phase of each fault. */
    list: (): storyboards.StoryboardsView => storyboards.storyboardsView(this.#workspace),
    end: (name: string): void => storyboards.endStoryboard(this.#workspace, validId(name)),
  });

  readonly requests = this.#masking({
    /** Newest first. */
    list: (filter: inputs.RequestFilter = {}): EntryView[] =>
      listRequests(this.#mock, this.#workspace, validQuery(RequestFilter, filter)),
    /** How many there are; the same filters as for `list`. */
    count: (filter: inputs.RequestFilter = {}): number =>
      countRequests(this.#mock, this.#workspace, validQuery(RequestFilter, filter)),
    get: (id: string): EntryView => findRequest(this.#mock, this.#workspace, validId(id)),
    /** Answers a request again, in another profile or without faults; takes no token. */
    again: (id: string, query: replies.AgainQuery = {}): replies.AgainView =>
      replies.answerAgain(this.#mock, this.#workspace, validId(id), validQuery(replies.AgainQuery, query)),
    clear: (): void => this.#workspace.journal.clear(),
  });

  /** How the clients of the workspace behave, since its start or since its requests were deleted. */
  readonly conduct = this.#guarded((): ConductView => conductView(this.#mock, this.#workspace));

  /** Provider states, as Pact calls them. */
  readonly states = this.#masking({
    /** Brings the workspace into a state, such as `segment exists`. */
    setUp: (state: string, params: Record<string, unknown> = {}): StateChange =>
      changeState(this.#workspace, { state, params: valid(findState(validId(state)).params, params) as typeof params }),
    /** Undoes the last setup of a state. */
    tearDown: (state: string): StateChange =>
      changeState(this.#workspace, { state: validId(state), action: 'teardown' }),
  });

  readonly profile = this.#masking({
    get: (): ProfileName => this.#workspace.profile.name,
    set: (profile: ProfileName): void =>
      void workspaces.setProfile(this.#workspace, valid(workspaces.ProfileSetting, { profile })),
  });

  readonly addApiKey = this.#guarded((apiKey: workspaces.NewApiKey = {}): workspaces.ApiKeyView =>
    workspaces.addApiKey(this.#mock, this.#workspace, valid(workspaces.NewApiKey, apiKey)),
  );

  /** Revokes an API key: requests with it are a 401 from now on. */
  readonly revokeApiKey = this.#guarded((key: string): void =>
    workspaces.revokeApiKey(this.#mock, this.#workspace, valid(ApiKeyFixture, { key }).key),
  );

  /** A fixture file with the workspace as it is now. `putWorkspace` of the mock takes it back. */
  readonly fixture = this.#guarded((): FixtureFile => structuredClone(workspaceFixture(this.#workspace)));

  /** Restores the initial state of the workspace. */
  readonly reset = (): void => this.#mock.resetWorkspace(this.#workspace);

  readonly delete = (): void => this.#mock.remove(this.#workspace);

  /** False once it is deleted, directly or by a reset of the mock. */
  get exists(): boolean {
    // `putWorkspace` replaces a workspace under its handles.
    while (this.#own.replacement !== undefined) this.#own = this.#own.replacement;
    return this.#mock.workspaces.get(this.name) === this.#own;
  }

  /** The operations, with API keys masked in their errors. */
  #masking<Group extends Record<string, (...args: never[]) => unknown>>(group: Group): Group {
    return Object.fromEntries(Object.entries(group).map(([name, work]) => [name, this.#guarded(work)])) as Group;
  }

  #guarded<Work extends (...args: never[]) => unknown>(work: Work): Work {
    return ((...args) => maskingErrors(this.#mock.workspaces.mask, () => work(...args))) as Work;
  }

  get #workspace(): Workspace {
    if (this.exists) return this.#own;
    throw new ControlError(
      'workspace_not_found',
      `the workspace ${this.#mock.workspaces.mask(this.name)} was deleted; make another`,
    );
  }
}
