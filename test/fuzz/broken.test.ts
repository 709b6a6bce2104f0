import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Apart, startApart } from '../support/apart.js';
import { type Writing, writing } from './broken.js';
import { PATIENCE, planned, Tally } from './plan.js';
import { faultOf, readReplies } from './replies.js';
import { WORKSPACES } from './requests.js';

const AT_ONCE = 512;
const tally = new Tally();
let server: Apart;

beforeAll(async () => {
  server = await startApart({
    workspaces: WORKSPACES,
    settings: { journalSize: 20 },
    // Keeps the waiting clients short.
    limits: { headersTimeout: 100, requestTimeout: 150, timeoutsCheckedEvery: 20, keepAliveTimeout: 100 },
  });
});
afterAll(async () => {
  tally.tell('connections with anything on them');
  await server.stop();
});

it(
  'answers any bytes with complete replies in the envelope and leaks nothing',
  async () => {
    const connections = fc.array(writing, { minLength: 1, maxLength: AT_ONCE, size: 'max' });
    const property = fc.asyncProperty(connections, async (writings) => {
      await Promise.all(writings.map(answered));
    });
    await fc.assert(property, planned(0.15, AT_ONCE / 2));
    expect(server.complaints()).toBe('');
    expect(await server.settled()).toMatchObject({ sockets: 0 });
  },
  PATIENCE,
);

async function answered(asWritten: Writing): Promise<void> {
  const text = await write(asWritten);
  if (asWritten.afterwards === 'reset') return;
  const bytes = asWritten.pieces.join('');
  const heads = bytes.includes('HEAD ');
  const replies = readReplies(text, (_index, rest) => heads && (rest === '' || rest.startsWith('HTTP/1.1 ')));
  // A client that ends without bytes or after empty lines has sent no request.
  const mayBeSilent = asWritten.afterwards === 'end' && /^[\r\n]*$/.test(bytes);
  expect({ ...asWritten, answers: replies.length > 0 || mayBeSilent }).toEqual({ ...asWritten, answers: true });
  for (const reply of replies) {
    tally.count(reply.status);
    const isOurs = reply.status >= 500 && reply.headers['preference-applied'] === undefined;
    const fault = isOurs ? 'a failure of its own' : faultOf(reply, heads && reply.text === '');
    expect({ ...asWritten, reply, fault }).toEqual({ ...asWritten, reply, fault: undefined });
  }
}

/** Returns all received bytes until the connection closes, as Latin-1. */
async function write({ pieces, afterwards }: Writing): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  // A server that has answered can reset a connection with bytes in transit.
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect').catch((error: unknown) => {
    throw new Error(`the server is gone: ${server.complaints()}`, { cause: error });
  });
  for (const piece of pieces) {
    socket.write(piece, 'latin1');
    await nextTurn();
  }
  if (afterwards === 'end') socket.end();
  if (afterwards === 'reset') socket.resetAndDestroy();
  await closed;
  return text;
}
