/** A command cannot finish because of what it met at run time, such as an unreachable server; a line a problem. Exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure';
}
