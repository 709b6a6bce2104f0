import { formatNumber } from '../lib/format.js';

/** How much is left: amber below a fifth, red at 0. */
export function Meter({ value, max, label }: { value: number; max: number; label: string }) {
  const share = max === 0 ? 0 : value / max;
  const level = value === 0 ? 'bad' : share < 0.2 ? 'warn' : 'good';
  const text = `${formatNumber(value)} of ${formatNumber(max)}`;
  return (
    <span
      class={`meter ${level}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value}
      aria-valuetext={text}
      title={text}
    >
      <span style={{ width: `${share * 100}%` }} />
    </span>
  );
}
