import type { Lab } from './lab.js';
import { type Population, writeFixture } from './fixtures.js';
import { inTurns, type Measured, medianOf } from './measure.js';
import { type Server, startMock } from './server.js';
import * as cells from './table.js';
import { type Asked, endingsBetween, NEVER_ASKED } from './windows.js';

/** The dearest beside the cheapest: leaves room for chance and for the caches of the processor. */
const INDEPENDENT = 1.2;
/** How far the cost of 50 days may lie from the line between those of 1 and 100. */
const LINEAR = 0.15;

/** Turns of a second each. */
const ROUNDS = 3;

/** One of the things whose costs are compared. */
interface Case {
  name: string;
  server: Server;
  asked: Asked;
}

/** Microseconds on a core for a request. */
interface Cost {
  name: string;
  cpu: number;
}

/** Makes a single segment enough for windows that are hardly ever asked again. */
const THOUSAND_YEARS = endingsBetween('1000-01-01', '1999-12-31');

/** How the cost of a request grows with all that there is, and with what is asked. */
export async function growth(lab: Lab): Promise<cells.Row[]> {
  const { segments, workspaces } = lab.effort;
  return [
    ...(await populationRows(lab, 'segments', [1, segments])),
    ...(await populationRows(lab, 'workspaces', [1, workspaces])),
    independentRow('distance of the day', await costsByDistance(lab)),
    linearRow(await costsByLength(lab)),
  ];
}

/** Each on a server of its own, that one may not profit from what another has kept. */
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

/** Serves so many of something, and asks for windows that were never asked: of one of them, and of all of them. */
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
      `${what}, one asked`,
      await costsOf(
        lab,
        `${what}, one asked`,
        askedOf(() => one),
      ),
    ),
    independentRow(
      `${what}, all asked`,
      await costsOf(
        lab,
        `${what}, all asked`,
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
  // What is made when it is first asked for should be there: it costs once, however much there is.
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

/** The last of the costs, beside the others. */
function costCells(figure: string, costs: readonly Cost[]): Pick<cells.Row, 'figure' | 'mock' | 'beside'> {
  const written = costs.map(({ name, cpu }) => `${name}: ${cells.microseconds(cpu)}`);
  return { figure, mock: written.at(-1) ?? '', beside: written.slice(0, -1).join(', ') };
}
