import { cpus } from 'node:os';
import { VERSION } from '../../src/start/package.js';
import { cores } from './cores.js';
import { CONNECTIONS, type LoadTool } from './load.js';

/** The environment of a run, in a sentence. */
export function circumstances(tool: LoadTool): string {
  const machine = `${process.platform} ${process.arch}, ${cpus()[0]?.model ?? 'an unknown processor'}`;
  const where =
    cores === undefined
      ? 'servers and load share all cores, for there is no taskset with two of them: what is counted by the second is too low'
      : `servers on core ${cores.server}, load on core ${cores.load}`;
  const warning = tool === 'autocannon' ? '; autocannon is slower than the servers: only CPU time says much' : '';
  return `braze-segments-mock ${VERSION}, Node ${process.version}, ${machine}; ${CONNECTIONS} connections of ${tool}, ${where}${warning}.`;
}
