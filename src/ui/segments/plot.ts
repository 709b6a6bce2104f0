import type { Segment, SeriesDay } from '../api/replies.js';
import { formatCompact } from '../lib/format.js';
import { dayTicks, niceTicks } from '../lib/ticks.js';
import { type Area, drawMarks, shadeUnseen } from './plot-marks.js';

export interface PlotData {
  days: readonly SeriesDay[];
  segment: Segment;
  /** Sizes to compare with, day by day. */
  other: readonly (number | null)[] | undefined;
}

/** The view of the plot. */
export interface Look {
  /** The days in sight, by index. */
  first: number;
  last: number;
  /** The day under the crosshair. */
  index: number | undefined;
  /** The range that is being selected by dragging, by index. */
  dragged: readonly [number, number] | undefined;
}

export const HEIGHT = 320;
const EDGES = { left: 56, right: 12, top: 12, bottom: 28 };
const FONT = '12px system-ui, sans-serif';

export function areaOf(canvas: HTMLCanvasElement): Area {
  const width = canvas.clientWidth - EDGES.left - EDGES.right;
  return { left: EDGES.left, top: EDGES.top, width, height: HEIGHT - EDGES.top - EDGES.bottom };
}

/** The day at a place, by index; the nearest one in sight. */
export function indexAt(canvas: HTMLCanvasElement, { first, last }: Look, x: number): number {
  const { left, width } = areaOf(canvas);
  const share = Math.min(1, Math.max(0, (x - left) / width));
  return Math.round(first + share * (last - first));
}

/** Redraws everything: a few hundred days take less than a frame. */
export function drawPlot(canvas: HTMLCanvasElement, data: PlotData, look: Look): void {
  const ctx = canvas.getContext('2d');
  if (ctx === null || canvas.clientWidth === 0) return;
  canvas.width = canvas.clientWidth * devicePixelRatio;
  canvas.height = HEIGHT * devicePixelRatio;
  ctx.scale(devicePixelRatio, devicePixelRatio);
  ctx.font = FONT;
  ctx.textBaseline = 'middle';
  const { days, segment, other } = data;
  const { first, last, index, dragged } = look;
  const area = areaOf(canvas);
  const colors = colorsOf(canvas);
  const lines: [(number | null)[], string, number, number[]][] = [
    [days.map(({ trueSize }) => trueSize), 'muted', 1, [4, 3]],
    [[...(other ?? [])], 'second', 1.5, [8, 3]],
    // Many days in a narrow plot would merge into a band.
    [days.map(({ estimatedSize }) => estimatedSize), 'accent', last - first > 500 ? 1 : 1.75, []],
  ];
  const [low, high] = rangeOf(lines.flatMap(([sizes]) => sizes.slice(first, last + 1)));
  const x = (at: number) => area.left + ((at - first) / Math.max(1, last - first)) * area.width;
  const y = (size: number) => area.top + (1 - (size - low) / (high - low)) * area.height;
  shadeUnseen(ctx, days, area, x, colors);
  drawAxes(ctx, { days, first, last, low, high }, area, x, y, colors);
  ctx.save();
  ctx.beginPath();
  ctx.rect(area.left - 4, 0, area.width + 8, HEIGHT);
  ctx.clip();
  for (const [sizes, color, width, dash] of lines) drawLine(ctx, sizes, { color: colors(color), width, dash }, x, y);
  for (const [at, { source, estimatedSize }] of days.entries())
    if (source === 'recorded' && estimatedSize !== null) drawDot(ctx, x(at), y(estimatedSize), colors);
  drawMarks(ctx, segment, days, area, x, colors);
  ctx.restore();
  if (dragged !== undefined) {
    ctx.fillStyle = colors('accent');
    ctx.globalAlpha = 0.15;
    ctx.fillRect(x(dragged[0]), area.top, x(dragged[1]) - x(dragged[0]), area.height);
    ctx.globalAlpha = 1;
  }
  const size = index === undefined ? null : (days[index]?.estimatedSize ?? null);
  if (index !== undefined) {
    ctx.strokeStyle = colors('muted');
    line(ctx, x(index), area.top, x(index), area.top + area.height);
    if (size !== null) drawDot(ctx, x(index), y(size), colors);
  }
}

/** A custom property as a colour for a canvas: `light-dark()` is resolved only in a real property. */
function colorsOf(canvas: HTMLCanvasElement): (name: string) => string {
  return (name) => {
    canvas.style.color = `var(--${name})`;
    return getComputedStyle(canvas).color;
  };
}

/** Space above and below; noise does not look like mountains: the height is at least 2 % of the size. */
function rangeOf(sizes: readonly (number | null)[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const size of sizes) {
    if (size === null) continue;
    if (size < low) low = size;
    if (size > high) high = size;
  }
  if (low > high) return [0, 1];
  const span = Math.max(high - low, high * 0.02, 2);
  const middle = (low + high) / 2;
  return [Math.max(0, middle - span * 0.58), middle + span * 0.62];
}

function drawAxes(
  ctx: CanvasRenderingContext2D,
  {
    days,
    first,
    last,
    low,
    high,
  }: { days: readonly SeriesDay[]; first: number; last: number; low: number; high: number },
  { left, top, width, height }: Area,
  x: (index: number) => number,
  y: (size: number) => number,
  colors: (name: string) => string,
): void {
  ctx.lineWidth = 1;
  ctx.fillStyle = colors('muted');
  ctx.strokeStyle = colors('line');
  ctx.textAlign = 'right';
  for (const tick of niceTicks(low, high, 6)) {
    const at = Math.round(y(tick)) + 0.5;
    line(ctx, left, at, left + width, at);
    ctx.fillText(formatCompact(tick), left - 8, at);
  }
  ctx.textAlign = 'center';
  const names = days.map(({ day }) => day);
  for (const { index, text } of dayTicks(names, Math.ceil(first), Math.floor(last), width / 72)) {
    // A label at the edge would be cut off.
    const at = Math.min(Math.max(x(index), left + 4), left + width - 14);
    ctx.fillText(text, at, top + height + 16);
  }
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

function drawLine(
  ctx: CanvasRenderingContext2D,
  sizes: readonly (number | null)[],
  { color, width, dash }: { color: string; width: number; dash: number[] },
  x: (index: number) => number,
  y: (size: number) => number,
): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.lineJoin = 'round';
  ctx.setLineDash(dash);
  ctx.beginPath();
  for (const [index, size] of sizes.entries()) {
    if (size === null) continue;
    if (sizes[index - 1] == null) ctx.moveTo(x(index), y(size));
    // A single day between gaps is a dot.
    ctx.lineTo(x(index) + (sizes[index - 1] == null && sizes[index + 1] == null ? 1 : 0), y(size));
  }
  ctx.stroke();
  ctx.setLineDash([]);
}

function drawDot(ctx: CanvasRenderingContext2D, x: number, y: number, colors: (name: string) => string): void {
  ctx.beginPath();
  ctx.arc(x, y, 3.5, 0, 2 * Math.PI);
  ctx.fillStyle = colors('panel');
  ctx.fill();
  ctx.strokeStyle = colors('accent');
  ctx.lineWidth = 1.75;
  ctx.stroke();
}
