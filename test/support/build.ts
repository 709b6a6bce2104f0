import { execFileSync } from 'node:child_process';

/** Compiles src to dist, so that tests of the command run what the package ships. */
export function setup(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
}
