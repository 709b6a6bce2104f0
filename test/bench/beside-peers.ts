import type { Lab } from './lab.js';
import { type Measured, medianOf, ratioOf, undisturbed } from './measure.js';
import { fetchPeers, type Peer, PEERS, startPeer } from './peers.js';
import type { Server } from './server.js';
import * as cells from './table.js';
import { HOT } from './windows.js';

/** Limit: the mock's throughput relative to the fastest peer. */
const TIMES = 8;
/** Seconds per turn: there are many turns, and large differences. */
const SECONDS = 1;

interface Peered {
  peer: Peer;
  /** Or the reason why it was not measured. */
  server: Server | Error;
}

/** Compares the mock with other mock servers that send one of its bodies. `packages` is the folder of their packages. */
export async function besidePeers(lab: Lab, packages: string): Promise<cells.Row[]> {
  lab.tell('peers: fetching');
  await fetchPeers(packages);
  const { text } = await lab.body();
  const { mock, bare } = await lab.pair();
  const peered: Peered[] = [];
  for (const peer of PEERS) {
    lab.tell(`peers: starting ${peer.name}`);
    peered.push({ peer, server: await startPeer(peer, packages, text).catch((error: Error) => error) });
  }
  const runs = await runsOf(lab, [mock, bare], peered);
  for (const { server } of peered) if (!(server instanceof Error)) await server.stop();
  const rows = peered.map(({ peer, server }) => rowOf(peer, server, runs.get(mock) ?? [], runs.get(server)));
  const ours = runs.get(mock) ?? [];
  const bareRuns = runs.get(bare) ?? [];
  runs.delete(mock);
  runs.delete(bare);
  return [...rows, ...fastestRows(ours, bareRuns, runs)];
}

/** Loads our servers and all peers in turns. A peer that fails is skipped from then on. */
async function runsOf(lab: Lab, ours: Server[], peered: Peered[]): Promise<Map<Server | Error, Measured[]>> {
  const runs = new Map<Server | Error, Measured[]>();
  const inTurn = async (turn: (server: Server) => Promise<void>) => {
    for (const server of ours) await turn(server);
    for (const one of peered) {
      const { server } = one;
      if (server instanceof Error) continue;
      await turn(server).catch(async (error: Error) => {
        one.server = error;
        runs.delete(server);
        await server.stop();
      });
    }
  };
  lab.tell('peers: warming up');
  await inTurn((server) => lab.warm(server, HOT));
  const rounds = Math.ceil(lab.effort.rounds / 2);
  lab.tell(`peers: ${rounds} rounds of the mock and all peers`);
  for (let round = 1; round <= rounds; round++) {
    await inTurn(async (server) => {
      const measured = await lab.measure(server, HOT, SECONDS, round);
      runs.set(server, [...(runs.get(server) ?? []), measured]);
    });
  }
  return runs;
}

function rowOf({ name, from }: Peer, server: Server | Error, mock: Measured[], peer: Measured[] = []): cells.Row {
  const figure = `peer: ${from === 'PATH' ? name : from}`;
  if (server instanceof Error) {
    const reason = server.message.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
    return {
      figure,
      mock: '',
      beside: `${name} was not measured: ${reason}`,
      compared: '',
      ...cells.FOR_YOUR_INFORMATION,
    };
  }
  const { milliseconds, usage } = server.start;
  const kept = `ready in ${(milliseconds / 1000).toFixed(1)} s, ${cells.megabytes(usage.resident)}`;
  return {
    figure,
    mock: cells.perSecond(medianOf(mock, ({ perSecond }) => perSecond)),
    beside: `${name} ${cells.perSecond(medianOf(peer, ({ perSecond }) => perSecond))}, ${kept}`,
    compared: cells.ratio(ratioOf(mock, peer, ({ perSecond }) => perSecond)),
    ...cells.FOR_YOUR_INFORMATION,
  };
}

/** Compares the mock and bare Fastify, the upper bound for a Node server, with the fastest peer. */
function fastestRows(ours: Measured[], bare: Measured[], runs: Map<Server | Error, Measured[]>): cells.Row[] {
  const row = (
    figure: string,
    pick: (measured: Measured) => number,
    write: (value: number) => string,
    sure: (peer: Measured[]) => boolean,
  ): cells.Row[] => {
    const [fastest] = [...runs]
      .map(([server, theirs]) => ({ server, theirs, compared: ratioOf(ours, theirs, pick) }))
      .toSorted((one, other) => one.compared.median - other.compared.median);
    if (fastest === undefined || fastest.server instanceof Error) return [];
    const { server, theirs, compared } = fastest;
    return [
      {
        figure,
        mock: write(medianOf(ours, pick)),
        beside: `${server.name} ${write(medianOf(theirs, pick))}`,
        compared: cells.ratio(compared),
        ...cells.atLeast(TIMES, compared.median, sure(theirs)),
      },
      {
        figure: `${figure}, of bare Fastify`,
        mock: '',
        beside: `bare Fastify ${write(medianOf(bare, pick))}`,
        compared: cells.ratio(ratioOf(bare, theirs, pick)),
        ...cells.FOR_YOUR_INFORMATION,
      },
    ];
  };
  return [
    ...row(
      'fastest peer: requests',
      ({ perSecond }) => perSecond,
      cells.perSecond,
      (theirs) => undisturbed(ours, theirs),
    ),
    ...row(
      'fastest peer: requests a second of CPU time',
      ({ cpu }) => 1e6 / cpu,
      cells.perSecond,
      () => true,
    ),
  ];
}
