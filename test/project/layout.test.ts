import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { settings } from '../../src/start/settings.js';
import { ROOT } from '../support/documents.js';
import type { Document } from '../support/openapi.js';

/** What each room of `src` may import besides itself: imports point down, and `openapi` is the build's alone. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: ['start', 'contract', 'server', 'fixtures', 'operations', 'core', 'schema', 'system'],
  library: ['start', 'server', 'fixtures', 'operations', 'core', 'schema', 'system'],
  openapi: ['start', 'server', 'fixtures', 'operations', 'core', 'schema', 'system'],
  start: ['server', 'fixtures', 'operations', 'core', 'schema', 'system'],
  contract: ['server', 'fixtures', 'operations', 'core', 'schema', 'system'],
  server: ['operations', 'core', 'schema', 'system'],
  fixtures: ['operations', 'core', 'schema', 'system'],
  operations: ['core', 'schema'],
  core: ['schema'],
  schema: [],
  system: [],
  ui: [],
};

/** Packages that one room alone imports. */
const ONLY_IN: Readonly<Record<string, string>> = {
  fastify: 'server',
  '@fastify/type-provider-typebox': 'server',
  '@fastify/swagger': 'openapi',
};

/** Folders of `test` for what concerns no single room. */
const OTHER_TESTS = 'bench contract examples fuzz image mutation package project stress support'.split(' ');

const MOST_LINES = 220;

const SRC = fileURLToPath(new URL('src/', ROOT));
const TEST = fileURLToPath(new URL('test/', ROOT));

const files = pathsIn(SRC).filter((file) => /\.tsx?$/.test(file));
const imports = new Map(files.map((file) => [file, importsOf(file)]));

function pathsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();
}

function textOf(file: string): string {
  return readFileSync(SRC + file, 'utf8');
}

/** What a file imports, types included: files by their path within `src`, packages by their name. */
function importsOf(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push(resolved(file, specifier.text));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true));
  return found;
}

/** `import … from 'x'`, `export … from 'x'`, the type `import('x')`, and `import('x')` at run time. */
function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isDynamic ? node.arguments[0] : undefined;
}

function resolved(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = posix.join(posix.dirname(file), specifier);
  return files.find((known) => known.replace(/\.tsx?$/, '.js') === path) ?? path;
}

const roomOf = (path: string) => path.split('/', 1)[0] as string;
const rooms = [...new Set(files.map(roomOf))];
const filesOf = (room: string) => files.filter((file) => roomOf(file) === room);
const lines = (file: string) => textOf(file).trimEnd().split('\n').length;

/** The lines of a file that are neither blank nor comment. */
function codeLines(file: string): number {
  const isCode = (line: string) => !/^\s*(\/\/|\/\*|\*|$)/.test(line);
  return textOf(file).split('\n').filter(isCode).length;
}

/** The imports of a room's files, as `file → target`. */
function arrowsFrom(room: string, isWanted: (target: string) => boolean): string[] {
  return filesOf(room).flatMap((file) =>
    (imports.get(file) ?? []).filter(isWanted).map((target) => `${file} → ${target}`),
  );
}

/** The circles of imports, each by the files on it. */
function circles(): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push(path.slice(at));
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of imports.get(file) ?? []) if (imports.has(target)) visit(target);
    path.pop();
    done.add(file);
  };
  files.forEach(visit);
  return found;
}

describe('the folders of src', () => {
  it('are at most twelve, all in the order of layers, without files next to them', () => {
    const entries = readdirSync(SRC, { withFileTypes: true });
    expect(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)).toEqual([]);
    expect(entries.length).toBeLessThanOrEqual(12);
    expect(rooms.filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  it('import only files that exist', () => {
    const targets = [...imports.values()].flat().filter((target) => rooms.includes(roomOf(target)));
    expect(targets.length).toBeGreaterThan(300);
    expect(targets.filter((target) => !imports.has(target))).toEqual([]);
  });

  it.each(rooms)('import downwards: %s', (room) => {
    const allowed = new Set([room, ...(MAY_IMPORT[room] ?? [])]);
    expect(arrowsFrom(room, (target) => imports.has(target) && !allowed.has(roomOf(target)))).toEqual([]);
  });

  it.each(Object.entries(ONLY_IN))('import %s only in %s', (name, room) => {
    const importers = files.filter((file) => imports.get(file)?.includes(name));
    expect([...new Set(importers.map(roomOf))]).toEqual([room]);
  });

  it.each(['core', 'schema', 'ui'])('do not import Node in %s', (room) => {
    expect(arrowsFrom(room, isBuiltin)).toEqual([]);
  });

  it('have no circular imports', () => {
    expect(circles()).toEqual([]);
  });

  it('are mirrored by the folders of test', () => {
    const folders = new Set(files.map((file) => posix.dirname(file)));
    const tests = pathsIn(TEST).filter((path) => path.endsWith('.test.ts'));
    const others = new Set(OTHER_TESTS.filter((folder) => !rooms.includes(folder)));
    const misplaced = tests.filter((path) => !others.has(roomOf(path)) && !folders.has(posix.dirname(path)));
    expect(misplaced).toEqual([]);
  });
});

describe('the budget', () => {
  it(`of ${MOST_LINES} lines a file holds, comments included`, () => {
    expect(files.filter((file) => lines(file) > MOST_LINES)).toEqual([]);
  });

  // Comments and blank lines do not count: a budget that counts them is met by deleting them.
  it.each([
    ['the mock', rooms.filter((room) => !['ui', 'openapi', 'contract'].includes(room)), 13_281],
    ['the generator of the OpenAPI document', ['openapi'], 1_000],
    ['the commands for real data', ['contract'], 1_897],
  ])('of the lines of code of %s holds', (_name, counted, most) => {
    const total = counted.flatMap(filesOf).reduce((sum, file) => sum + codeLines(file), 0);
    expect(total).toBeLessThanOrEqual(most);
    expect(readFileSync(new URL('docs/architecture.md', ROOT), 'utf8')).toContain(most.toLocaleString('en'));
  });

  it('of 28 flags of the server holds', () => {
    expect(settings.length).toBeLessThanOrEqual(28);
  });

  it('of 10 commands holds', () => {
    expect(COMMANDS.size).toBeLessThanOrEqual(10);
  });

  it('of 56 operations of the control API holds', () => {
    const { paths } = JSON.parse(readFileSync(new URL('dist/openapi.json', ROOT), 'utf8')) as Document;
    const operations = Object.entries(paths)
      .filter(([path]) => path.startsWith('/__mock/'))
      // HEAD is a GET without its body.
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
      .filter((operation) => !operation.startsWith('head '));
    expect(operations.length).toBeGreaterThan(30);
    expect(operations.length).toBeLessThanOrEqual(56);
  });
});
