/** Loads a server with autocannon in a separate process, and prints the result as JSON. */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import seedrandom from 'seedrandom';
import { KEY, SEGMENT } from './fixtures.js';
import { CONNECTIONS, type Seen } from './load.js';
import type { Asked } from './windows.js';

const [url = '', asked = '', endingsFile = '', seconds = '', seed = ''] = process.argv.slice(2);
const { workspaces, segments, length, inTurn = false } = JSON.parse(asked) as Asked;
const endings = readFileSync(endingsFile, 'utf8').split('\n');
const random = seedrandom(seed);
const draw = (count: number) => Math.floor(random() * count);
let turn = 0;
const pick = (count: number) => 1 + (inTurn ? turn % count : draw(count));

const result = await autocannon({
  url,
  connections: CONNECTIONS,
  timeout: 30,
  duration: Number(seconds),
  requests: [
    {
      setupRequest: (request) => {
        turn++;
        return {
          ...request,
          path: `/segments/data_series?segment_id=${SEGMENT}${pick(segments)}&length=${length}&ending_at=${endings[draw(endings.length)]}`,
          headers: { authorization: `Bearer ${KEY}${pick(workspaces)}` },
        };
      },
    },
  ],
});
const seen: Seen = {
  requests: result.requests.total,
  seconds: result.duration,
  p99: result.latency.p99,
  failures: result.errors + result.timeouts + result.non2xx,
};
console.log(JSON.stringify(seen));
