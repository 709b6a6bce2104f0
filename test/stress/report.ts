/** What a trial measured, and what was wrong about it. */
export interface Report {
  name: string;
  measured: string;
  problems: string[];
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
