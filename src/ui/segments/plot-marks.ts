import type { Segment, SeriesDay } from '../api/replies.js';
import { unseenStretches } from '../lib/series.js';

/** The geometry of the plot, in CSS pixels. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

type Colors = (name: string) => string;

/** Each cause has its own pattern, so that it can be recognised without colour: up, down, level, upright. */
const DIRECTIONS = { not_processed: [1, -1], not_retained: [1, 1], before_creation: [1, 0], missing: [0, 1] } as const;
const GAP = 8;

/** Shades the days that clients do not see. `x` is the place of a day by its index. */
export function shadeUnseen(
  ctx: CanvasRenderingContext2D,
  days: readonly SeriesDay[],
  area: Area,
  x: (index: number) => number,
  colors: Colors,
): void {
  const end = area.left + area.width;
  for (const { cause, first, last } of unseenStretches(days)) {
    const left = Math.max(x(first - 0.5), area.left);
    const width = Math.min(x(last + 0.5), end) - left;
    if (width <= 0) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, area.top, width, area.height);
    ctx.clip();
    ctx.fillStyle = colors('sunken');
    ctx.fill();
    hatch(ctx, DIRECTIONS[cause], { ...area, left, width });
    ctx.strokeStyle = colors('line-strong');
    ctx.lineWidth = 0.5;
    ctx.stroke();
    ctx.restore();
  }
}

function hatch(ctx: CanvasRenderingContext2D, [right, down]: readonly [number, number], area: Area): void {
  const { left, top, width, height } = area;
  const length = width + height;
  ctx.beginPath();
  for (let at = -height; at < length; at += GAP) {
    const [x, y] = right === 0 || down !== 0 ? [left + at, down < 0 ? top + height : top] : [left, top + at];
    ctx.moveTo(x, y);
    ctx.lineTo(x + right * length, y + down * length);
  }
}

/** Campaigns and definition changes of a segment, with their labels in the chart. */
function marksOf({ campaigns, definitionChanges }: Segment): { on: string; text: string }[] {
  return [
    ...campaigns.map(({ on, lift }) => ({ on, text: `campaign ${lift > 0 ? '+' : ''}${Math.round(lift * 100)}%` })),
    ...definitionChanges.map(({ on }) => ({ on, text: 'new definition' })),
  ];
}

export function drawMarks(
  ctx: CanvasRenderingContext2D,
  segment: Segment,
  days: readonly SeriesDay[],
  area: Area,
  x: (index: number) => number,
  colors: Colors,
): void {
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colors('warn');
  ctx.setLineDash([2, 2]);
  for (const [index, { on, text }] of marksOf(segment).entries()) {
    const at = x(days.findIndex(({ day }) => day === on));
    if (!(at >= area.left && at <= area.left + area.width) || on < (days[0]?.day ?? '')) continue;
    ctx.beginPath();
    ctx.moveTo(at, area.top);
    ctx.lineTo(at, area.top + area.height);
    ctx.stroke();
    const isRight = at > area.left + area.width * 0.85;
    ctx.textAlign = isRight ? 'right' : 'left';
    ctx.fillText(text, at + (isRight ? -5 : 5), area.top + 8 + (index % 3) * 16);
  }
  ctx.restore();
}
