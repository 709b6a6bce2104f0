import { show } from '../schema/problems.js';
import type { Cell } from './csv-dates.js';

const GROUPED = /^[1-9]\d{0,2}(?:([,.])\d{3})(?:\1\d{3})*$/;
const CERTAINLY_GROUPED = /^[1-9]\d{0,2}(?:([,.])\d{3})(?:\1\d{3})+$/;

/**
 * Reads a column of whole numbers. A mark between groups of three digits can also be a decimal mark; it separates
 * thousands where a cell of the column has it twice, or where it is the comma that separates the columns too. Adds to the
 * problems; a size with a problem is `undefined`.
 */
export function readSizes(cells: readonly Cell[], separator: string, problems: Cell[]): (number | undefined)[] {
  const proven = new Set(cells.flatMap(({ text }) => CERTAINLY_GROUPED.exec(text)?.[1] ?? []));
  if (separator === ',') proven.add(',');
  return cells.map(({ line, text }) => {
    const mark = GROUPED.exec(text)?.[1];
    const isOpen = mark !== undefined && !proven.has(mark);
    const size = isOpen ? undefined : wholeNumber(text, mark);
    if (size !== undefined) return size;
    const expected = isOpen
      ? 'digits only: this can be a fraction or have a thousands separator'
      : 'a whole number, 0 or more';
    problems.push({ line, text: `size: found ${show(text)}, expected ${expected}` });
    return undefined;
  });
}

function wholeNumber(text: string, mark: string | undefined): number | undefined {
  const plain = mark === undefined ? text.replace(/[.,]0{1,2}$/, '') : text.replaceAll(mark, '');
  const digits = /^\d{1,3}(?:[\s'’]\d{3})+$/.test(plain) ? plain.replace(/[\s'’]/g, '') : plain;
  const number = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
