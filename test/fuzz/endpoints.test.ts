import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Apart, startApart } from '../support/apart.js';
import { planned, PATIENCE, Tally } from './plan.js';
import { pipelined } from './pipelined.js';
import { endpointRequest, type Request, WORKSPACES } from './requests.js';

const PIPELINED = 16;
const tally = new Tally();
let server: Apart;

beforeAll(async () => {
  server = await startApart({ workspaces: WORKSPACES, settings: { journalSize: 20 } });
});
afterAll(async () => {
  tally.tell('endpoints');
  await server.stop();
});

it(
  'the endpoints answer any request with documented codes, in order and byte for byte',
  async () => {
    const requests = fc.array(endpointRequest, { minLength: PIPELINED, maxLength: PIPELINED });
    await fc.assert(fc.asyncProperty(requests, answered), planned(0.5, PIPELINED));
    expect(server.complaints()).toBe('');
    expect(await server.settled()).toMatchObject({ sockets: 0 });
  },
  PATIENCE,
);

async function answered(requests: Request[]): Promise<void> {
  for (const { bytes, reply } of await pipelined(server.url, requests)) {
    tally.count(reply.status);
    const isAskedFor = reply.headers['preference-applied'] === `code=${reply.status}`;
    if (!isAskedFor) expect({ bytes, status: reply.status }).toEqual({ bytes, status: Math.min(reply.status, 499) });
  }
}
