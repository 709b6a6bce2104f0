import seedrandom from 'seedrandom';

/**
 * The API key of a workspace whose fixture has none: a UUID (version 8, custom) generated from seed and name, so that it is
 * the same after a restart, a reset and a reload. It is guessable, which is harmless: keys protect nothing here.
 * `isTaken` says whether another workspace has that key.
 */
export function generatedKey(seed: string, name: string, isTaken: (key: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const random = seedrandom(JSON.stringify(['api key', seed, name, attempt]));
    const hex = Array.from({ length: 4 }, () => (random.int32() >>> 0).toString(16).padStart(8, '0')).join('');
    const key = hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-8$3-a$4-$5');
    if (!isTaken(key)) return key;
  }
}
