import { show } from '../validation.js';

/** Where a text stops being JSON, in words of our own: those of `JSON.parse` differ between Node versions. */
export interface Mistake {
  line: number;
  column: number;
  found: string;
  expected: string;
}

/** What may come next, each with the tokens that may: `"` stands for any string, `0` for any other scalar. */
const STATES = {
  value: { tokens: '{["0', words: 'a value' },
  firstItem: { tokens: '{["0]', words: 'a value or "]"' },
  afterItem: { tokens: ',]', words: '"," or "]"' },
  firstName: { tokens: '"}', words: 'a name in double quotes or "}"' },
  name: { tokens: '"', words: 'a name in double quotes' },
  afterName: { tokens: ':', words: '":"' },
  afterMember: { tokens: ',}', words: '"," or "}"' },
  end: { tokens: '', words: 'the end' },
} as const;
type State = keyof typeof STATES;

const SPACE = /[ \t\n\r]*/y;
const TOKEN =
  // eslint-disable-next-line no-control-regex -- JSON's strings hold no control characters
  /[{}[\],:]|"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Finds the first mistake of a text that should be JSON; `undefined` where there is none. */
export function findMistake(text: string): Mistake | undefined {
  const open: ('{' | '[')[] = [];
  const afterValue = (): State => {
    const innermost = open.at(-1);
    if (innermost === undefined) return 'end';
    return innermost === '{' ? 'afterMember' : 'afterItem';
  };
  let state: State = 'value';
  for (let at = skipSpace(text, 0); ; at = skipSpace(text, TOKEN.lastIndex)) {
    if (at === text.length && state === 'end') return undefined;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    const kind = token === undefined ? undefined : kindOf(token);
    if (kind === undefined || !STATES[state].tokens.includes(kind)) return mistakeAt(text, at, state);
    if (kind === '{' || kind === '[') {
      open.push(kind);
      state = kind === '{' ? 'firstName' : 'firstItem';
    } else if (kind === ',') state = open.at(-1) === '{' ? 'name' : 'value';
    else if (kind === ':') state = 'value';
    else if (kind === '"' && (state === 'name' || state === 'firstName')) state = 'afterName';
    else {
      if (kind === '}' || kind === ']') open.pop();
      state = afterValue();
    }
  }
}

function skipSpace(text: string, from: number): number {
  SPACE.lastIndex = from;
  SPACE.exec(text);
  return SPACE.lastIndex;
}

function kindOf(token: string): string {
  const first = token[0] as string;
  return '{}[],:"'.includes(first) ? first : '0';
}

function mistakeAt(text: string, at: number, state: State): Mistake {
  const lines = text.slice(0, at).split('\n');
  const rest = text.slice(at, at + 20).split('\n', 1)[0] as string;
  return {
    line: lines.length,
    column: (lines.at(-1) as string).length + 1,
    found: at === text.length ? 'the end of the file' : show(rest),
    expected: STATES[state].words,
  };
}
