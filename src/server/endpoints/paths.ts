import type { RouteOptions } from 'fastify';

/** The paths that the server answers, each with its methods: what Fastify's router does not tell a 404 from a 405 by. */
export class Paths {
  readonly #methods = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  #published: readonly string[] | undefined;

  /** Takes note of a route; made to be Fastify's `onRoute` hook. */
  readonly note = (route: RouteOptions): void => {
    const { url, method } = route;
    const known = this.#methods.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) known.methods.add(one);
    this.#methods.set(url, known);
    this.#published = undefined;
  };

  /** The methods of a path, or `undefined` where there is no such path. */
  methodsOf(path: string): string[] | undefined {
    const plain = plainPath(path);
    const found = [...this.#methods.values()].find(({ pattern }) => pattern.test(plain));
    return found === undefined ? undefined : [...found.methods];
  }

  /** The endpoints that imitate Braze's; one list for all refusals that quote it. */
  published(): readonly string[] {
    return (this.#published ??= [...this.#methods.keys()].filter((url) => !isControlPath(url)));
  }
}

/** The path of a URL as it was sent. */
export function pathOf(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? url : url.slice(0, mark);
}

/** The path of a URL as the router reads it: decoded; doubled and trailing slashes do not count. */
export function plainPath(url: string): string {
  const path = pathOf(url);
  if (!/%|\/\/|.\/$/.test(path)) return path;
  return decoded(path)
    .replace(/\/{2,}/g, '/')
    .replace(/(.)\/$/, '$1');
}

/** Is a path in the control API, whether or not there is a route for it? */
export function isMockPath(path: string): boolean {
  return path === '/__mock' || path.startsWith('/__mock/');
}

/** Does a path lead to the control API, or to the document that describes all of them? */
export function isControlPath(path: string): boolean {
  return isMockPath(path) || path === '/openapi.json';
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function patternOf(url: string): RegExp {
  const steps = url
    .split('/')
    .map((step) => (step.startsWith(':') ? '[^/]+' : step.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${steps.join('/')}$`);
}
