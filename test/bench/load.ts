import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { spawnChild, temporaryFolder } from './cleanup.js';
import { onLoadCore } from './cores.js';
import { KEY, SEGMENT } from './fixtures.js';
import type { Asked } from './windows.js';

export const CONNECTIONS = 32;

/** The result of a load generator. */
export interface Seen {
  requests: number;
  seconds: number;
  /** 99th percentile of the latency in milliseconds. */
  p99: number;
  /** Requests without a 2xx reply. */
  failures: number;
}

export type LoadTool = 'wrk' | 'autocannon';

export const hasWrk = spawnSync('wrk', ['--version']).error === undefined;

/** Loads a server for a whole number of seconds; the windows depend on the seed. */
export async function load(tool: LoadTool, url: string, asked: Asked, seconds: number, seed: number): Promise<Seen> {
  const child = spawnChild(onLoadCore(commandOf[tool](url, asked, seconds, seed)), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.stdout === null || child.stderr === null) throw new Error(`${tool} has no output`);
  const [printed, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  const line = printed.split('\n').find((one) => one.startsWith('{'));
  if (code !== 0 || line === undefined) throw new Error(`${tool} ended with ${code}: ${complaints || printed}`);
  return JSON.parse(line) as Seen;
}

const commandOf: Record<LoadTool, (url: string, asked: Asked, seconds: number, seed: number) => string[]> = {
  wrk: (url, asked, seconds, seed) => {
    const flags = [
      '--threads',
      '1',
      '--connections',
      String(CONNECTIONS),
      '--duration',
      `${seconds}s`,
      '--timeout',
      '30s',
    ];
    return ['wrk', ...flags, '--script', lua(asked, new URL(url).host, seed), url];
  },
  autocannon: (url, asked, seconds, seed) => {
    const script = fileURLToPath(new URL('cannon.ts', import.meta.url));
    const args = [url, JSON.stringify({ ...asked, endings: [] }), endingsFile(asked), String(seconds), String(seed)];
    return [process.execPath, '--import', 'tsx', script, ...args];
  },
};

let scripts = 0;

/** A wrk script that sends the requests and prints the result as JSON. */
function lua(asked: Asked, host: string, seed: number): string {
  const file = join(temporaryFolder(), `${++scripts}.lua`);
  writeFileSync(
    file,
    `math.randomseed(${seed})
local endings = {}
for line in io.lines(${JSON.stringify(endingsFile(asked))}) do endings[#endings + 1] = line end
local random = math.random
local turn = 0
local function pick(count) return ${asked.inTurn === true ? '1 + turn % count' : 'random(count)'} end

function request()
  turn = turn + 1
  return "GET /segments/data_series?segment_id=${SEGMENT}" .. pick(${asked.segments})
    .. "&length=${asked.length}&ending_at=" .. endings[random(#endings)]
    .. " HTTP/1.1\\r\\nHost: ${host}\\r\\nAuthorization: Bearer ${KEY}" .. pick(${asked.workspaces})
    .. "\\r\\n\\r\\n"
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%f,"p99":%f,"failures":%d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
`,
  );
  return file;
}

const files = new Map<readonly string[], string>();

/** In a file, because a script cannot have as many constants. */
function endingsFile({ endings }: Asked): string {
  let file = files.get(endings);
  if (file === undefined) {
    file = join(temporaryFolder(), `${files.size}.endings`);
    writeFileSync(file, endings.join('\n'));
    files.set(endings, file);
  }
  return file;
}
