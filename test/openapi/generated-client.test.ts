import openapiTS, { astToString } from 'openapi-typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Document, documentOf, followed, operationsOf } from '../support/openapi.js';
import { call, startTestServer } from '../support/server.js';
import { typeErrors } from '../support/type-check.js';

interface Schema {
  $ref?: string;
  anyOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
  type?: string;
  format?: string;
  minimum?: number;
  minProperties?: number;
  required?: string[];
  properties?: Record<string, Schema>;
}

let document: Document;
let types: string;
beforeAll(async () => {
  document = await documentOf();
  // A copy: the generator changes what it is given.
  types = astToString(await openapiTS(structuredClone(document) as never));
});

/** The smallest values that a schema accepts: one for each of its alternatives, with required fields only. */
function minimal(schema: Schema): unknown[] {
  const { $ref, anyOf, type, format, minimum = 1, required = [], properties = {}, minProperties = 0 } = schema;
  if ($ref !== undefined) return minimal(document.components['schemas']?.[$ref.split('/').at(-1) ?? ''] as Schema);
  if (anyOf !== undefined) return anyOf.flatMap(minimal);
  if ('const' in schema) return [schema.const];
  if (schema.enum !== undefined) return schema.enum;
  if (type === 'object') {
    const names = required.length >= minProperties ? [required] : Object.keys(properties).map((name) => [name]);
    return names.map((some) => Object.fromEntries(some.map((name) => [name, minimal(properties[name] ?? {})[0]])));
  }
  if (type === 'null') return [null];
  if (type === 'integer' || type === 'number') return [minimum];
  if (type === 'string') return [format === 'duration' ? 'PT1S' : 'x'];
  throw new Error(`no minimal value for ${JSON.stringify(schema)}`);
}

/** Every request that the document describes with a body, once for each of its media types and minimal bodies. */
function requests(): { method: string; path: string; type: string; body: unknown }[] {
  return operationsOf(document).flatMap(({ method, path, operation }) =>
    Object.entries(operation.requestBody?.content ?? {}).flatMap(([type, { schema }]) =>
      minimal(schema as Schema).map((body) => ({ method, path, type, body })),
    ),
  );
}

const IMPORTS = `import createClient from 'openapi-fetch';
import type { paths } from './api.js';
const mock = createClient<paths>({ baseUrl: 'http://localhost:27293' });
`;

/** Has a compiler check a value against one type. */
const check = (value: unknown, type: string) => `({ value: ${JSON.stringify(value)} }) satisfies { value: ${type} };`;

function bodyType(method: string, path: string, type: string): string {
  return `NonNullable<paths['${path}']['${method}']['requestBody']>['content']['${type}']`;
}

function replyType(method: string, path: string, status: string, type: string): string {
  const key = /^\d+$/.test(status) ? status : `'${status}'`;
  return `paths['${path}']['${method}']['responses'][${key}]['content']['${type}']`;
}

/** Each minimal body, and each example of a request and of a reply, beside its type. */
function valuesWithTypes(): string[] {
  const bodies = requests().map(({ method, path, type, body }) => check(body, bodyType(method, path, type)));
  const examples = operationsOf(followed(document)).flatMap(
    ({ method, path, operation: { requestBody, responses } }) => [
      ...Object.entries(requestBody?.content ?? {}).flatMap(([type, { examples: named = {} }]) =>
        Object.entries(named)
          // What the examples of refusals send is wrong on purpose.
          .filter(([name]) => !/_(invalid|malformed)$/.test(name))
          .map(([, { value }]) => check(value, bodyType(method, path, type))),
      ),
      ...Object.entries(responses).flatMap(([status, { content = {} }]) =>
        Object.entries(content).flatMap(([type, { examples: named = {} }]) =>
          Object.values(named).map(({ value }) => check(value, replyType(method, path, status, type))),
        ),
      ),
    ],
  );
  return [...bodies, ...examples];
}

const CALLS = `
  const made = await mock.POST('/__mock/workspaces', { body: { name: 'checkout' } });
  made.data?.apiKey satisfies string | undefined;
  made.error?.message satisfies string | undefined;
  const vip = { params: { path: { name: 'checkout', id: 'vip' } } };
  const put = await mock.PUT('/__mock/workspaces/{name}/segments/{id}', { ...vip, body: { size: 1 } });
  put.data?.analyticsTrackingEnabled satisfies boolean | undefined;
  const checkout = { params: { path: { name: 'checkout' } } };
  await mock.POST('/__mock/workspaces/{name}/api-keys', { ...checkout, body: { key: 'K' } });
  await mock.PUT('/__mock/workspaces/{name}/clock', { ...checkout, body: { now: '2024-01-01', frozen: true } });
  await mock.PUT('/__mock/workspaces/{name}/rate-limit', { ...checkout, body: { capacity: 1 } });
  await mock.PUT('/__mock/workspaces/{name}/rate-limit', { ...checkout, body: 'off' });
  await mock.POST('/__mock/workspaces/{name}/faults', { ...checkout, body: { effect: { status: 503 } } });
  const query = { segment_id: 'vip', length: 7 };
  const series = await mock.GET('/segments/data_series', { params: { query } });
  for (const { time, size } of series.data?.data ?? []) [time, size] satisfies [string, number];`;

const MISTAKES = [
  `await mock.POST('/__mock/workspaces', { body: { name: 1 } });`,
  `await mock.GET('/segments/data_series', { params: { query: { length: 7 } } });`,
  `await mock.POST('/__mock/workspaces/{name}/clock/advance', { ...named, body: {} });`,
  check({ nmae: 'w' }, bodyType('post', '/__mock/workspaces', 'application/json')),
];

describe('types that openapi-typescript makes of the document', () => {
  const isMistake = (error: string, line: string) => error.endsWith(` in ${line}`);
  let values: string[];
  let errors: string[];
  beforeAll(() => {
    values = valuesWithTypes();
    const named = "const named = { params: { path: { name: 'w' } } };";
    const client = [...values, CALLS, named, ...MISTAKES].join('\n');
    // In one compilation, of 3 s.
    errors = typeErrors({ 'api.ts': types, 'client.ts': IMPORTS + client });
  });

  it('accept every minimal body and example, and the calls of a client', () => {
    expect(values.length).toBeGreaterThan(300);
    expect(errors.filter((error) => !MISTAKES.some((line) => isMistake(error, line)))).toEqual([]);
  });

  it.each(MISTAKES)('reject %s', (line) => {
    expect(errors.filter((error) => isMistake(error, line))).not.toEqual([]);
  });
});

it('the mock accepts the minimal body of every request', async () => {
  const refused: string[] = [];
  for (const { method, path, type, body } of requests()) {
    const { url } = await startTestServer();
    const target = url + path.replace('{name}', 'default').replace('{id}', 'segment_1234');
    const request = { method: method.toUpperCase(), headers: { 'content-type': type }, body: JSON.stringify(body) };
    const { status } = await call(target, request);
    if (status >= 300) refused.push(`${method} ${path} ${request.body}`);
  }
  // An effect must do something, and a state and a storyboard must exist; the schemas do not require that.
  expect(refused).toEqual([
    'post /__mock/workspaces/{name}/states {"state":"x"}',
    'post /__mock/workspaces/{name}/faults {"effect":{}}',
    'post /__mock/workspaces/{name}/storyboards {"name":"x"}',
  ]);
});
