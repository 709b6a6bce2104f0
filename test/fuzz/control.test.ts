import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Apart, startApart } from '../support/apart.js';
import { exchangeBytes } from '../support/raw.js';
import { controlRequest, controlRoutes } from './control.js';
import { PATIENCE, planned, Tally } from './plan.js';
import { faultOf, readReplies } from './replies.js';
import { bytesOfRequest, type Request, WORKSPACES } from './requests.js';

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
  'whatever the control API is told, it answers in its words, in order and to the byte',
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
  const bytes = requests.map((request, index) => bytesOfRequest(request, index === requests.length - 1));
  const text = await exchangeBytes(server.url, bytes.join(''));
  const replies = readReplies(text, (index) => requests[index]?.method === 'HEAD');
  expect(replies).toHaveLength(requests.length);
  for (const [index, reply] of replies.entries()) {
    const { method, target } = requests[index] as Request;
    tally.count(reply.status);
    routesMet.add(
      `${method} ${target
        .split('/')
        .map((step, at) => (at === 3 || at === 5 ? ':' : step))
        .join('/')}`,
    );
    const fault = reply.status >= 500 ? 'a failure of its own' : faultOf(reply, method === 'HEAD');
    expect({ bytes: bytes[index], reply: reply.text.slice(0, 500), fault }).toEqual({
      bytes: bytes[index],
      reply: reply.text.slice(0, 500),
      fault: undefined,
    });
  }
}
