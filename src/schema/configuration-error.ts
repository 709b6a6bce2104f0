/** Settings or fixtures that cannot be served: every problem at once, each a sentence. Exit code 2. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}
