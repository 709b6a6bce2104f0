import { useState } from 'preact/hooks';
import { pathTo } from '../api/client.js';
import { plural } from '../lib/format.js';
import { pointsIn } from '../lib/points.js';
import { notify, useWorkspaceName } from '../state/page.js';
import { change } from '../state/workspace.js';

/** Replaces the points of a segment by those of a file, and reports what was read. */
export async function takePoints(workspace: string, id: string, files: FileList | null | undefined): Promise<void> {
  const [file, ...others] = files ?? [];
  if (file === undefined) return;
  if (others.length > 0) return notify('Drop one file only: a segment has one series.', 'bad');
  try {
    const points = pointsIn(await file.text(), id);
    const path = pathTo(workspace, 'segments', id);
    if ((await change({ method: 'PATCH', path, body: { points } })) === undefined) return;
    const days = points.map(({ time }) => time.slice(0, 10)).toSorted();
    const range = days.length === 0 ? '' : `, ${days[0]} to ${days.at(-1)}`;
    notify(`${file.name}: ${plural(days.length, 'point')}${range}, in place of those of ${id}`);
  } catch (error) {
    notify(`${file.name}: ${(error as Error).message}`, 'bad');
  }
}

/** Makes an element a target for files, which set the points of a segment. */
export function usePointsDrop(id: string) {
  const workspace = useWorkspaceName();
  const [isOver, setOver] = useState(false);
  return {
    'data-drop': isOver,
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: ({ currentTarget, relatedTarget }: DragEvent) => {
      if (!(currentTarget as Node).contains(relatedTarget as Node | null)) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      void takePoints(workspace, id, event.dataTransfer?.files);
    },
  };
}

/** Otherwise, a file that is dropped next to a segment would replace the page. */
export function refuseOtherDrops(): void {
  for (const type of ['dragover', 'drop'] as const)
    addEventListener(type, (event) => {
      if (event.defaultPrevented || event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    });
}
