import { useMemo, useRef, useState } from 'preact/hooks';
import { pathTo, withQuery } from '../api/client.js';
import type { Segment, SeriesDay, Workspace } from '../api/replies.js';
import { dayAt } from '../lib/days.js';
import { firstDay } from '../lib/series.js';
import { Button, CopyButton } from '../parts/button.js';
import { useLoaded } from '../state/load.js';
import { closeEntry } from '../state/keys.js';
import { usePage } from '../state/page.js';
import { change, presentMs } from '../state/workspace.js';
import { Chart } from './chart.js';
import { Definition } from './definition.js';
import { takePoints, usePointsDrop } from './drop.js';
import { ExportMenu } from './export.js';
import { Funnel } from './funnel.js';
import { Picker } from './picker.js';
import { Strip, Trend, useTrend } from './trend.js';

/** The open segment. */
export function SegmentDetail({ id }: { id: string | undefined }) {
  const segments = usePage((state) => state.segments);
  const workspace = usePage((state) => state.workspace);
  const segment = segments?.find((one) => one.id === id);
  if (id !== undefined && segment !== undefined && workspace !== undefined)
    return <Detail segment={segment} workspace={workspace} />;
  return (
    <section class="detail empty tall">
      <h2>{id === undefined || segments === undefined ? 'Choose a segment' : `There is no segment ${id}`}</h2>
      <p>Its sizes, what a client gets for it, and its definition.</p>
    </section>
  );
}

function Detail({ segment, workspace }: { segment: Segment; workspace: Workspace }) {
  const revision = usePage((state) => state.revision);
  const { range = '90' } = usePage(({ route }) => route.query);
  const today = useMemo(() => dayAt(presentMs()), [revision]);
  const query = { from: firstDay(range, today, segment), to: today };
  const path = pathTo(workspace.name, 'segments', segment.id, 'series');
  const { data, error } = useLoaded<{ series: SeriesDay[] }>(withQuery(path, query));
  const trend = useTrend(segment, today);
  const canvas = useRef<() => HTMLCanvasElement | null>(() => null);
  const [isEditing, setEditing] = useState(false);
  const drop = usePointsDrop(segment.id);
  return (
    <section class="detail" aria-label={segment.name} {...drop}>
      <Head segment={segment} workspace={workspace}>
        <ExportMenu
          segment={segment}
          workspace={workspace.name}
          path={path}
          query={query}
          canvas={() => canvas.current()}
        />
      </Head>
      <Strip trend={trend} />
      {error !== undefined && <p class="bad-text">{error}</p>}
      {data === undefined ? (
        <div class="plot" aria-busy="true" />
      ) : (
        <Chart segment={segment} days={data.series} range={range} onCanvas={(get) => (canvas.current = get)} />
      )}
      <div class="panels">
        <Picker segment={segment} workspace={workspace} />
        <Trend trend={trend} />
        <Funnel segment={segment} />
        <Definition id={segment.id} isEditing={isEditing} onEditing={setEditing} />
      </div>
    </section>
  );
}

function Head(props: { segment: Segment; workspace: Workspace; children: preact.ComponentChildren }) {
  const { segment, workspace } = props;
  const { id, name, type, tags, description, analyticsTrackingEnabled: isTracked, fault } = segment;
  const path = pathTo(workspace.name, 'segments', id);
  return (
    <header class="detail-head">
      <div class="buttons">
        <span class="only-small">
          <Button icon="back" kind="quiet" label="Back to the list" onClick={closeEntry} />
        </span>
        <h2 class="title">{name}</h2>
        <span class="spring" />
        <Button
          pressed={isTracked}
          onClick={() => void change({ method: 'PATCH', path, body: { analyticsTrackingEnabled: !isTracked } })}
        >
          {isTracked ? 'Tracking on' : 'Tracking off'}
        </Button>
        <label class="button" title="CSV or JSON; you can also drop it here">
          Points from a file
          <input
            type="file"
            class="hidden"
            accept=".csv,.tsv,.txt,.json"
            onChange={({ currentTarget }) => {
              void takePoints(workspace.name, id, currentTarget.files).then(() => (currentTarget.value = ''));
            }}
          />
        </label>
        {props.children}
      </div>
      <p class="buttons">
        <code>{id}</code>
        <CopyButton text={() => id} label="Copy the id" />
        <span class="badge">{type}</span>
        {fault !== undefined && <span class="badge bad">fault {JSON.stringify(fault)}</span>}
        {tags.map((tag) => (
          <span class="badge" key={tag}>
            {tag}
          </span>
        ))}
        <span class="unit">{description}</span>
      </p>
    </header>
  );
}
