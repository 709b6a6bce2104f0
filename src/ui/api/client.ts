/** The one place that talks to the mock. URLs are relative to the script: the mock may be behind a proxy's path. */
export const CONTROL = new URL('../', import.meta.url);
export const MOCK = new URL('../', CONTROL);

/** A call of the control API; `path` is relative to `/__mock/`. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
}

interface Problem {
  code: string;
  message: string;
}

/** A refusal of the control API, with every problem that it names. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problems: readonly Problem[],
  ) {
    super(problems.map(({ message }) => message).join('\n'));
  }
}

/** The `--control-token`. Only in memory: a reload asks for it again. */
let token: string | undefined;
let asking: Promise<string> | undefined;
let ask: (wasWrong: boolean) => Promise<string> = () => new Promise(() => {});

/** Sets the function that asks the user for the token. */
export function onTokenNeeded(handler: typeof ask): void {
  ask = handler;
}

/**
 * Sends a call, with the token if there is one, and asks for it if it is missing or wrong.
 * @throws ApiError; TypeError if the mock cannot be reached.
 */
export async function request(
  { method, path, body }: Call,
  init: Omit<RequestInit, 'headers'> = {},
): Promise<Response> {
  const sent = token;
  const response = await fetch(new URL(path, CONTROL), {
    ...init,
    method,
    ...(sent !== undefined && { headers: { authorization: `Bearer ${sent}` } }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (response.ok) return response;
  const problems = await messagesOf(response);
  if (problems[0]?.code !== 'control_token_invalid') throw new ApiError(response.status, problems);
  // Another call may have obtained it meanwhile.
  if (token === sent) {
    asking ??= ask(sent !== undefined).finally(() => (asking = undefined));
    token = await asking;
  }
  return request({ method, path, body }, init);
}

/** The JSON of a reply; `undefined` for a 204. */
export async function call<T>(given: Call, signal?: AbortSignal): Promise<T> {
  const response = await request(given, signal ? { signal } : {});
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call<T>({ method: 'GET', path }, signal);
}

async function messagesOf(response: Response): Promise<Problem[]> {
  try {
    return ((await response.json()) as { errors: Problem[] }).errors;
  } catch {
    return [{ code: 'unreadable', message: `${response.status} without an explanation` }];
  }
}

/** The path of a part of a workspace: `pathTo('default', 'segments', 'a b')`. */
export function pathTo(workspace: string, ...parts: string[]): string {
  return ['workspaces', workspace, ...parts].map(encodeURIComponent).join('/');
}

/** A path with the parameters that are given. */
export function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The message of a failure for the user. */
export function describeError(error: unknown): string {
  return error instanceof ApiError
    ? error.message
    : error instanceof SyntaxError
      ? `That is not JSON: ${error.message}`
      : 'The mock does not answer; trying again';
}
