import { SHORT_MONTHS } from './days.js';

/** Round numbers from `low` to `high`, about as many as requested. */
export function niceTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) ticks.push(tick);
  return ticks;
}

/** Days to label among `days[first…last]`, by index: every day to every week, the first of months, or of years. */
export function dayTicks(
  days: readonly string[],
  first: number,
  last: number,
  most: number,
): { index: number; text: string }[] {
  const count = last - first + 1;
  const everyDays = [1, 2, 7, 14].find((step) => count / step <= most);
  const everyMonths = [1, 2, 3, 6, 12, 24, 60, 120].find((step) => count / (30.4 * step) <= most) ?? 240;
  const ticks: { index: number; text: string }[] = [];
  for (let index = first; index <= last; index++) {
    const [year = 0, month = 1, date = 1] = (days[index] ?? '').split('-').map(Number);
    const name = SHORT_MONTHS[month - 1] ?? '';
    if (everyDays !== undefined) {
      if ((last - index) % everyDays === 0) ticks.push({ index, text: `${date} ${name}` });
    } else if (date === 1 && (year * 12 + month - 1) % everyMonths === 0) {
      ticks.push({ index, text: month === 1 ? String(year) : name });
    }
  }
  return ticks;
}
