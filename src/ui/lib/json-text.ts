/** Where the caret is in a JSON text that may be unfinished. */
export interface Caret {
  /** The object or list around it, as the server writes paths: `$.campaigns[0]`. */
  container: string;
  /** The key of the value at the caret; `undefined` if the caret is in a key. */
  key: string | undefined;
  /** The part of the word that is already typed, and where the word is. */
  prefix: string;
  start: number;
  end: number;
}

export interface JsonScan {
  /** The line of each value, from 0, by its path. */
  lines: ReadonlyMap<string, number>;
  caret: Caret | undefined;
}

interface Frame {
  path: string;
  index: number | undefined;
  key: string | undefined;
  inKey: boolean;
}

const TOKEN = /"(?:[^"\\\n]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Reads a JSON text as far as it goes: the lines of its values, and what is at an offset. */
export function scanJson(text: string, offset = -1): JsonScan {
  const lines = new Map([['$', 0]]);
  const stack: Frame[] = [];
  let caret: Caret | undefined;
  let line = 0;
  let read = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const top = stack.at(-1);
    line += text.slice(read, match.index).split('\n').length - 1;
    read = match.index;
    const end = match.index + token.length;
    if (caret === undefined && top !== undefined && offset >= 0 && offset <= match.index) caret = caretIn(top, offset);
    const isWord = !'{}[],:'.includes(token);
    if (isWord && top !== undefined && offset > match.index && offset <= end) {
      caret = {
        ...caretIn(top, offset),
        prefix: text.slice(match.index, offset).replaceAll('"', ''),
        start: match.index,
        end,
      };
    }
    if (token === '}' || token === ']') stack.pop();
    else if (token === ',' && top !== undefined) {
      if (top.index === undefined) top.inKey = true;
      else top.index++;
    } else if (token === ':' && top !== undefined) top.inKey = false;
    else if (isWord && top?.inKey === true) {
      top.key = token.replaceAll('"', '');
      lines.set(pathIn(top), line);
    } else if (token !== ',' && token !== ':') {
      const path = top === undefined ? '$' : pathIn(top);
      if (!lines.has(path)) lines.set(path, line);
      if (!isWord) stack.push({ path, index: token === '[' ? 0 : undefined, key: undefined, inKey: token === '{' });
    }
  }
  return { lines, caret };
}

function pathIn({ path, index, key }: Frame): string {
  return index === undefined ? `${path}.${key}` : `${path}[${index}]`;
}

function caretIn({ path, index, key, inKey }: Frame, offset: number): Caret {
  const shown = index === undefined ? key : String(index);
  return { container: path, key: inKey ? undefined : shown, prefix: '', start: offset, end: offset };
}

/** The line of a problem: that of its path, or of its nearest ancestor in the text. */
export function lineOf(lines: ReadonlyMap<string, number>, path: string): number {
  for (let part = path; part !== ''; part = part.replace(/(\.[^.[]*|\[[^\]]*\]?|[^.[]+)$/, '')) {
    const line = lines.get(part);
    if (line !== undefined) return line;
  }
  return 0;
}
