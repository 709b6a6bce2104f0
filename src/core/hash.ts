/** 53 bits of a hash (cyrb53), kept instead of texts that clients choose: its size is known. */
export function hashOf(...texts: readonly string[]): number {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (const text of texts) {
    for (let index = 0; index <= text.length; index++) {
      // Past the end, which separates the texts, it is NaN and so 0.
      const code = text.charCodeAt(index);
      one = Math.imul(one ^ code, 2654435761);
      other = Math.imul(other ^ code, 1597334677);
    }
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return 2 ** 32 * ((2 ** 21 - 1) & other) + (one >>> 0);
}
