import { readdirSync, readFileSync } from 'node:fs';

export const ROOT = new URL('../../', import.meta.url);

/** A Markdown file of the repository. */
export interface MarkdownFile {
  /** Its path from the root. */
  readonly file: string;
  readonly text: string;
}

/** Every Markdown file of the root and of docs/, the README first. */
export const documents: readonly MarkdownFile[] = [...markdownIn(''), ...markdownIn('docs/')].toSorted(
  (one, other) => Number(other.file === 'README.md') - Number(one.file === 'README.md'),
);
/** README and docs/: what users read. */
export const guide: readonly MarkdownFile[] = documents.filter(({ file }) => /^(README\.md$|docs\/)/.test(file));
export const README = textOf('README.md');

/** Where the calls of README and docs/ go. */
export const SHOWN_ORIGIN = 'http://127.0.0.1:27293';

interface CodeBlock {
  language: string;
  text: string;
}

/** The code blocks of README and docs/. */
export const blocks: readonly CodeBlock[] = guide.flatMap(({ text }) => blocksOf(text));

export function blocksOf(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }));
}

/** The text of a document, by its path from the root. */
export function textOf(file: string): string {
  const found = documents.find((document) => document.file === file);
  if (found === undefined)
    throw new Error(`no document ${file}; known: ${documents.map((one) => one.file).join(', ')}`);
  return found.text;
}

/** The part of a document under a heading, up to the next heading of any level. */
export function sectionOf(markdown: string, heading: string): string {
  const [, rest] = markdown.split(new RegExp(`^#+ ${heading}$`, 'm'));
  if (rest === undefined) throw new Error(`no heading "${heading}"`);
  return rest.split(/^#+ /m)[0] ?? '';
}

function markdownIn(folder: string): MarkdownFile[] {
  return readdirSync(new URL(`./${folder}`, ROOT))
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => ({ file: `${folder}${name}`, text: readFileSync(new URL(`${folder}${name}`, ROOT), 'utf8') }));
}

/**
 * Whether a reply matches the one shown. "…" in the shown reply matches anything. A reply shown on several lines is
 * JSON, and its objects can omit fields.
 */
export function fits(reply: string, shown: string): boolean {
  return shown.trim().includes('\n') ? holds(JSON.parse(reply), JSON.parse(shown)) : pattern(shown.trim()).test(reply);
}

function holds(value: unknown, shown: unknown): boolean {
  if (typeof shown === 'string') return pattern(shown).test(String(value));
  if (typeof shown !== 'object' || shown === null) return value === shown;
  if (Array.isArray(shown) && (!Array.isArray(value) || value.length !== shown.length)) return false;
  return Object.entries(shown).every(([name, part]) => holds((value as Record<string, unknown>)[name], part));
}

function pattern(text: string): RegExp {
  const parts = text.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
