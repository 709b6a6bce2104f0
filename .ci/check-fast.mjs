/**
 * `npm run check:fast`: format, lint, types and the tests of the core, side by side. Prints what each
 * step printed when it ends, and exits with 1 if one of them failed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const STEPS = {
  tests: ['vitest', 'run', 'test/core', '--reporter', 'dot'],
  types: ['tsc', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/check.tsbuildinfo'],
  'types of the page': [
    'tsc',
    '-p',
    'src/ui',
    '--incremental',
    '--tsBuildInfoFile',
    'node_modules/.cache/ui.tsbuildinfo',
  ],
  lint: ['oxlint', '--type-aware', 'src', 'test'],
  format: ['prettier', '--check', '--cache', '--log-level', 'warn', '.'],
};

async function passes([name, [program, ...args]]) {
  const startedAt = performance.now();
  // The folder of the installed commands.
  const child = spawn(`node_modules/.bin/${program}`, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (code !== 0) process.stdout.write(`${stdout}${stderr}\n`);
  console.log(`${code === 0 ? 'passed' : 'FAILED'}  ${name}  ${seconds} s`);
  return code === 0;
}

const results = await Promise.all(Object.entries(STEPS).map(passes));
process.exitCode = results.every(Boolean) ? 0 : 1;
