const WIDTH = 80;
const SPARKLINE_HEIGHT = 24;

/** Sizes as a small line without axes; days without a size are gaps. */
export function Sparkline({ sizes }: { sizes: readonly (number | null)[] }) {
  const known = sizes.filter((size) => size !== null);
  if (known.length < 2)
    return <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${SPARKLINE_HEIGHT}`} aria-hidden="true" />;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  // A flat line is in the middle, and noise does not look like mountains: the height is at least 2 % of the size.
  const span = Math.max(high - low, high * 0.02, 1);
  const middle = (low + high) / 2;
  const x = (index: number) => (index / (sizes.length - 1)) * (WIDTH - 2) + 1;
  const y = (size: number) => SPARKLINE_HEIGHT / 2 - ((size - middle) / span) * (SPARKLINE_HEIGHT - 6);
  let path = '';
  for (const [index, size] of sizes.entries()) {
    if (size === null) continue;
    path += `${sizes[index - 1] == null ? 'M' : 'L'}${x(index).toFixed(1)} ${y(size).toFixed(1)}`;
  }
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${SPARKLINE_HEIGHT}`} aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
