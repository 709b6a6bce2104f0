import { describeError, get, request, withQuery } from '../api/client.js';
import type { Segment } from '../api/replies.js';
import { download } from '../lib/clipboard.js';
import { Popover } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { notify } from '../state/page.js';

interface ExportProps {
  segment: Segment;
  workspace: string;
  /** The series in the control API, and the days to export of it. */
  path: string;
  query: { from: string; to: string };
  canvas: () => HTMLCanvasElement | null;
}

/** Saves the reply of the API, byte for byte, or the chart as an image. */
export function ExportMenu({ segment: { id }, workspace, path, query, canvas }: ExportProps) {
  const name = `${id}-${query.from}-${query.to}`;
  const series = async (format: 'csv' | 'json') => {
    const response = await request({ method: 'GET', path: withQuery(path, { ...query, format }) });
    download(`${name}.${format}`, await response.blob());
  };
  const fixture = async () => {
    const segment = await get(path.replace(/\/series$/, ''));
    const file = { workspaces: [{ name: workspace, segments: [segment] }] };
    download(`${id}.fixture.json`, `${JSON.stringify(file, null, 2)}\n`);
  };
  const actions: [string, () => Promise<void> | void][] = [
    ['CSV', () => series('csv')],
    ['JSON', () => series('json')],
    ['PNG of the chart', () => canvas()?.toBlob((blob) => blob && download(`${name}.png`, blob))],
    ['Fixture', fixture],
  ];
  return (
    <Popover label="Export" align="end" button={<Icon name="download" />}>
      <ul class="menu">
        {actions.map(([text, act]) => (
          <li key={text}>
            <button
              type="button"
              onClick={() => void Promise.resolve(act()).catch((error: unknown) => notify(describeError(error), 'bad'))}
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
