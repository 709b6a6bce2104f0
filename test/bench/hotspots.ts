/** The parts of a CPU profile, as V8 writes it, that say where time went. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  /** Microseconds before each sample. */
  timeDeltas: number[];
}

export interface Hotspot {
  /** Whose code it is. */
  owner: string;
  name: string;
  microseconds: number;
}

/**
 * Where time was spent itself, not by what was called from there; the longest first. Waiting is left out, and what
 * came within so many microseconds of the beginning.
 */
export function hotspotsOf({ nodes, samples, timeDeltas }: CpuProfile, from = 0): Hotspot[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spots = new Map<string, Hotspot>();
  let elapsed = 0;
  for (const [index, sample] of samples.entries()) {
    const frame = frames.get(sample);
    elapsed += timeDeltas[index] ?? 0;
    if (elapsed < from || frame === undefined || frame.functionName === '(idle)') continue;
    const owner = ownerOf(frame);
    const place = frame.url === '' ? '' : ` ${shortened(frame.url)}:${frame.lineNumber + 1}`;
    const name = `${frame.functionName || '(anonymous)'}${place}`;
    const spot = spots.get(`${owner} ${name}`) ?? { owner, name, microseconds: 0 };
    spot.microseconds += timeDeltas[index] ?? 0;
    spots.set(`${owner} ${name}`, spot);
  }
  return [...spots.values()].toSorted((one, other) => other.microseconds - one.microseconds);
}

/** The same by owner. */
export function ownersOf(hotspots: readonly Hotspot[]): Map<string, number> {
  const owners = new Map<string, number>();
  for (const { owner, microseconds } of hotspots) owners.set(owner, (owners.get(owner) ?? 0) + microseconds);
  return new Map([...owners].toSorted(([, one], [, other]) => other - one));
}

/** A room of the mock, a package, a module of Node, or the engine. */
function ownerOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '') return 'native';
  const [, builtIn] = /^node:(?:internal\/)?(?:deps\/)?([^/]+)/.exec(url) ?? [];
  if (builtIn !== undefined) return `node:${builtIn.replace(/^_?(http|stream|net|tls).*$/, '$1')}`;
  const [, dependency] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (dependency !== undefined) return dependency;
  const [, room] = /\/dist\/([^/]+)/.exec(url) ?? [];
  return room === undefined ? 'bare Fastify itself' : `mock: ${room.replace(/\.js$/, '')}`;
}

function shortened(url: string): string {
  return url.replace(/^.*\/(?:node_modules|dist)\//, '').replace(/^file:.*\//, '');
}
