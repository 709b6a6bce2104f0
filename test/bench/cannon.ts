/** Loads a server with autocannon, in a process of its own, and prints what was seen as JSON. */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import seedrandom from 'seedrandom';
import { KEY, type Population, SEGMENT } from './fixtures.js';
import { CONNECTIONS, type Seen } from './load.js';

const [url = '', asked = '', endingsFile = '', seconds = '', seed = ''] = process.argv.slice(2);
const { workspaces, segments, length } = JSON.parse(asked) as Population & { length: number };
const endings = readFileSync(endingsFile, 'utf8').split('\n');
const random = seedrandom(seed);
const draw = (count: number) => Math.floor(random() * count);

const result = await autocannon({
  url,
  connections: CONNECTIONS,
  timeout: 30,
  duration: Number(seconds),
  requests: [
    {
      setupRequest: (request) => ({
        ...request,
        path: `/segments/data_series?segment_id=${SEGMENT}${1 + draw(segments)}&length=${length}&ending_at=${endings[draw(endings.length)]}`,
        headers: { authorization: `Bearer ${KEY}${1 + draw(workspaces)}` },
      }),
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
