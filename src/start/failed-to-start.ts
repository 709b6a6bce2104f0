/** The mock cannot start because of the environment, such as a port in use. Exit code 1. */
export class FailedToStart extends Error {
  override readonly name = 'FailedToStart';
}
