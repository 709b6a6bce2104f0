import { answer } from '../../src/core/answer.js';
import type { Conduct } from '../../src/core/conduct/conduct.js';
import type { FaultPlan } from '../../src/core/faults/fault.js';
import { Mock, type MockSettings } from '../../src/core/mock.js';
import type { ClientConnection } from '../../src/core/request.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import type { Workspace } from '../../src/core/workspaces/workspace.js';
import { defaultSettings } from '../../src/start/settings.js';
import { handClock } from './clock.js';

/** A request, and how it came. */
export interface Sending {
  method?: string;
  key?: string | undefined;
  headers?: Record<string, string>;
  /** Milliseconds until the reply is sent. */
  tookMs?: number;
  connection?: ClientConnection;
}

/** A request that has begun. */
export interface Begun {
  status: number;
  headers: Record<string, string>;
  body: string;
  isBroken: boolean;
  /** Its number in the journal. */
  number: number;
  finish(): void;
}

export const SERIES = '/segments/data_series';
export const window = (segment: string, endingAt: string, length: number) =>
  `${SERIES}?segment_id=${segment}&length=${length}&ending_at=${endingAt}`;

interface Options extends Partial<MockSettings> {
  /** The machine's clock at the beginning; that of the workspace, unless its fixture has another. */
  starting?: string;
  workspace?: Partial<WorkspaceFixture>;
  faults?: readonly FaultPlan[];
}

/** A mock with manual real time, and clients that call it. */
export class Rehearsal {
  readonly clock;
  readonly mock: Mock;
  readonly workspace: Workspace;
  isTimeFaked = false;
  /** Of the event loop. */
  turn = 0;
  /** That the event loop had nothing to do. */
  idleMs = 0;
  #realMs = 1000;

  constructor({ starting = '2024-06-15T10:20:00Z', workspace, faults = [], ...settings }: Options = {}) {
    this.clock = handClock(starting);
    this.mock = new Mock(
      { ...defaultSettings, ...settings },
      [
        {
          name: 'w',
          apiKeys: [{ key: 'KEY' }, { key: 'LIST-KEY', permissions: ['segments.list'] }],
          segments: [
            ...['a', 'b', 'c'].map((id) => ({ id, createdAt: '2020-01-01' })),
            { id: 'dark', analyticsTrackingEnabled: false },
          ],
          ...workspace,
        },
      ],
      {
        clock: this.clock,
        stopwatch: () => this.#realMs,
        isTimeFaked: () => this.isTimeFaked,
        turn: () => this.turn,
        idleMs: () => this.idleMs,
      },
    );
    this.workspace = this.mock.workspaces.default as Workspace;
    for (const fault of faults) this.workspace.faults.add(fault);
  }

  /** Lets real time pass. */
  pass(ms: number): void {
    this.#realMs += ms;
    if (ms > 0) this.turn++;
    this.idleMs += ms;
    this.clock.pass(ms);
  }

  /** Begins a request, which is in flight until it is finished. */
  begin(target: string, { method = 'GET', key = 'KEY', headers = {}, connection }: Sending = {}): Begun {
    const startedMs = this.#realMs;
    if (connection !== undefined) connection.requests++;
    const authorization = key === '' ? {} : { authorization: `Bearer ${key}` };
    const arrival = { resets: this.mock.resets, startedMs, connection };
    const reply = answer(this.mock, { method, target, headers: { ...authorization, ...headers }, arrival });
    const { effect, status } = reply;
    return {
      status,
      headers: reply.headers,
      body: Buffer.from(reply.body).toString(),
      isBroken: (effect?.connection ?? effect?.truncate) !== undefined,
      number: reply.trace.number,
      finish: () => {
        const sent = effect?.connection === undefined ? status : undefined;
        reply.journal.finish(reply.trace, sent, this.#realMs - startedMs);
      },
    };
  }

  /** Sends a request and waits for its reply. */
  send(target: string, { tookMs = 1, ...how }: Sending = {}): Begun {
    const begun = this.begin(target, how);
    this.pass(tookMs);
    begun.finish();
    return begun;
  }

  findings(stray = false): ReturnType<Conduct['judgements']> {
    return (stray ? this.mock : this.workspace).conduct.judgements();
  }

  /** The findings as `rule level count`. */
  get found(): string[] {
    return this.findings().map(({ rule, level, count }) => `${rule} ${level} ${count}`);
  }
}
