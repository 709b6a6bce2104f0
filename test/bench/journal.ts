import { defaultSettings } from '../../src/start/settings.js';
import { KEY } from './fixtures.js';
import type { Server } from './server.js';

/** Rejects unless the journal of the first workspace is full. */
export async function expectFullJournal({ url }: Server): Promise<void> {
  const name = 'workspace_1';
  const size = defaultSettings.journalSize;
  const reply = await fetch(`${url}/__mock/workspaces/${name}/requests?limit=${size}`);
  const { requests } = (await reply.json()) as { requests: unknown[] };
  if (requests.length !== size) {
    throw new Error(`the journal of ${name} (${KEY}1) has ${requests.length} entries, expected ${size}`);
  }
}
