import type { Lab } from './lab.js';
import { inTurns, type Measured, medianOf, ratioOf, undisturbed } from './measure.js';
import { expectFullJournal } from './journal.js';
import { type Server, startBare } from './server.js';
import * as cells from './table.js';
import { type Asked, HOT, NEVER_ASKED } from './windows.js';

/** Limits of what must not grow with the number of requests. */
const AGE_LIMIT = 1.1;
const MEMORY_LIMIT = 40;

interface Turn extends Measured {
  resident: number;
}

/** Compares the mock with bare Fastify under load: throughput, p99, and both over time. */
export async function throughput(lab: Lab): Promise<cells.Row[]> {
  const { mock, bare } = await lab.pair();
  const buffered = await startBare((await lab.body()).file, {}, 'buffered');
  lab.tell('throughput: warming up');
  for (const [server, asked] of [
    [bare, HOT],
    [buffered, HOT],
    [mock, HOT],
    [mock, NEVER_ASKED],
  ] as const)
    await lab.warm(server, asked);
  let served = 0;
  const turn = (server: Server, asked: Asked, seed: number) => async (round: number) => {
    const measured = await lab.measure(server, asked, lab.effort.seconds, round * 10 + seed);
    if (server === mock) served += measured.requests;
    return { ...measured, resident: server.usage().resident };
  };
  lab.tell(`throughput: ${lab.effort.rounds} rounds of bare Fastify with either log, hot windows and new windows`);
  const beside = await inTurns(lab.effort.rounds, {
    bare: turn(bare, HOT, 1),
    buffered: turn(buffered, HOT, 1),
    hot: turn(mock, HOT, 2),
    never: turn(mock, NEVER_ASKED, 3),
  });
  const rows = [
    ...speedRows('hot windows', beside.hot, bare, beside.bare, 0.9),
    ...speedRows('new windows', beside.never, bare, beside.bare, 0.6),
    ...speedRows('hot windows', beside.hot, buffered, beside.buffered, 0.9),
    ...speedRows('new windows', beside.never, buffered, beside.buffered, 0.6),
    ageRow(beside.hot, beside.bare, served),
    memoryRow(beside.never, beside.bare, served),
  ];
  await buffered.stop();
  await expectFullJournal(mock);
  return rows;
}

function speedRows(
  windows: string,
  mock: readonly Turn[],
  { name }: Server,
  bare: readonly Turn[],
  limit: number,
): cells.Row[] {
  const sure = undisturbed(mock, bare);
  const speeds = ratioOf(mock, bare, ({ perSecond }) => perSecond);
  const costs = ratioOf(bare, mock, ({ cpu }) => cpu);
  const waits = ratioOf(mock, bare, ({ p99 }) => p99);
  const sides = (pick: (turn: Turn) => number, write: (value: number) => string) => ({
    mock: write(medianOf(mock, pick)),
    beside: `${name} ${write(medianOf(bare, pick))}`,
  });
  return [
    {
      figure: `${windows}: requests`,
      ...sides(({ perSecond }) => perSecond, cells.perSecond),
      compared: cells.ratio(speeds),
      ...cells.atLeast(limit, speeds.median, sure),
    },
    {
      figure: `${windows}: CPU time a request, inverse`,
      ...sides(({ cpu }) => cpu, cells.microseconds),
      compared: cells.ratio(costs),
      ...cells.atLeast(limit, costs.median),
    },
    {
      figure: `${windows}: p99`,
      ...sides(({ p99 }) => p99, cells.milliseconds),
      compared: cells.ratio(waits),
      ...cells.atMost(2, waits.median, { sure }),
    },
  ];
}

/** Compares the last rounds with the first ones, corrected by the same change of bare Fastify. */
function ageRow(mock: readonly Turn[], bare: readonly Turn[], served: number): cells.Row {
  const third = Math.ceil(mock.length / 3);
  const cost = (turns: readonly Turn[]) => medianOf(turns, ({ cpu }) => cpu);
  const relative = (from: number, to?: number) => cost(mock.slice(from, to)) / cost(bare.slice(from, to));
  const compared = relative(-third) / relative(0, third);
  return {
    figure: `age: CPU time a request, hot, at the end of ${cells.whole(served)} requests`,
    mock: cells.microseconds(cost(mock.slice(-third))),
    beside: `at first ${cells.microseconds(cost(mock.slice(0, third)))}`,
    compared: compared.toFixed(2),
    ...cells.atMost(AGE_LIMIT, compared),
  };
}

function memoryRow(mock: readonly Turn[], bare: readonly Turn[], served: number): cells.Row {
  const [ours, theirs] = [mock, bare].map((turns) => turns.at(-1)?.resident ?? NaN) as [number, number];
  return {
    figure: `resident after ${cells.whole(served)} requests, journal full`,
    mock: cells.megabytes(ours),
    beside: `bare Fastify ${cells.megabytes(theirs)}`,
    compared: cells.difference(ours - theirs),
    ...cells.atMost(MEMORY_LIMIT, ours - theirs, { unit: ' MB' }),
  };
}
