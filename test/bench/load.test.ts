import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { hasWrk, load, type LoadTool } from './load.js';
import { HOT } from './windows.js';

/** A server that answers with one status and records its requests. */
async function serve(status: number) {
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    asked.add(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(status).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const asked = { ...HOT, workspaces: 2, segments: 2, endings: ['2023-12-30', '2023-12-31'] };
const every = [1, 2].flatMap((key) =>
  [1, 2].flatMap((segment) =>
    asked.endings.map((ending) => {
      const query = `segment_id=segment_${segment}&length=100&ending_at=${ending}`;
      return `GET /segments/data_series?${query} Bearer sk_test_${key}`;
    }),
  ),
);

/** Loads a server that answers 200 and one that answers with an error. */
async function expectAllAsked(tool: LoadTool) {
  const [good, bad] = await Promise.all([serve(200), serve(404)]);
  const [seen, failed] = await Promise.all([good, bad].map(({ url }) => load(tool, url, asked, 1, 1)));
  expect([...good.asked].toSorted()).toEqual(every.toSorted());
  expect(seen).toMatchObject({ failures: 0, p99: expect.any(Number) as number });
  expect(failed?.failures).toBeGreaterThan(0);
  expect(failed?.failures).toBe(failed?.requests);
}

it.skipIf(!hasWrk)('wrk sends every request and counts the failures', () => expectAllAsked('wrk'));

it('autocannon sends every request and counts the failures', () => expectAllAsked('autocannon'));
