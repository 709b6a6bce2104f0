import { distance } from 'fastest-levenshtein';

/**
 * The known name that an unknown one most resembles, or `undefined` where at least half of the nearest would have to
 * be changed. `plain` takes from a name what does not count, such as a common prefix.
 */
export function closestName(
  name: string,
  known: readonly string[],
  plain: (name: string) => string = (text) => text,
): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const edits = distance(plain(candidate), plain(name));
    if (edits < least && edits <= plain(candidate).length / 2) [nearest, least] = [candidate, edits];
  }
  return nearest;
}
