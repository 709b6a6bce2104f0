/** Says why the mock cannot run on this Node, or returns `undefined`. It runs before other modules are loaded. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) return `needs Node 20.19 or later; this is ${version}`;
  // They have no `process.getBuiltinModule`.
  if (major === 21 || (major === 22 && minor < 3)) return `needs Node 20.19, or 22.3 or later; this is ${version}`;
  if (Object.isFrozen(Error)) return 'start Node without --frozen-intrinsics, which the logger pino does not support';
  try {
    // eslint-disable-next-line no-new, typescript/no-implied-eval -- asks whether Node permits it, which TypeBox and Fastify require
    new Function('');
    return undefined;
  } catch {
    return 'needs to compile its validators; start Node without --disallow-code-generation-from-strings';
  }
}
