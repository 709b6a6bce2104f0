import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { documentOf } from '../support/openapi.js';
import { renewReadme } from '../support/readme.js';
import { fixtureSchema } from '../support/schema.js';

// `npm run generate` rewrites these files; a plain run fails where one is stale.

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

async function formatted(file: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

it('fixtures/schema.json is the schema of fixture files', async () => {
  const file = path('fixtures/schema.json');
  await expect(await formatted(file, JSON.stringify(fixtureSchema()))).toMatchFileSnapshot(file);
});

it('README.md has the tables that are made from code', async () => {
  const file = path('README.md');
  await expect(await formatted(file, await renewReadme(readFileSync(file, 'utf8')))).toMatchFileSnapshot(file);
});

it('fixtures/openapi.json is what the server answers', async () => {
  const file = path('fixtures/openapi.json');
  await expect(await formatted(file, JSON.stringify(await documentOf()))).toMatchFileSnapshot(file);
});
