import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnChild, temporaryFolder } from './cleanup.js';
import type { Lab } from './lab.js';
import { inTurns } from './measure.js';
import { median } from '../support/statistics.js';
import * as cells from './table.js';

const MOST_SECONDS = 2;

/** Measures what `npx` takes longer with our archive than with an empty package; each run installs into an empty cache. */
export async function npx(lab: Lab): Promise<cells.Row[]> {
  const runs = Math.ceil(lab.effort.starts / 5);
  lab.tell(`npx: ${runs} runs of the archive and of an empty package in turn`);
  const folder = join(temporaryFolder(), 'npx');
  mkdirSync(join(folder, 'empty'), { recursive: true });
  const manifest = { name: 'empty', version: '1.0.0', bin: 'empty.js' };
  writeFileSync(join(folder, 'empty/package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'empty/empty.js'), '#!/usr/bin/env node\n');
  await run(['npm', 'pack', join(folder, 'empty'), '--pack-destination', folder], process.cwd());
  await run([process.execPath, '.ci/pack.mjs', '--pack-destination', folder], process.cwd());
  const archive = readdirSync(folder).find((file) => /^braze-.*\.tgz$/.test(file)) ?? '';
  const { empty, ours } = await inTurns(runs, {
    empty: () => seconds(folder, './empty-1.0.0.tgz'),
    ours: () => seconds(folder, `./${archive}`, 'exec', '--', 'true'),
  });
  const longer = median(ours) - median(empty);
  return [
    {
      figure: 'npx … exec -- true, for the first time',
      mock: `${median(ours).toFixed(2)} s`,
      beside: `an empty package ${median(empty).toFixed(2)} s`,
      compared: `+${longer.toFixed(2)} s`,
      ...cells.atMost(MOST_SECONDS, longer, { unit: ' s' }),
    },
  ];
}

async function seconds(folder: string, ...words: string[]): Promise<number> {
  const cache = mkdtempSync(join(folder, 'cache-'));
  const from = performance.now();
  await run(['npx', '--yes', '--offline', '--no-update-notifier', '--cache', cache, ...words], folder);
  return (performance.now() - from) / 1000;
}

async function run(command: readonly string[], cwd: string): Promise<void> {
  // Without the settings of the npm that runs this benchmark, such as a package for npx.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const child = spawnChild(command, { cwd, stdio: 'ignore', env });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command.join(' ')} exited with ${code}`);
}
