import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface VirtualListProps<Item> {
  items: readonly Item[];
  rowHeight: number;
  label: string;
  role: 'listbox' | 'rowgroup';
  keyOf: (item: Item) => string;
  children: (item: Item, index: number) => ComponentChildren;
  /** The row to keep in sight. */
  current?: number;
  /** The list goes back to its top when this changes. */
  order?: string;
}

const SPARE_ROWS = 6;

/** Renders the rows in sight of a list of any length; all rows have the same height. */
export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { items, rowHeight, label, role, keyOf, children, current, order } = props;
  const box = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ top: 0, height: 800 });
  useSight(box, setSight);
  useEffect(() => {
    if (current === undefined || current < 0 || box.current === null) return;
    const { scrollTop, clientHeight } = box.current;
    const top = current * rowHeight;
    if (top < scrollTop) box.current.scrollTop = top;
    else if (top + rowHeight > scrollTop + clientHeight) box.current.scrollTop = top + rowHeight - clientHeight;
  }, [current, rowHeight]);
  const shownOrder = useRef(order);
  useEffect(() => {
    if (shownOrder.current !== order && box.current !== null) box.current.scrollTop = 0;
    shownOrder.current = order;
  }, [order]);
  const first = Math.max(0, Math.floor(sight.top / rowHeight) - SPARE_ROWS);
  const last = Math.min(items.length, Math.ceil((sight.top + sight.height) / rowHeight) + SPARE_ROWS);
  return (
    <div class="virtual" ref={box} role={role} aria-label={label} tabIndex={0}>
      <div class="virtual-space" role="presentation" style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(first, last).map((item, index) => (
          <div
            class="virtual-row"
            role="presentation"
            key={keyOf(item)}
            style={{ top: `${(first + index) * rowHeight}px`, height: `${rowHeight}px` }}
          >
            {children(item, first + index)}
          </div>
        ))}
      </div>
    </div>
  );
}

function useSight(
  box: RefObject<HTMLDivElement | null>,
  setSight: (sight: { top: number; height: number }) => void,
): void {
  useEffect(() => {
    const element = box.current as HTMLDivElement;
    const look = () => setSight({ top: element.scrollTop, height: element.clientHeight });
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, []);
}
