const DURATION = /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;

/**
 * Reads an ISO 8601 duration in weeks, days, hours, minutes and seconds (`PT4H`, `P1DT12H`) as milliseconds.
 * Years and months are rejected because their length varies, and so are durations longer than any clock range.
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1).map((part: string | undefined) => Number(part ?? 0));
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  const milliseconds = Math.round(((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}
