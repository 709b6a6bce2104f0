// eslint-disable-next-line import/default -- a CommonJS package, whose exports are Node's default import
import jsonc, { type ParseError, type ParseOptions } from 'jsonc-parser';

/** Describes where a text is not valid JSON. The messages of `JSON.parse` vary with the Node version and often lack it. */
export function describeSyntaxError(text: string, options: ParseOptions = { disallowComments: true }): string {
  const errors: ParseError[] = [];
  // The parser is recursive and overflows the stack on deeply nested files.
  try {
    jsonc.parse(text, errors, options);
  } catch {
    // The errors found so far are reported.
  }
  const { error, offset } = errors[0] ?? { error: 1, offset: text.length };
  const before = text.slice(0, offset).split('\n');
  return `${errorInWords(error)} at line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
}

/** `PropertyNameExpected` in words. */
function errorInWords(error: ParseError['error']): string {
  return jsonc.printParseErrorCode(error).replace(/(?!^)[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}
