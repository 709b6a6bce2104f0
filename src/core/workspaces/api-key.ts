/** Enough of a key to tell it from its neighbours, never enough to use it. */
export function redactKey(key: string): string {
  return key.length < 12 ? '…' : `${key.slice(0, 4)}…`;
}
