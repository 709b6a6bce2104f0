const NUMBER = new Intl.NumberFormat('en-US');
const PERCENT = new Intl.NumberFormat('en-US', {
  style: 'percent',
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});
const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const SIGNED = new Intl.NumberFormat('en-US', { signDisplay: 'exceptZero' });

/** 250,988; an en dash if there is no number. */
export function formatNumber(value: number | null | undefined): string {
  return value == null ? '–' : NUMBER.format(value);
}

/** 251K */
export function formatCompact(value: number): string {
  return COMPACT.format(value);
}

/** +1,204 */
export function formatSigned(value: number | null | undefined): string {
  return value == null ? '–' : SIGNED.format(Math.round(value * 10) / 10).replace('-', '−');
}

/** A fraction as +0.4% */
export function formatPercent(fraction: number | null | undefined): string {
  return fraction == null ? '–' : PERCENT.format(fraction).replace('-', '−');
}

/** `up`, `down` or `flat`, for colour and arrow. */
export function direction(value: number | null | undefined): 'up' | 'down' | 'flat' {
  return value == null || value === 0 ? 'flat' : value > 0 ? 'up' : 'down';
}

/** 1.2 ms, 340 ms, 2.4 s */
export function formatMs(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** The first characters of an API key. */
export function maskKey(key: string): string {
  return `${key.slice(0, 4)}…`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
