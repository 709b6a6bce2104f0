export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function deviation(values: readonly number[]): number {
  return Math.sqrt(covariance(values, values));
}

/** The quantile of the values. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] as number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return mean(sorted.slice((sorted.length - 1) / 2, sorted.length / 2 + 1));
}

/** Pearson's correlation, from −1 to 1. */
export function correlation(one: readonly number[], other: readonly number[]): number {
  return covariance(one, other) / (deviation(one) * deviation(other));
}

/** Autocorrelation at a lag. */
export function autocorrelation(values: readonly number[], lag: number): number {
  return correlation(values.slice(lag), values.slice(0, -lag));
}

/** Relative change from each value to the next. */
export function changes(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value / (values[index] as number) - 1);
}

function covariance(one: readonly number[], other: readonly number[]): number {
  const [meanOfOne, meanOfOther] = [mean(one), mean(other)];
  return mean(one.map((value, index) => (value - meanOfOne) * ((other[index] as number) - meanOfOther)));
}
