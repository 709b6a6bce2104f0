import type { Mask } from '../workspaces/masking.js';
import { endpointsBeneath } from './endpoints.js';

/** Masks the part of a path that it does not share with an endpoint; the shared part is never a key. */
export function maskPath(path: string, mask: Mask): string {
  const beyond = beyondEndpoints(path, mask.basePath);
  return path.slice(0, path.length - beyond.length) + mask(beyond);
}

/** The part of a path that it does not share with an endpoint, ignoring doubled slashes. */
export function beyondEndpoints(path: string, basePath: string | undefined): string {
  let end = 0;
  let candidates = endpointsBeneath(basePath).steps;
  let depth = 0;
  for (const { 0: step, 1: name, index } of path.matchAll(/\/+([^/]*)/g)) {
    candidates = candidates.filter((steps) => steps[depth] === name);
    if (name !== '' && candidates.length === 0) break;
    end = index + step.length;
    depth++;
  }
  return path.slice(end);
}
