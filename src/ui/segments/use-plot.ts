import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { usePage } from '../state/page.js';
import { drawPlot, indexAt, type Look, type PlotData } from './plot.js';

/** A drag shorter than this is a click. */
const SHORTEST_DRAG = 2;

interface Plot {
  canvas: RefObject<HTMLCanvasElement | null>;
  /** The day under the crosshair, by index. */
  index: number | undefined;
  isZoomed: boolean;
  reset: () => void;
  /** The event handlers of the canvas. */
  handlers: Record<string, (event: never) => void>;
}

/** A plot with a crosshair, a zoom by dragging and keys; it is drawn again when data, width or theme change. */
export function usePlot(data: PlotData): Plot {
  const canvas = useRef<HTMLCanvasElement>(null);
  const whole: Look = { first: 0, last: data.days.length - 1, index: undefined, dragged: undefined };
  const [look, setLook] = useState<Look>(whole);
  const redraw = useRedraw(canvas, () => canvas.current && drawPlot(canvas.current, data, look));
  useEffect(() => setLook(whole), [data.days]);
  useEffect(redraw);
  const change = (part: Partial<Look>) => setLook((now) => ({ ...now, ...part }));
  const at = (event: PointerEvent) => indexAt(event.currentTarget as HTMLCanvasElement, look, event.offsetX);
  const step = (by: number) => {
    const index = Math.min(look.last, Math.max(look.first, (look.index ?? look.last) + by));
    change({ index });
  };
  const zoom = () => {
    const [from, to] = [...(look.dragged ?? [0, 0])].toSorted((one, other) => one - other) as [number, number];
    change(to - from >= SHORTEST_DRAG ? { first: from, last: to, dragged: undefined } : { dragged: undefined });
  };
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      (event.currentTarget as HTMLCanvasElement).setPointerCapture(event.pointerId);
      change({ dragged: [at(event), at(event)] });
    },
    onPointerMove: (event: PointerEvent) => {
      const index = at(event);
      change({ index, ...(look.dragged && { dragged: [look.dragged[0], index] as const }) });
    },
    onPointerUp: zoom,
    onPointerCancel: () => change({ dragged: undefined }),
    onPointerLeave: () => look.dragged === undefined && change({ index: undefined }),
    onDblClick: () => setLook(whole),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'ArrowLeft') step(-1);
      else if (event.key === 'ArrowRight') step(1);
      else return;
      event.preventDefault();
    },
  };
  const isZoomed = look.first > 0 || look.last < whole.last;
  return { canvas, index: look.index, isZoomed, reset: () => setLook(whole), handlers };
}

function useRedraw(canvas: RefObject<HTMLCanvasElement | null>, draw: () => void): () => void {
  const latest = useRef(draw);
  latest.current = draw;
  usePage((state) => state.theme);
  useEffect(() => {
    const redraw = () => latest.current();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', redraw);
    const observer = new ResizeObserver(redraw);
    if (canvas.current !== null) observer.observe(canvas.current);
    return () => {
      dark.removeEventListener('change', redraw);
      observer.disconnect();
    };
  }, []);
  return () => latest.current();
}
