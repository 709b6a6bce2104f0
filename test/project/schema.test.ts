import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkFixture } from '../../src/core/workspaces/fixture.js';

const read = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8'));

const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, validateFormats: true });
addFormats.default(ajv);
const validate = ajv.compile(read('schema.json') as object);

it.each(['default', 'large'])('accepts the built-in workspace %s', (name) => {
  expect(validate(read(`workspaces/${name}.json`))).toBe(true);
});

const workspace = (fields: object) => ({ workspaces: [{ name: 'w', ...fields }] });
const segment = (fields: object) => workspace({ segments: [{ id: 's', ...fields }] });

it.each([
  [{}],
  [{ workspaces: [] }],
  [{ workspaces: [{ name: 'a b' }] }],
  [{ ...workspace({}), extra: 1 }],
  [workspace({ extra: 1 })],
  [workspace({ instance: 'US-09' })],
  [workspace({ rateLimit: 'none' })],
  [workspace({ rateLimit: {} })],
  [workspace({ processingDelay: '4h' })],
  [workspace({ apiKeys: [{ key: 'with space' }] })],
  [workspace({ apiKeys: [{ key: 'k', permissions: ['all'] }] })],
  [workspace({ faults: [{}] })],
  [segment({ id: '' })],
  [segment({ type: 'smart' })],
  [segment({ listed: 'no' })],
  [segment({ size: -1 })],
  [segment({ anchor: '2023-02-29' })],
  [segment({ points: { '2023-2-3': 1 } })],
  [segment({ points: { '2023-02-03': '1' } })],
  [segment({ points: { '2023-02-03T00:00': 1 } })],
  [segment({ points: 1 })],
  [segment({ points: [{ time: '3 February', size: 1 }] })],
  [segment({ points: [{ time: '2023-02-03', size: '1' }] })],
  [segment({ points: [{ time: '2023-02-03' }] })],
  [segment({ yearly: { amplitude: 0.1, peak: '02-30' } })],
  [segment({ campaigns: [{ on: '2024-05-12' }] })],
])('rejects %j, as the mock does', (document) => {
  expect([validate(document), checkFixture(document).ok]).toEqual([false, false]);
});

it.each([
  [workspace({ rateLimit: 'off', processingDelay: 'PT4H', instance: 'EU-02' })],
  [segment({ createdAt: '2021-03-01', updatedAt: '2021-03-02T12:00:00Z', listed: false })],
  [segment({ createdAt: '2021-03-01T12:00:00-5:00' })],
  [segment({ points: { '2023-12-25T00:00:00+00:00': 1 } })],
  [segment({ points: [{ time: '2023-12-25T00:00:00+00:00', size: 1 }] })],
  [segment({ points: [] })],
  [segment({ points: { '2023-12-25': 248_576 }, yearly: { amplitude: 0.1, peak: '02-29' } })],
])('accepts %j, as the mock does', (document) => {
  expect([validate(document), checkFixture(document).ok]).toEqual([true, true]);
});
