import type { Lab } from './lab.js';
import { type Population, writeFixture } from './fixtures.js';
import { inTurns, type Measured, medianOf } from './measure.js';
import { type Server, startMock } from './server.js';
import * as cells from './table.js';
import { type Asked, endingsBetween, NEVER_ASKED } from './windows.js';

/** Limit of highest to lowest cost, with room for variance and for the processor's caches. */
const INDEPENDENT = 1.2;
/** Limit of how far the cost of 50 days is from the line between those of 1 and 100. */
const LINEAR = 0.15;

/** Turns of a second each. */
const ROUNDS = 3;

/** One of the compared cases. */
interface Case {
  name: string;
  server: Server;
  asked: Asked;
}

/** CPU time per request in microseconds. */
interface Cost {
  name: string;
  cpu: number;
}

/** A single segment has enough windows to hardly repeat any. */
const THOUSAND_YEARS = endingsBetween('1000-01-01', '1999-12-31');

/** How the cost of a request grows with the number of segments and workspaces, and with the window. */
export async function growth(lab: Lab): Promise<cells.Row[]> {
  const { segments, workspaces } = lab.effort;
  return [
    ...(await populationRows(lab, 'segments', [1, segments])),
    ...(await populationRows(lab, 'workspaces', [1, workspaces])),
    independentRow('distance of the day', await costsByDistance(lab)),
    linearRow(await costsByLength(lab)),
  ];
}

/** Each on a separate server, so that none benefits from the caches of another. */
async function costsByDistance(lab: Lab): Promise<Cost[]> {
  const cases: Case[] = [];
  for (const [name, first, last] of [
    ['ten years', '2010-01-01', '2019-12-31'],
    ['a century', '1910-01-01', '1919-12-31'],
    ['two millennia', '0010-01-01', '0019-12-31'],
  ] as const) {
    const asked = { ...NEVER_ASKED, endings: endingsBetween(first, last) };
    cases.push({ name, server: await startMock(lab.fixture), asked });
  }
  const costs = await costsOf(lab, 'distance of the day', cases);
  await Promise.all(cases.map(({ server }) => server.stop()));
  return costs;
}

async function costsByLength(lab: Lab): Promise<Cost[]> {
  const { mock: server } = await lab.pair();
  const cases = [1, 50, 100].map((length): Case => {
    return { name: String(length), server, asked: { ...NEVER_ASKED, length } };
  });
  return costsOf(lab, 'length', cases);
}

/** Serves the given number of segments or workspaces, and requests new windows of one and of all of them. */
async function populationRows(lab: Lab, what: keyof Population, counts: number[]): Promise<cells.Row[]> {
  const one: Population = { workspaces: 1, segments: 1 };
  const servers: { name: string; population: Population; server: Server }[] = [];
  for (const count of counts) {
    const population = { ...one, [what]: count };
    servers.push({ name: cells.whole(count), population, server: await startMock(writeFixture(population)) });
  }
  const askedOf = (asks: (population: Population) => Population) =>
    servers.map(({ name, population, server }): Case => {
      return { name, server, asked: { ...asks(population), length: 100, endings: THOUSAND_YEARS } };
    });
  const rows = [
    independentRow(
      `${what}, one requested`,
      await costsOf(
        lab,
        `${what}, one requested`,
        askedOf(() => one),
      ),
    ),
    independentRow(
      `${what}, all requested`,
      await costsOf(
        lab,
        `${what}, all requested`,
        askedOf((all) => all),
      ),
    ),
  ];
  await Promise.all(servers.map(({ server }) => server.stop()));
  return rows;
}

function asksMany({ segments, workspaces }: Population): boolean {
  return Math.max(segments, workspaces) > NEVER_ASKED.segments;
}

async function costsOf(lab: Lab, what: string, cases: readonly Case[]): Promise<Cost[]> {
  lab.tell(`growth: by ${what} (${cases.map(({ name }) => name).join(', ')})`);
  const turns = Object.fromEntries(
    cases.map(({ name, server, asked }) => [name, (round: number) => lab.measure(server, asked, 1, round)]),
  );
  // Warms up what is created on first use, which is a one-time cost.
  for (const { server, asked } of cases) {
    if (asksMany(asked)) await lab.askForAll(server, asked);
    else await lab.warm(server, asked);
  }
  const measured = await inTurns<string, Measured>(ROUNDS, turns);
  return Object.entries(measured).map(([name, runs]) => ({ name, cpu: medianOf(runs, ({ cpu }) => cpu) }));
}

function independentRow(what: string, costs: readonly Cost[]): cells.Row {
  const values = costs.map(({ cpu }) => cpu);
  const compared = Math.max(...values) / Math.min(...values);
  return {
    ...costCells(`by ${what}: CPU time a request`, costs),
    compared: `${compared.toFixed(2)} (most / least)`,
    ...cells.atMost(INDEPENDENT, compared),
  };
}

function linearRow(costs: readonly Cost[]): cells.Row {
  const [shortest, middle, longest] = costs.map(({ cpu }) => cpu) as [number, number, number];
  const onTheLine = shortest + ((longest - shortest) * (50 - 1)) / (100 - 1);
  const compared = Math.abs(middle / onTheLine - 1);
  return {
    ...costCells('by length in days: CPU time a request', costs),
    compared: `${(compared * 100).toFixed(0)} % off the line`,
    ...cells.atMost(LINEAR * 100, compared * 100, { unit: ' %' }),
  };
}

/** Compares the last of the costs with the others. */
function costCells(figure: string, costs: readonly Cost[]): Pick<cells.Row, 'figure' | 'mock' | 'beside'> {
  const written = costs.map(({ name, cpu }) => `${name}: ${cells.microseconds(cpu)}`);
  return { figure, mock: written.at(-1) ?? '', beside: written.slice(0, -1).join(', ') };
}
