import { execFileSync } from 'node:child_process';

/** Builds, so that tests of the command and the package run what is shipped. */
export function setup(): void {
  execFileSync(process.execPath, ['build.mjs'], { stdio: 'inherit' });
}
