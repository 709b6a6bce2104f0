import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Apart, startApart } from '../support/apart.js';
import { exchangeBytes } from '../support/raw.js';
import { planned, PATIENCE, Tally } from './plan.js';
import { faultOf, readReplies } from './replies.js';
import { bytesOfRequest, endpointRequest, type Request, WORKSPACES } from './requests.js';

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
  'whatever is asked of an endpoint is answered in its words, in order and to the byte',
  async () => {
    const requests = fc.array(endpointRequest, { minLength: PIPELINED, maxLength: PIPELINED });
    await fc.assert(fc.asyncProperty(requests, answered), planned(0.5, PIPELINED));
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
    const request = requests[index] as Request;
    tally.count(reply.status);
    expect({ bytes: bytes[index], fault: faultOf(reply, request.method === 'HEAD') }).toEqual({
      bytes: bytes[index],
      fault: undefined,
    });
    const isAskedFor = reply.headers['preference-applied'] === `code=${reply.status}`;
    if (!isAskedFor)
      expect({ bytes: bytes[index], status: reply.status }).toEqual({
        bytes: bytes[index],
        status: Math.min(reply.status, 499),
      });
  }
}
