// eslint-disable-next-line import/default -- a CommonJS package, whose exports are Node's default import
import spectralCore from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { beforeAll, describe, expect, it } from 'vitest';
import { CONTROL_CODES } from '../../src/operations/errors.js';
import { PREFERABLE } from '../../src/core/faults/prefer.js';
import { REFUSALS } from '../../src/core/refusals/codes.js';
import { generateDocument } from '../../src/openapi/document.js';
import { VERSION } from '../../src/start/package.js';
import { Checker, type Document, documentOf, followed, type Media, operationsOf } from '../support/openapi.js';
import { routes } from '../support/readme.js';

let document: Document;
let whole: Document;
let checker: Checker;
beforeAll(async () => {
  document = await documentOf();
  whole = followed(document);
  checker = new Checker(document);
});

/** Every place that has examples, with its schema. */
function mediaOf(): [string, Media][] {
  return operationsOf(whole).flatMap(({ operation: { operationId, parameters = [], requestBody, responses } }) => [
    ...parameters.map((one): [string, Media] => [`${operationId} ${one.in} ${one.name}`, one]),
    ...Object.entries(requestBody?.content ?? {}).map(([type, media]): [string, Media] => [operationId + type, media]),
    ...Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Object.entries(content).map(([type, media]): [string, Media] => [`${operationId} ${status} ${type}`, media]),
    ),
  ]);
}

