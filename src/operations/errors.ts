import { describeProblem, type Problem, show } from '../schema/problems.js';
import type { Mask } from '../core/workspaces/masking.js';

/** The codes of the control API, each with its status. */
export const CONTROL_CODES = {
  body_malformed: 400,
  body_invalid: 400,
  query_invalid: 400,
  control_token_invalid: 401,
  host_forbidden: 403,
  origin_forbidden: 403,
  not_found: 404,
  workspace_not_found: 404,
  api_key_not_found: 404,
  segment_not_found: 404,
  fault_not_found: 404,
  state_not_found: 404,
  storyboard_not_found: 404,
  request_not_found: 404,
  method_not_allowed: 405,
  workspace_exists: 409,
  api_key_exists: 409,
  segment_in_use: 409,
  storyboard_playing: 409,
  body_too_large: 413,
  internal_server_error: 500,
} as const;
export type ControlCode = keyof typeof CONTROL_CODES;

/** A control request that cannot be done; nothing of it was. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly messages: readonly string[];
  /** The methods that a path answers, where another was asked for. */
  allow: readonly string[] | undefined;

  constructor(
    readonly code: ControlCode,
    ...messages: string[]
  ) {
    super(messages.join('; '));
    this.messages = messages;
  }

  masked(mask: Mask): ControlError {
    return Object.assign(new ControlError(this.code, ...this.messages.map(mask)), { allow: this.allow });
  }

  get status(): number {
    return CONTROL_CODES[this.code];
  }
}

/** Does some work for the library, whose errors quote no key, as those of the control API do not. */
export function maskingErrors<T>(mask: Mask, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ControlError ? error.masked(mask) : error;
  }
}

/** The codes of an input that does not have its schema. */
export type InputCode = 'body_invalid' | 'query_invalid';

export function invalid(code: InputCode, problems: readonly Problem[]): ControlError {
  return new ControlError(code, ...problems.map(describeProblem));
}

export function refuseProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw invalid('body_invalid', problems);
}

/** The problem of an input with another id or name than its path; it may leave that to the path. */
export function otherThanPath(field: 'id' | 'name', given: string | undefined, inPath: string, at = '$'): Problem[] {
  if (given === undefined || given === inPath) return [];
  const expected = `the ${field} of the path, ${show(inPath)}, or none`;
  return [{ path: `${at}.${field}`, found: show(given), expected }];
}
