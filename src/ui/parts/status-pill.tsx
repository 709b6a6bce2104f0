/** A status with its colour; the number says the same. */
export function StatusPill({ status }: { status: number | null }) {
  const kind = status === null || status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good';
  return <span class={`badge status ${kind}`}>{status ?? 'none'}</span>;
}