describe('the linter', () => {
  /** The rules that are switched off, and why. */
  const OFF = {
    // The project has no address to write to.
    'info-contact': 'off',
    // The page shows the tags in their order: first what is imitated, then how to steer it.
    'openapi-tags-alphabetical': 'off',
    // A test below checks every example. The rule compiles a schema for each of them, which takes 4 s.
    'oas3-valid-media-example': 'off',
  } as const;

  it('finds nothing', async () => {
    const spectral = new spectralCore.Spectral();
    spectral.setRuleset({ extends: [[oas as never, 'all']], rules: OFF });
    const findings = await spectral.run(JSON.stringify(document));
    expect(findings.map(({ code, message, path }) => `${code}: ${message} at ${path.join('.')}`)).toEqual([]);
  });

  it('reports a mistake', async () => {
    const spectral = new spectralCore.Spectral();
    spectral.setRuleset({ extends: [[oas as never, 'all']], rules: OFF });
    const findings = await spectral.run(JSON.stringify({ ...document, info: {}, paths: {}, components: {} }));
    expect(findings.map(({ code }) => code)).toContain('oas3-schema');
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1 and has the version of the package', () => {
    expect([document.openapi, document.info.version]).toEqual(['3.1.0', VERSION]);
  });

  it('has every route of the server, with HEAD for each GET', async () => {
    const shown = (await routes()).filter(({ schema }) => schema?.hide !== true);
    const there = shown.flatMap(({ method, url }) => {
      const path = url.replaceAll(/:(\w+)/g, '{$1}');
      const own = `${String(method).toLowerCase()} ${path}`;
      return method === 'GET' ? [own, `head ${path}`] : [own];
    });
    expect(
      operationsOf(document)
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    ).toEqual(there.toSorted());
  });

  it('has every status that an endpoint can return', () => {
    const refused = Object.values(REFUSALS).map(({ status }) => status);
    const statuses = new Set([200, 304, ...refused, ...PREFERABLE]);
    const described = Object.keys(whole.paths['/segments/data_series']?.['get']?.responses ?? {});
    expect(described.toSorted()).toEqual([...[...statuses].map(String), '4XX', '5XX'].toSorted());
  });

  it('has an example for every code of the endpoints', () => {
    const paths = ['/segments/data_series', '/segments/list', '/segments/details', '/campaigns/list'];
    const shown = paths.flatMap((path) => examplesOf(path, 'get'));
    for (const [name, value] of shown) {
      if (name in REFUSALS) expect([name, ...codesIn(value)]).toContain(name);
    }
    const names = new Set(shown.map(([name]) => name));
    expect(Object.keys(REFUSALS).filter((code) => !names.has(code))).toEqual([]);
  });

  it('has an example for every code of the control API', () => {
    const shown = operationsOf(whole)
      .filter(({ path }) => path.startsWith('/__mock'))
      .flatMap(({ path, method }) => examplesOf(path, method));
    const named = shown.filter(([name]) => name in CONTROL_CODES);
    for (const [name, value] of named) expect(new Set(codesIn(value))).toEqual(new Set([name]));
    const names = new Set(named.map(([name]) => name));
    expect(Object.keys(CONTROL_CODES).filter((code) => !names.has(code))).toEqual([]);
  });

  function examplesOf(path: string, method: string): [string, unknown][] {
    return Object.values(whole.paths[path]?.[method]?.responses ?? {}).flatMap(({ content = {} }) =>
      Object.values(content).flatMap(({ examples = {} }) =>
        Object.entries(examples).map(([name, { value }]): [string, unknown] => [name, value]),
      ),
    );
  }

  function codesIn(value: unknown): string[] {
    return ((value as { errors?: { code: string }[] }).errors ?? []).map(({ code }) => code);
  }

  it('has examples that fit their schemas', () => {
    const examples = mediaOf().flatMap(([where, { schema, examples: named = {} }]) =>
      Object.entries(named).map(([name, { value }]) => ({ where: `${where} ${name}`, schema, value })),
    );
    expect(examples.length).toBeGreaterThan(300);
    const wrong = examples.map(({ where, schema, value }) => [where, checker.problems(schema, value)] as const);
    expect(wrong.filter(([, problems]) => problems.length > 0)).toEqual([]);
  });

  it('has headers whose examples fit their schemas', () => {
    const headers = Object.values(whole.components['headers'] ?? {}) as { schema: { examples?: unknown[] } }[];
    for (const { schema } of headers) {
      for (const value of schema.examples ?? []) expect(checker.problems(schema, value)).toEqual([]);
    }
    expect(headers.length).toBeGreaterThan(8);
  });

  it('has an example for each reply with a body, except this document', () => {
    const without = mediaOf().filter(([, { examples = {} }]) => Object.keys(examples).length === 0);
    // A page fills in the first example, and this header is best left out.
    const others = without.map(([where]) => where).filter((where) => !where.endsWith('if-none-match'));
    expect(others).toEqual([
      // Minified, or the work of others.
      'showPageFile 200 text/javascript',
      'showPageFile 200 text/css',
      // It would hold itself.
      'showDocument 200 application/json',
    ]);
  });

  it('names the examples of parameters like those of replies', () => {
    for (const { operation } of operationsOf(whole).filter(({ method }) => method === 'get')) {
      const ofReplies = new Set(
        Object.values(operation.responses).flatMap(({ content = {} }) =>
          Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples)),
        ),
      );
      const ofParameters = (operation.parameters ?? []).flatMap(({ examples = {} }) => Object.keys(examples));
      expect(ofParameters.filter((name) => !ofReplies.has(name))).toEqual([]);
    }
  });

  it('closes every object with named fields', () => {
    const open: string[] = [];
    const look = (value: unknown, where: string): void => {
      if (typeof value !== 'object' || value === null || where.endsWith('.value')) return;
      if ('properties' in value && !('additionalProperties' in value)) open.push(where);
      for (const [name, child] of Object.entries(value)) look(child, `${where}.${name}`);
    };
    look(document.components, 'components');
    look(document.paths, 'paths');
    expect(open).toEqual([]);
  });

  it('leaves out the control API with --no-control', async () => {
    const { paths } = await documentOf({ noControl: true });
    expect(Object.keys(paths).filter((path) => !/^\/(segments|campaigns)\//.test(path))).toEqual([
      '/__mock/health',
      '/__mock/ready',
      '/openapi.json',
    ]);
  });

  // In the other order than the build, so that what one generation leaves behind would show in the next.
  it.each([true, false])('is generated deterministically, with --no-control %j', async (noControl) => {
    expect(await generateDocument({ noControl })).toEqual(await documentOf({ noControl }));
  });
});
