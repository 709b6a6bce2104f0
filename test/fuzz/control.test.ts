import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Apart, startApart } from '../support/apart.js';
import { controlRequest, controlRoutes } from './control.js';
import { PATIENCE, planned, Tally } from './plan.js';
import { pipelined } from './pipelined.js';
import { type Request, WORKSPACES } from './requests.js';

const PIPELINED = 8;
const tally = new Tally();
const routesMet = new Set<string>();
let server: Apart;

beforeAll(async () => {
  server = await startApart({ workspaces: WORKSPACES, settings: { journalSize: 20 } });
});
afterAll(async () => {
  tally.tell('control API');
  await server.stop();
});

it(
  'the control API answers any request with documented codes, in order and byte for byte',
  async () => {
    const requests = fc.array(controlRequest, { minLength: PIPELINED, maxLength: PIPELINED });
    await fc.assert(fc.asyncProperty(requests, answered), planned(0.3, PIPELINED));
    expect(routesMet.size).toBeGreaterThan(controlRoutes.length * 0.9);
    expect(server.complaints()).toBe('');
    expect(await server.settled()).toMatchObject({ sockets: 0 });
  },
  PATIENCE,
);

async function answered(requests: Request[]): Promise<void> {
  for (const { request, bytes, reply } of await pipelined(server.url, requests)) {
    const { method, target } = request;
    tally.count(reply.status);
    routesMet.add(
      `${method} ${target
        .split('/')
        .map((step, at) => (at === 3 || at === 5 ? ':' : step))
        .join('/')}`,
    );
    expect({ bytes, status: reply.status }).toEqual({ bytes, status: Math.min(reply.status, 499) });
  }
}
