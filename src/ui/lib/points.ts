/** A recorded size, as the control API takes it. */
export interface Point {
  time: string;
  size: unknown;
}

const MOST_SHOWN_PROBLEMS = 5;
const HINT = 'the command braze-segments-mock import reads other forms and more columns';

/**
 * The points in a file: JSON with points, a segment, a fixture or a reply of the endpoint, or CSV with a date and a size
 * in each row. The mock checks everything else.
 * @throws Error with every problem, in a line each.
 */
export function pointsIn(text: string, id: string): Point[] {
  const plain = text.replace(/^\uFEFF/, '');
  const points = /^\s*[[{]/.test(plain) ? pointsOfJson(JSON.parse(plain), id) : pointsOfCsv(plain);
  if (points.length === 0) throw new Error('The file has no points; nothing has changed.');
  return points;
}

function pointsOfJson(value: unknown, id: string): Point[] {
  if (Array.isArray(value)) return value as Point[];
  const { workspaces, data, points } = value as Record<string, unknown>;
  if (Array.isArray(workspaces)) {
    const segments = workspaces.flatMap(({ segments: own = [] }: { segments?: { id: string }[] }) => own);
    const segment = segments.find((one) => one.id === id) ?? (segments.length === 1 ? segments[0] : undefined);
    if (segment !== undefined) return pointsOfJson({ points: {}, ...segment }, id);
    throw new Error(`The file has no segment ${id}, but ${segments.map((one) => one.id).join(', ') || 'none'}.`);
  }
  if (points !== undefined || data !== undefined) return pointsOfJson(points ?? data, id);
  return Object.entries(value as object).map(([time, size]) => ({ time, size: size as unknown }));
}

function pointsOfCsv(text: string): Point[] {
  const rows = text.split(/\r\n|\n|\r/).map((row, index) => ({ line: index + 1, row: row.trim() }));
  const given = rows.filter(({ row }) => row !== '');
  const isHeader = given[0] !== undefined && !/\d/.test(given[0].row);
  const problems: string[] = [];
  const found = new Map<string, { line: number; size: number }>();
  for (const { line, row } of isHeader ? given.slice(1) : given) {
    const [, day = '', digits = ''] = ROW.exec(row) ?? [];
    const size = Number(digits);
    const before = found.get(day) ?? { line, size };
    if (day === '')
      problems.push(`Line ${line}: found ${row.slice(0, 60)}, expected a date and a size, 2024-01-31,4711.`);
    else if (before.size !== size)
      problems.push(`Line ${line}: found ${size} for ${day}, which has ${before.size} on line ${before.line}.`);
    found.set(day, before);
  }
  if (problems.length > MOST_SHOWN_PROBLEMS)
    problems.splice(MOST_SHOWN_PROBLEMS, Infinity, `${problems.length - MOST_SHOWN_PROBLEMS} more like these.`);
  if (problems.length > 0) throw new Error([...problems, `Nothing has changed; ${HINT}.`].join('\n'));
  return Array.from(found, ([time, { size }]) => ({ time, size }));
}

/** `2024-01-31,4711`, with any of the usual separators, with or without quotes. */
const ROW = /^"?(\d{4}-\d\d-\d\d)(?:[T ]00:00:00(?:\.0+)?(?:Z|[+-]00:?00)?)?"?\s*[,;\t]\s*"?(\d+)"?[,;]*$/;
