/** The parts of a V8 CPU profile that are used here. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  /** Microseconds before each sample. */
  timeDeltas: number[];
}

/** Maps a line of a bundle to its source, if the file is a bundle. Lines count from 0. */
export type Sources = (url: string, line: number) => string | undefined;

export interface Hotspot {
  /** The owner of the code. */
  owner: string;
  name: string;
  microseconds: number;
}

/**
 * Self time by function, longest first. Leaves out idle time and the given number of microseconds at the start.
 */
export function hotspotsOf({ nodes, samples, timeDeltas }: CpuProfile, sourceOf: Sources, from = 0): Hotspot[] {
  const frames = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const source = sourceOf(url, lineNumber);
      const file = shortened(url);
      const place = source === undefined ? `${file}:${lineNumber + 1}` : `${source}, line ${lineNumber + 1} of ${file}`;
      return [id, { functionName, url: source ?? url, place: url === '' ? '' : ` ${place}` }];
    }),
  );
  const spots = new Map<string, Hotspot>();
  let elapsed = 0;
  for (const [index, sample] of samples.entries()) {
    const frame = frames.get(sample);
    elapsed += timeDeltas[index] ?? 0;
    if (elapsed < from || frame === undefined || frame.functionName === '(idle)') continue;
    const owner = ownerOf(frame);
    const name = `${frame.functionName || '(anonymous)'}${frame.place}`;
    const spot = spots.get(`${owner} ${name}`) ?? { owner, name, microseconds: 0 };
    spot.microseconds += timeDeltas[index] ?? 0;
    spots.set(`${owner} ${name}`, spot);
  }
  return [...spots.values()].toSorted((one, other) => other.microseconds - one.microseconds);
}

/** Self time by owner. */
export function ownersOf(hotspots: readonly Hotspot[]): Map<string, number> {
  const owners = new Map<string, number>();
  for (const { owner, microseconds } of hotspots) owners.set(owner, (owners.get(owner) ?? 0) + microseconds);
  return new Map([...owners].toSorted(([, one], [, other]) => other - one));
}

/** A folder of the mock, a package, a module of Node, or the engine. */
function ownerOf({ functionName, url }: { functionName: string; url: string }): string {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '') return 'native';
  const [, builtIn] = /^node:(?:internal\/)?(?:deps\/)?([^/]+)/.exec(url) ?? [];
  if (builtIn !== undefined) return `node:${builtIn.replace(/^_?(http|stream|net|tls).*$/, '$1')}`;
  const [, dependency] = /(?:.*\/|^)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (dependency !== undefined) return dependency;
  const [, room] = /^src\/([^/]+)/.exec(url) ?? [];
  return room === undefined ? 'bare Fastify itself' : `mock: ${room.replace(/\.ts$/, '')}`;
}

function shortened(url: string): string {
  return url.replace(/^(?:.*\/)?node_modules\//, '').replace(/^file:.*\//, '');
}

/** Reads a bundle of esbuild, which has the name of each source in a comment above its code. */
export function sourcesNamedIn(read: (url: string) => string): Sources {
  const files = new Map<string, string[]>();
  return (url, line) => {
    if (!url.startsWith('file:') || url.includes('/node_modules/')) return undefined;
    const lines = files.get(url) ?? read(url).split('\n');
    files.set(url, lines);
    const comment = lines.slice(0, line + 1).findLast((text) => /^\/\/ \S+\.[cm]?[jt]s$/.test(text));
    return comment?.slice('// '.length);
  };
}
