/** Words as a line that a shell reads as these words: any shell, or Bash, zsh and ksh if they have line breaks in them. */
export function quoted(words: readonly string[]): string {
  return words.map(quotedWord).join(' ');
}

function quotedWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!CONTROL.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  return `$'${word.replaceAll(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll(CONTROLS, hex)}'`;
}

const CONTROL = /\p{Cc}/u;
const CONTROLS = /\p{Cc}/gu;

function hex(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A text in one line, without control characters. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ').replaceAll(CONTROLS, '\ufffd');
}
