import { ConfigurationError } from '../schema/configuration-error.js';

interface Runtimes {
  Bun?: { version?: string };
  Deno?: { version?: { deno?: string } };
}

/**
 * Refuses other runtimes than Node: on Bun a server keeps serving after it was stopped, and Deno is untested.
 * @throws ConfigurationError
 */
export function refuseOtherRuntimes({ Bun, Deno } = globalThis as Runtimes): void {
  const found = Bun === undefined ? Deno && ['Deno', Deno.version?.deno] : ['Bun', Bun.version];
  if (found === undefined) return;
  throw new ConfigurationError([
    `this needs Node 20.19 or later; found ${found.join(' ')}. Run the mock with Node beside your program, ` +
      `for example with \`npx braze-segments-mock exec -- <command>\``,
  ]);
}
