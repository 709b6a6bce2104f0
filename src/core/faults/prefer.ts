/** The statuses that `Prefer: code=…` can force: those the reference documents, and those of its gateways. */
export const PREFERABLE = [200, 400, 401, 403, 404, 422, 429, 500, 502, 503, 504] as const;

/** The status that a request prefers, in the grammar of Prism: `Prefer: code=404`. */
export function preferredCode(header: string | readonly string[] | undefined): number | undefined {
  const match = /(?:^|[,;\s])code\s*=\s*"?(\d{3})"?(?:$|[,;\s])/i.exec(String(header ?? ''));
  return match === null ? undefined : Number(match[1]);
}
