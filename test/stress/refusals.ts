import { Buffer } from 'node:buffer';
import { JOURNAL_BYTES } from '../../src/core/journal/journal.js';
import { startApart } from '../support/apart.js';
import { mebibytes, type Report } from './report.js';
import { ask, keyOf, PIPELINED, PIPELINED_OUTCOMES, reset, send, SERIES, workspaces } from './outcomes.js';

/** Requests with large entries, all different. */
const LARGE: Record<string, (count: number) => string> = {
  'its own trace id': (count) =>
    ask(keyOf(0), `${SERIES}?segment_id=s&length=7`, 'GET', `X-Trace: ${count}-0123456789`),
  'a URL of 8 KB': (count) => ask(keyOf(0), `${SERIES}?segment_id=s&length=7&x=${count}${'x'.repeat(8000)}`),
  'a URL of 8 KB with a host': (count) => ask(keyOf(0), `http://${count}${'x'.repeat(8000)}@localhost/nowhere`),
  'an id of 7 KB': (count) => ask(keyOf(0), `${SERIES}?segment_id=${count}${'%C5%93'.repeat(1200)}`),
  'two bad values of 4 KB': (count) =>
    ask(keyOf(0), `${SERIES}?segment_id=s&length=${count}${'x'.repeat(3900)}&ending_at=${'%C5%93'.repeat(650)}`),
  '2,000 unknown parameters': (count) =>
    ask(keyOf(0), `${SERIES}?${manyOf(2000, (index) => `${index.toString(36)}&`)}x${count}`),
  'a header of 15 KB': (count) => ask(keyOf(0), '/nowhere', 'GET', `X-Filler: ${count}${'x'.repeat(15_000)}`),
  '2,000 headers': (count) =>
    ask(
      keyOf(0),
      '/nowhere',
      'GET',
      ...Array.from({ length: 2000 }, (_none, index) => `${index.toString(36)}:${count % 10}`),
    ),
  '2,000 times the same header': (count) =>
    ask(keyOf(0), '/nowhere', 'GET', ...Array.from({ length: 2000 }, () => `a: ${count % 10}`)),
  'headers that JSON escapes': (count) => ask(keyOf(0), '/nowhere', 'GET', `X: ${count}${'"\\'.repeat(7000)}`),
  'a header of 15 KB as its key': (count) => ask(`${count}${'x'.repeat(15_000)}`, '/nowhere'),
  'an invalid key of 15 KB': (count) => ask(`${count}${'x'.repeat(15_000)}`, `${SERIES}?segment_id=s&length=7`),
};

function manyOf(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_none, index) => text(index)).join('');
}

/** Bytes to fill a journal with: below its limit, and enough to outweigh other changes. */
const FILLED = 40 * 1024 * 1024;

/** Does an entry of a large request take no more than its estimate? */
export async function estimateTrials(): Promise<Report[]> {
  const settings = { journalSize: 1_000_000, strictParameters: true };
  const server = await startApart({ settings, workspaces: workspaces(1) });
  try {
    const reports: Report[] = [];
    for (const [name, request] of Object.entries(LARGE)) {
      await send(server, 2 * PIPELINED, request);
      const counted = Math.round((await server.measure()).journalBytes / (2 * PIPELINED));
      const entries = Math.min(10_000, Math.ceil(FILLED / counted / PIPELINED) * PIPELINED);
      await reset(server);
      const before = await server.settled();
      await send(server, entries, request);
      const each = Math.round(((await server.settled()).bytes - before.bytes) / entries);
      const problems = each <= counted ? [] : ['more than it is counted for'];
      reports.push({ name: `an entry with ${name}`, measured: `${each} bytes, counted as ${counted}`, problems });
      await reset(server);
    }
    return reports;
  } finally {
    await server.stop();
  }
}

/** Does a server with a heap of 256 MB survive a listing of its largest journal? */
export async function readingTrial(amount = 200_000): Promise<Report> {
  const server = await startApart({ settings: { journalSize: 1_000_000 }, workspaces: workspaces(1), heap: 256 });
  const requests = [...PIPELINED_OUTCOMES.values()];
  try {
    await send(server, amount, (index) => requests[index % requests.length]?.(0) ?? '');
    const { body } = await fetch(`${server.url}/__mock/workspaces/w-0/requests`);
    let bytes = 0;
    let end = '';
    for await (const chunk of body as ReadableStream<Uint8Array>) {
      bytes += chunk.length;
      end = Buffer.from(chunk).toString().slice(-2);
    }
    const complaints = server.complaints();
    return {
      name: `${amount} requests read at once with a heap of 256 MB`,
      measured: `a body of ${mebibytes(bytes)}`,
      problems: [
        ...(bytes > JOURNAL_BYTES / 2 ? [] : ['the journal was not full']),
        ...(end === ']}' ? [] : ['the body was cut']),
        ...(complaints === '' ? [] : [complaints]),
      ],
    };
  } finally {
    await server.stop();
  }
}

/** Does a server survive a million refusals with a heap of 256 MB? */
export async function survivalTrial(amount = 1_000_000): Promise<Report> {
  const server = await startApart({ settings: { journalSize: 100_000 }, workspaces: workspaces(100), heap: 256 });
  const [, ...refused] = [...PIPELINED_OUTCOMES.values()];
  try {
    await send(server, amount, (index) => refused[index % refused.length]?.(index % 100) ?? '');
    const { bytes } = await server.settled();
    const complaints = server.complaints();
    return {
      name: `${amount} refusals with a heap of 256 MB`,
      measured: `${mebibytes(bytes)} held`,
      problems: complaints === '' ? [] : [complaints],
    };
  } finally {
    await server.stop();
  }
}
