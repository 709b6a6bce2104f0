import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ProfileName } from '../../../src/core/profiles/names.js';

const SRC = new URL('../../../src/', import.meta.url);
const NAMES = ProfileName.anyOf.map((literal) => literal.const);

/** Where code names a profile, or asks which one it has. */
const KNOWLEDGE = new RegExp(
  [
    `(['"])(${NAMES.join('|')})\\1`,
    `profiles\\.(${NAMES.join('|')})\\b`,
    `/(${NAMES.join('|')})\\.js['"]`,
    `profile(\\.name)?\\s*[!=]==?`,
    `[!=]==?\\s*\\S*profile(\\.name)?\\b`,
    `switch \\(\\S*profile`,
  ].join('|'),
  'i',
);

/** The default of the setting is all that is said of a profile elsewhere. A union of names is no question either. */
const ALLOWED = new Map([['start/settings.ts', "default: 'documented',"]]);

const files = (readdirSync(SRC, { recursive: true }) as string[])
  .map((file) => file.replaceAll('\\', '/'))
  // The list of evidence says of each behaviour whose it is.
  .filter((file) => file.endsWith('.ts') && !file.startsWith('core/profiles/') && file !== 'operations/fidelity.ts');

it('there are files to look at', () => {
  expect(files.length).toBeGreaterThan(40);
});

it.each(files)('%s knows no profile', (file) => {
  const found = readFileSync(new URL(file, SRC), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => KNOWLEDGE.test(line) && !/profile === undefined/.test(line))
    .filter((line) => line !== ALLOWED.get(file));
  expect(found).toEqual([]);
});

it.each([
  "if (profile.name === 'observed') return;",
  'if (workspace.profile === profiles[name]) return;',
  "import { observed } from '../profiles/observed.js';",
  'const { series } = profiles.documented;',
  'switch (exchange.profile.name) {',
  'return observed !== profile;',
])('the wall would see %s', (line) => {
  expect(KNOWLEDGE.test(line)).toBe(true);
});
