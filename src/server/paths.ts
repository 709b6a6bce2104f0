import { distance } from 'fastest-levenshtein';
import type { RouteOptions } from 'fastify';
import { plainPath } from '../core/endpoints/paths.js';

/** The paths that the server answers, each with its methods: what Fastify's router does not tell a 404 from a 405 by. */
export class Paths {
  readonly #methods = new Map<string, Set<string>>();

  /** Takes note of a route; made to be Fastify's `onRoute` hook. */
  readonly note = ({ url, method }: RouteOptions): void => {
    this.#methods.set(url, new Set([...(this.#methods.get(url) ?? []), ...[method].flat()]));
  };

  /** The methods of a path, or `undefined` for an unknown path. */
  methodsOf(path: string): string[] | undefined {
    const plain = plainPath(path);
    const [, methods] = [...this.#methods].find(([url]) => leadsTo(url, plain)) ?? [];
    return methods && [...methods];
  }

  /** The path of the control API that was probably meant. */
  near(path: string): string | undefined {
    const corrected = [...this.#methods.keys()].map((url) => correctedPath(url, path));
    return corrected.find((known) => known !== undefined && isControlPath(known));
  }
}

/** Edits between two steps of a path that count as a mistake of typing. */
const MOST_EDITS = 2;

/** A path like the one sent, where it fits a route but for a mistake in one of its fixed steps. */
function correctedPath(url: string, path: string): string | undefined {
  const [known, sent] = [url.split('/'), path.split('/')];
  if (known.length !== sent.length || path.length > MAX_PATH_LENGTH) return undefined;
  const edits = known.map((step, index) =>
    step.startsWith(':') ? 0 : distance(step, (sent[index] ?? '').toLowerCase()),
  );
  if (edits.reduce((sum, count) => sum + count, 0) > MOST_EDITS) return undefined;
  return known.map((step, index) => (step.startsWith(':') ? sent[index] : step)).join('/');
}

/** Longer paths are not compared. */
const MAX_PATH_LENGTH = 500;

/** Does a path lead to the control API, whether or not it has a route, or to the document that describes all of them? */
export function isControlPath(path: string): boolean {
  return path === '/__mock' || path.startsWith('/__mock/') || path === '/openapi.json';
}

function leadsTo(url: string, path: string): boolean {
  const [known, sent] = [url.split('/'), path.split('/')];
  const fits = (step: string, index: number) => (step.startsWith(':') ? sent[index] !== '' : sent[index] === step);
  return known.length === sent.length && known.every(fits);
}
