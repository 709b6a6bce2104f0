// A consumer in strict mode, with only TypeScript's built-in types.
import {
  ConfigurationError,
  ControlError,
  type EntryView,
  type FaultPlan,
  type FixtureFile,
  type MockOptions,
  type RunningMock,
  startMock,
} from 'braze-segments-mock';

const fixtures: FixtureFile = { workspaces: [{ name: 'ours', segments: [{ id: 'vip', size: 7 }] }] };
const options: MockOptions = { clock: '2024-01-31T12:00:00Z', rateLimit: 5, profile: 'observed', fixtures };
const fault: FaultPlan = { trigger: { times: 2 }, effect: { status: 503 } };

export async function use(): Promise<string | undefined> {
  const mock: RunningMock = await startMock(options);
  mock.createWorkspace({ name: 'theirs' }).faults.add(fault);
  const [entry]: EntryView[] = mock.workspace.requests.list({ limit: 1 });
  await mock.stop();
  return entry?.outcome;
}

export async function misuse(): Promise<unknown[]> {
  // @ts-expect-error: an unknown option
  const misspelt = await startMock({ prot: 0 }).catch((error: unknown) => error);
  const mock = await startMock();
  // @ts-expect-error: a string
  const url: number = mock.url;
  await mock.stop();
  return [url, misspelt instanceof ConfigurationError, misspelt instanceof ControlError];
}
