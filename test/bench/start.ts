import type { Lab } from './lab.js';
import { writeFixture } from './fixtures.js';
import { inTurns, medianOf, ratioOf } from './measure.js';
import { type Server, startBare, startMock } from './server.js';
import * as cells from './table.js';

type Start = Server['start'];

/** Measures the start of the mock, compared with bare Fastify, and with many segments. */
export async function start(lab: Lab): Promise<cells.Row[]> {
  const { starts, segments } = lab.effort;
  const body = (await lab.body()).file;
  const many = writeFixture({ workspaces: 1, segments });
  lab.tell(
    `start: ${starts} of the mock and of bare Fastify in turn, ${Math.ceil(starts / 4)} with ${segments} segments`,
  );
  const { mock, bare } = await inTurns(starts, {
    bare: () => startOf(startBare(body)),
    mock: () => startOf(startMock(lab.fixture)),
  });
  const { crowded } = await inTurns(Math.ceil(starts / 4), { crowded: () => startOf(startMock(many)) });
  return [...readyRows(mock, bare), crowdedRow(crowded, segments), memoryRow(mock, bare)];
}

async function startOf(starting: Promise<Server>): Promise<Start> {
  const server = await starting;
  await server.stop();
  return server.start;
}

function readyRows(mock: readonly Start[], bare: readonly Start[]): cells.Row[] {
  const row = (figure: string, pick: (start: Start) => number, sure: boolean): cells.Row => {
    const compared = ratioOf(mock, bare, pick);
    return {
      figure,
      mock: cells.milliseconds(medianOf(mock, pick)),
      beside: `bare Fastify ${cells.milliseconds(medianOf(bare, pick))}`,
      compared: cells.ratio(compared),
      ...cells.atMost(1, compared.median, { sure }),
    };
  };
  return [
    row('ready in', ({ milliseconds }) => milliseconds, undisturbed(mock, bare)),
    row('CPU time until ready', ({ usage }) => usage.cpu * 1000, true),
  ];
}

function crowdedRow(crowded: readonly Start[], segments: number): cells.Row {
  const seconds = medianOf(crowded, ({ milliseconds }) => milliseconds) / 1000;
  const cpu = medianOf(crowded, ({ usage }) => usage.cpu);
  return {
    figure: `ready with ${cells.whole(segments)} segments`,
    mock: `${seconds.toFixed(2)} s`,
    beside: '',
    compared: `CPU time ${cpu.toFixed(2)} s`,
    ...cells.atMost(2, seconds, { unit: ' s', sure: undisturbed(crowded) }),
  };
}

function memoryRow(mock: readonly Start[], bare: readonly Start[]): cells.Row {
  const [ours, theirs] = [medianOf(mock, residentAt), medianOf(bare, residentAt)];
  return {
    figure: 'resident after the start',
    mock: cells.megabytes(ours),
    beside: `bare Fastify ${cells.megabytes(theirs)}`,
    compared: cells.difference(ours - theirs),
    ...cells.atMost(40, ours - theirs, { unit: ' MB' }),
  };
}

/** A start is CPU-bound, except for reading files. */
function undisturbed(...starts: (readonly Start[])[]): boolean {
  return starts.every((some) => medianOf(some, ({ milliseconds, usage }) => (usage.cpu * 1000) / milliseconds) >= 0.8);
}

function residentAt({ usage }: Start): number {
  return usage.resident;
}
