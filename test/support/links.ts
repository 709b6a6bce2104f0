import { posix } from 'node:path';
import type { MarkdownFile } from './documents.js';

/**
 * The dead relative links of a Markdown file, each with the reason: a missing file or a missing heading. `exists`
 * checks a path from the root.
 */
export function deadLinks(
  { file, text }: MarkdownFile,
  documents: readonly MarkdownFile[],
  exists: (path: string) => boolean,
): string[] {
  return relativeLinks(text).flatMap((link) => {
    const [target = '', anchor] = link.split('#');
    const path = target === '' ? file : posix.join(posix.dirname(file), decodeURIComponent(target));
    if (path.startsWith('../') || !exists(path)) return [`${link}: there is no ${path}`];
    if (anchor === undefined) return [];
    const document = documents.find((one) => one.file === path);
    if (document === undefined) return [`${link}: ${path} has no headings`];
    return anchorsOf(document.text).includes(anchor) ? [] : [`${link}: ${path} has no heading #${anchor}`];
  });
}

/** The targets of a document's links within the repository: inline, by reference, and in HTML. */
export function relativeLinks(markdown: string): string[] {
  const prose = withoutFences(markdown).replaceAll(/(`+)(?!`).+?\1/g, '');
  const links = prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)|\b(?:href|src)="([^"]+)"/gm);
  return [...links]
    .map(([, inline, reference, html]) => inline ?? reference ?? html ?? '')
    .filter((link) => !/^([a-z][a-z\d+.-]*:|\/\/)/i.test(link));
}

/** The anchors that GitHub gives to the headings of a document. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutFences(markdown).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = '']) => {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^(```+|~~~+).*?^\1$/gms, '');
}
