import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { documents, guide, ROOT } from '../support/documents.js';
import { documentOf } from '../support/openapi.js';
import { renewSections, SECTION_NAMES, sectionNames } from '../support/readme.js';
import { fixtureSchema } from '../support/schema.js';

// `npm run generate` rewrites these files; a plain run fails where one is stale.

const path = (name: string) => fileURLToPath(new URL(name, ROOT));

async function formatted(file: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

it('fixtures/schema.json is the schema of fixture files', async () => {
  const file = path('fixtures/schema.json');
  await expect(await formatted(file, JSON.stringify(fixtureSchema()))).toMatchFileSnapshot(file);
});

it.each(guide.map(({ file }) => file))('%s has up-to-date generated tables and examples', async (name) => {
  const file = path(name);
  await expect(await formatted(file, await renewSections(readFileSync(file, 'utf8')))).toMatchFileSnapshot(file);
});

it('the guide has each generated section once', () => {
  expect(guide.flatMap(({ text }) => sectionNames(text)).toSorted()).toEqual(SECTION_NAMES.toSorted());
});

it('no other document has generated sections', () => {
  expect(documents.filter((one) => !guide.includes(one) && sectionNames(one.text).length > 0)).toEqual([]);
});

it('a section without a generator is an error', async () => {
  await expect(renewSections('<!-- moods -->\n\n<!-- /moods -->')).rejects.toThrow(
    'nothing generates the section "moods"',
  );
});

it('fixtures/openapi.json matches the server', async () => {
  const file = path('fixtures/openapi.json');
  await expect(await formatted(file, JSON.stringify(await documentOf()))).toMatchFileSnapshot(file);
});
