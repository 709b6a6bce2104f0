import { distance } from 'fastest-levenshtein';

/** The closest known name by edit distance, at most half of its length; `plain` strips what does not count. */
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
