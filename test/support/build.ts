import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Compiles src to dist, so that tests of the command and the package run what is shipped. */
export function setup(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  // The compiler leaves behind what it made of a source that is gone.
  for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
    const [, source] = /^(.*?)(?:\.d\.ts|\.js)$/.exec(file) ?? [];
    if (source !== undefined && !existsSync(join('src', `${source}.ts`))) rmSync(join('dist', file));
  }
}
