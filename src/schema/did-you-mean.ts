import { distance } from 'fastest-levenshtein';

/**
 * The known name closest to an unknown one by edit distance, or `undefined` if more than half of it would have to
 * change. `plain` removes what does not count from a name, such as a common prefix.
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
