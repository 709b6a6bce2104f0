import { decoded } from '../endpoints/paths.js';
import { fromBase64 } from '../workspaces/masking.js';
import type { Registry } from '../workspaces/registry.js';

/** A suggestion for an Authorization header with an unknown key; `''` if no key is similar. */
export function keyHint(workspaces: Registry, header: string): string {
  const isKnown = (text: string) => workspaces.openedBy(text) !== undefined;
  const [, scheme = '', sent = ''] = /^(\S+)\s*(.*)$/s.exec(header) ?? [];
  const isBearer = /^bearer$/i.test(scheme);
  if (isKnown(header)) return 'the header is a known key, but "Bearer " is missing before it';
  if (isBearer && sent === '') return 'the key behind "Bearer" is missing';
  if (isBearer && /^bearer\b/i.test(sent)) return 'it has "Bearer" twice';
  const holdsKey = candidatesIn(header).some(isKnown);
  const foreign = /^(basic|digest|token|key|api-?key|negotiate)\b/i.exec(header)?.[1];
  if (foreign !== undefined)
    return `${holdsKey ? 'it holds a known key; ' : ''}send "Bearer <key>"; found the scheme ${foreign}`;
  if (holdsKey && isBearer) return 'it is a known key without the characters around it';
  if (holdsKey) return 'it holds a known key; send exactly "Bearer <key>"';
  const other = workspaces.openedInOtherCase(bare(isBearer ? sent : header));
  if (other === undefined) return '';
  return `in another case it is a key of the workspace ${other.name}; keys are case-sensitive`;
}

/** The parts of a header that may be a key: without the characters around them, decoded, and the parts of `Basic`. */
function candidatesIn(header: string): string[] {
  const parts = header.split(/\s+/).slice(0, 4);
  const texts = parts.flatMap((part) => [part, decoded(part), ...fromBase64(part).split(':')]);
  return [...texts, ...texts.map(bare)].filter((text) => text !== '');
}

/** Without quotes, brackets and other characters around it, and without a scheme that is joined to it. */
function bare(text: string): string {
  return text.replace(/^\W*(?:bearer[:=]\W*)?|\W+$/gi, '');
}
