import { get as httpGet, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import type { Mock } from '../../../src/core/mock.js';
import { Journal } from '../../../src/core/journal/journal.js';
import { listRequests, requestsAsJson } from '../../../src/operations/requests.js';
import { exchangeBytes } from '../../support/raw.js';
import { API_KEY, startTestServer, type TestServer } from '../../support/server.js';
import { traceWith } from '../../support/traces.js';

const LISTS = { '/workspaces/default/requests': `Authorization: Bearer ${API_KEY}`, '/requests': 'X-Key: none' };
type List = keyof typeof LISTS;

/** More bytes of entries than socket buffers hold: each has a header of 15 KB. */
const MANY = 1000;
const FILLER = 'x'.repeat(15_000);

async function fill({ url }: TestServer, path: List, amount: number): Promise<void> {
  const head = `GET /segments/list HTTP/1.1\r\nHost: x\r\n${LISTS[path]}\r\nX-Filler: ${FILLER}\r\n`;
  for (let sent = 0; sent < amount; sent += 100) {
    await exchangeBytes(url, `${`${head}\r\n`.repeat(99)}${head}Connection: close\r\n\r\n`);
  }
}

/** A reply whose head has arrived, and whose body is not read yet. */
async function begin(url: string): Promise<IncomingMessage> {
  const [response] = (await once(httpGet(url, { agent: false }), 'response')) as [IncomingMessage];
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return text;
}

it.each(Object.keys(LISTS) as List[])('%s lists the same as the library, as compact JSON', async (path) => {
  const server = await startTestServer({ clock: '2024-01-31' });
  expect((await server.control('GET', path)).text).toBe('{"requests":[]}');
  await fill(server, path, 100);
  const { text, headers, body } = await server.control('GET', path);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect((body as { requests: { id: string }[] }).requests.map(({ id }) => Number(id))).toEqual(
    Array.from({ length: 100 }, (_id, index) => 100 - index),
  );
  expect(text).toBe(JSON.stringify(body));
});

it('answers HEAD with headers only', async () => {
  const server = await startTestServer();
  await fill(server, '/requests', 100);
  const text = await exchangeBytes(
    server.url,
    'HEAD /__mock/requests HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  );
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)*content-type: application\/json; charset=utf-8\r\n/);
  expect(text.endsWith('\r\n\r\n')).toBe(true);
});

it.each(Object.keys(LISTS) as List[])(
  '%s lists a snapshot, including entries evicted while it is sent',
  async (path) => {
    const server = await startTestServer({ journalSize: MANY });
    await fill(server, path, MANY);
    const response = await begin(`${server.url}/__mock${path}`);
    await fill(server, path, MANY);
    const { requests } = JSON.parse(await textOf(response)) as { requests: { id: string }[] };
    expect([requests.length, requests[0]?.id, requests.at(-1)?.id]).toEqual([MANY, String(MANY), '1']);
  },
);

it('continues after a client disconnects in the middle of a list, and can stop while another does not read', async () => {
  const server = await startTestServer();
  await fill(server, '/requests', MANY);
  (await begin(`${server.url}/__mock/requests`)).destroy();
  expect((await server.control('GET', '/requests?limit=1')).status).toBe(200);
  const response = await begin(`${server.url}/__mock/requests`);
  response.on('error', () => undefined);
  await server.stop();
  await expect(textOf(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

it('renders entries only as they are read', () => {
  const journal = new Journal(MANY);
  for (let count = 0; count < MANY; count++)
    journal.add(traceWith({ headers: JSON.stringify({ 'x-filler': FILLER }) }));
  let rendered = 0;
  const mask = (text: string) => {
    if (text === FILLER) rendered++;
    return text;
  };
  const mock = { journal, workspaces: { mask } } as unknown as Mock;
  const pieces = requestsAsJson(mock, undefined, {});
  const { value: first } = pieces.next();
  expect(rendered).toBeGreaterThan(0);
  expect(rendered).toBeLessThan(20);
  let text = String(first);
  for (const piece of pieces) text += piece;
  expect(text).toBe(JSON.stringify({ requests: listRequests(mock, undefined, {}) }));
});
