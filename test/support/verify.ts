import type { Verdict } from '../../src/contract/verdicts.js';
import { verify, type VerifyOptions } from '../../src/contract/verify.js';
import type { SegmentFixture } from '../../src/core/segments/fixture.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { ioOf, type RecordedIo } from './contract.js';
import { startTestServer, type TestServer } from './server.js';

/** The clock of the servers. */
export const CLOCK = '2026-03-05T09:20:00Z';
export const KEY = '8f6ad2a1-5f0b-4f3c-9b1e-2d7c44a0e911';
export const PROFILES = ['documented', 'observed'] as const;

export const SEGMENTS: SegmentFixture[] = [
  {
    id: 'a2c1',
    name: 'VIP Oslo',
    tags: ['x'],
    teams: ['t'],
    description: 'secret plan',
    createdAt: '2024-01-10T08:00:00Z',
  },
  { id: 'off-1', analyticsTrackingEnabled: false, createdAt: '2024-02-01' },
  { id: 'third', createdAt: '2024-03-01' },
];

export function brazeWith(workspace: Partial<WorkspaceFixture> = {}): Promise<TestServer> {
  const workspaces = [{ name: 'real', apiKeys: [{ key: KEY }], segments: SEGMENTS, ...workspace }];
  // Replies to unknown keys are in the profile of the server.
  return startTestServer({ clock: CLOCK, workspaces, ...(workspace.profile && { profile: workspace.profile }) });
}

export interface Outcome {
  isFine: boolean;
  verdicts: Map<string, Verdict>;
  contradicted: string[];
  text: string;
  requests: number;
  io: RecordedIo;
}

/** Verifies a server, with defaults. */
export async function verified(
  against: string,
  options: Partial<VerifyOptions> = {},
  io = ioOf({ BRAZE_API_KEY: KEY }),
): Promise<Outcome> {
  let text = '';
  io.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const isFine = await verify({ against, profile: 'observed', format: 'json', force: false, ...options }, io);
  const { rows, requests } = JSON.parse(text) as { rows: Verdict[]; requests: number };
  const contradicted = rows.filter(({ verdict }) => verdict === 'contradicted').map(({ id }) => id);
  return { isFine, verdicts: new Map(rows.map((row) => [row.id, row])), contradicted, text, requests, io };
}
