import { useState } from 'preact/hooks';
import { call, pathTo } from '../api/client.js';
import type { Segment } from '../api/replies.js';
import { Button, CopyButton } from '../parts/button.js';
import { useLoaded } from '../state/load.js';
import { go, notify, useWorkspaceName } from '../state/page.js';
import { change, refreshSegments } from '../state/workspace.js';
import { Editor } from './editor.js';

/** The segment in the fixture format, to read and to edit. */
export function Definition({
  id,
  isEditing,
  onEditing,
}: {
  id: string;
  isEditing: boolean;
  onEditing: (isEditing: boolean) => void;
}) {
  const path = pathTo(useWorkspaceName(), 'segments', id);
  const { data } = useLoaded<Segment>(path);
  const text = JSON.stringify(data, null, 2) ?? '';
  const save = async (body: unknown) => {
    await call({ method: 'PUT', path, body });
    onEditing(false);
    notify('Saved');
    await refreshSegments();
  };
  const remove = async () => {
    if (!confirm(`Delete the segment ${id}?`)) return;
    // Close it first: nothing requests the segment again, and "There is no segment" does not flash up.
    go({ id: undefined });
    await change({ method: 'DELETE', path });
  };
  return (
    <section class="panel wide" aria-label="Definition">
      <h2>
        Definition <span class="unit">in the format of fixtures</span>
        <span class="spring" />
        <CopyButton text={() => text} label="Copy the definition" />
        {!isEditing && <Button onClick={() => onEditing(true)}>Edit</Button>}
        <Button icon="trash" kind="quiet" label="Delete the segment" onClick={() => void remove()} />
      </h2>
      {isEditing ? (
        <Editor text={text} onSave={save} onCancel={() => onEditing(false)} />
      ) : (
        <pre class="code" tabIndex={0}>
          {text}
        </pre>
      )}
    </section>
  );
}

const TEMPLATE = JSON.stringify(
  { name: 'New segment', type: 'dynamic', size: 100_000, createdAt: '2024-01-01' },
  null,
  2,
);

/** The form for a new segment. */
export function NewSegment({ onDone }: { onDone: () => void }) {
  const workspace = useWorkspaceName();
  const [id, setId] = useState('');
  const save = async (body: unknown) => {
    await call({ method: 'PUT', path: pathTo(workspace, 'segments', id || ' '), body });
    await refreshSegments();
    onDone();
    go({ id });
  };
  return (
    <section class="detail panels" aria-label="New segment">
      <section class="panel wide">
        <h2>New segment</h2>
        <label class="field">
          <span>Segment API identifier</span>
          <input value={id} required onInput={({ currentTarget }) => setId(currentTarget.value)} />
        </label>
        <Editor text={TEMPLATE} onSave={save} onCancel={onDone} />
      </section>
    </section>
  );
}
