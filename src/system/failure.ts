/**
 * A command cannot start or finish because of what it met at run time, such as a port in use or an unreachable server;
 * a line a problem. Exit code 1.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
}
