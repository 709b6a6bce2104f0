/** A mock that could not be started, for a reason that lies in the machine. Exit code 1. */
export class FailedToStart extends Error {
  override readonly name = 'FailedToStart';
}
