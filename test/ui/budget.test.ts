import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

it.each([
  ['app.js', 45],
  ['style.css', 8],
])('%s has at most %i KB, gzipped', (file, kilobytes) => {
  const content = readFileSync(new URL(`../../dist/ui/${file}`, import.meta.url));
  expect(gzipSync(content).length).toBeLessThanOrEqual(kilobytes * 1000);
});
