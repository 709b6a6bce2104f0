import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { settings } from '../../src/start/settings.js';
import { blocks, documents, ROOT } from '../support/documents.js';
import { anchorsOf, deadLinks, relativeLinks } from '../support/links.js';

const exists = (path: string) => existsSync(fileURLToPath(new URL(path, ROOT)));
const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { scripts: object };
const VARIABLES = new Set(settings.map(({ variable }) => variable));

it('finds the documents of the root and of docs/', () => {
  const files = documents.map(({ file }) => file);
  expect(files).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/faults.md']));
  expect(files[0]).toBe('README.md');
});

describe.each(documents.map((document) => [document.file, document] as const))('%s', (_file, document) => {
  const text = document.text.replaceAll(/<!--.*?-->/gs, '');

  it('links only to existing files and headings', () => {
    expect(deadLinks(document, documents, exists)).toEqual([]);
  });

  it('names only existing paths', () => {
    const paths = text.matchAll(
      /(?<![\w./-])(?:(?:src|test|fixtures|docs)\/[\w./-]*[\w/]|\.(?:ci|github)\/[\w./-]*\w)/g,
    );
    expect([...paths].map(([path]) => path).filter((path) => !exists(path))).toEqual([]);
  });

  it('names only existing scripts and variables', () => {
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const variables = [...text.matchAll(/BRAZE_MOCK_[A-Z_]*[A-Z]/g)].map(([name]) => name);
    expect(variables.filter((name) => !VARIABLES.has(name))).toEqual([]);
  });
});

it('every page of docs/ is linked from the README', () => {
  const linked = new Set(relativeLinks(documents[0]?.text ?? '').map((link) => link.split('#')[0]));
  const pages = documents.map(({ file }) => file).filter((file) => file.startsWith('docs/'));
  expect(pages.filter((file) => !linked.has(file))).toEqual([]);
});

describe('a dead link', () => {
  const page = { file: 'docs/a.md', text: '# One\n\n## Two\n\n```sh\n# Not a heading\n```\n' };
  const others = [page, { file: 'README.md', text: '# Top\n' }];
  const found = (text: string) =>
    deadLinks({ file: 'docs/b.md', text }, others, (path) => ['docs/a.md', 'README.md', 'LICENSE'].includes(path));

  it.each([
    ['[x](c.md)', 'c.md: there is no docs/c.md'],
    ['[x](docs/a.md)', 'docs/a.md: there is no docs/docs/a.md'],
    ['[x](a.md#three)', 'a.md#three: docs/a.md has no heading #three'],
    ['[x](a.md#not-a-heading)', 'a.md#not-a-heading: docs/a.md has no heading #not-a-heading'],
    ['[x](../LICENSE#one)', '../LICENSE#one: LICENSE has no headings'],
    ['[x](../../a.md)', '../../a.md: there is no ../a.md'],
    ['[x][1]\n\n[1]: c.md', 'c.md: there is no docs/c.md'],
    ['<img src="c.png">', 'c.png: there is no docs/c.png'],
    ['![x](c.png "title")', 'c.png: there is no docs/c.png'],
  ])('is found: %s', (text, problem) => {
    expect(found(text)).toEqual([problem]);
  });

  it.each(['[x](a.md)', '[x](a.md#two)', '[x](../README.md#top)', '[x](https://x.example/c.md)', '`[x](c.md)`'])(
    'is not: %s',
    (text) => expect(found(text)).toEqual([]),
  );

  it('is found within a page', () => {
    expect(
      deadLinks({ ...page, text: '# One\n\n[x](#one) [y](#two)' }, [{ ...page, text: '# One' }], () => true),
    ).toEqual(['#two: docs/a.md has no heading #two']);
  });
});

it("anchors match GitHub's", () => {
  const headings = [
    "## Braze's own hosts",
    '## How do I …',
    '## `ending_at`, twice',
    '## [A](b.md) link',
    '# Same',
    '# Same',
  ];
  expect(anchorsOf(headings.join('\n\n'))).toEqual([
    'brazes-own-hosts',
    'how-do-i-',
    'ending_at-twice',
    'a-link',
    'same',
    'same-1',
  ]);
});

describe('the layout in docs/architecture.md', () => {
  const tree = blocks.find(({ language, text }) => language === 'text' && text.startsWith('src/'))?.text ?? '';
  const above: string[] = [];
  const paths = tree
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, indent = '', name = ''] = /^( *)([\w./-]+)/.exec(line) ?? [];
      above.splice(indent.length / 2, Infinity, name);
      return above.join('');
    });

  it.each(paths)('%s exists', (path) => {
    expect(statSync(new URL(path, ROOT)).isDirectory()).toBe(path.endsWith('/'));
  });

  it('has every folder of src, down to two levels', () => {
    const foldersIn = (folder: string): string[] =>
      readdirSync(new URL(folder, ROOT), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `${folder}${name}/`);
    const folders = foldersIn('src/').flatMap((folder) => [folder, ...foldersIn(folder)]);
    const shown = paths.filter((path) => /^src\/.+\/$/.test(path));
    expect(shown.toSorted()).toEqual(folders.toSorted());
  });
});
