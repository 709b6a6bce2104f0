// eslint-disable-next-line import/default -- a CommonJS package, whose exports are Node's default import
import jsonc, { type ParseError } from 'jsonc-parser';

/** Says where a text stops being JSON; the words of `JSON.parse` differ between Node versions, and often do not. */
export function whereBroken(text: string): string {
  const errors: ParseError[] = [];
  // It descends level by level, and a file can be too deep for that.
  try {
    jsonc.parse(text, errors, { disallowComments: true });
  } catch {
    // What it found until then is reported.
  }
  const { error, offset } = errors[0] ?? { error: 1, offset: text.length };
  const before = text.slice(0, offset).split('\n');
  return `${errorInWords(error)} at line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
}

/** `PropertyNameExpected` in words. */
function errorInWords(error: ParseError['error']): string {
  return jsonc.printParseErrorCode(error).replace(/(?!^)[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}
