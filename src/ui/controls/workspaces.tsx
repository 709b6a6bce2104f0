import { useState } from 'preact/hooks';
import { call, type Call, describeError, get, pathTo } from '../api/client.js';
import type { Workspace } from '../api/replies.js';
import { download } from '../lib/clipboard.js';
import { plural } from '../lib/format.js';
import { Button } from '../parts/button.js';
import { useLoaded } from '../state/load.js';
import { go, linkTo, notify } from '../state/page.js';
import { refreshWorkspace } from '../state/workspace.js';
import { useCalls } from './call.js';
import { CallButton, CallLine, Card } from './card.js';

interface Fixture {
  workspaces: { name: string }[];
}

/** Workspaces: go to one, make one, delete one; save one with its whole state and restore it. */
export function Workspaces({ current: { name: current } }: { current: Workspace }) {
  const { last, show, send } = useCalls();
  const { data } = useLoaded<{ workspaces: Workspace[] }>('workspaces', current);
  const [name, setName] = useState('');
  return (
    <Card title="Workspaces">
      <ul>
        {(data?.workspaces ?? []).map((one) => (
          <li class="fault" key={one.name}>
            <a href={linkTo({ workspace: one.name, view: 'controls' })} aria-current={one.name === current}>
              {one.name}
            </a>
            <span class="unit">
              {plural(one.segments, 'segment')}, {plural(one.requests, 'request')}
            </span>
            <CallButton
              kind="quiet"
              disabled={one.name === current}
              call={{ method: 'DELETE', path: pathTo(one.name) }}
              show={show}
              send={(given) => confirm(`Delete the workspace ${one.name}?`) && void send(given)}
            >
              Delete
            </CallButton>
          </li>
        ))}
      </ul>
      <div class="buttons">
        <input
          aria-label="Name of a new workspace"
          placeholder="Name (optional)"
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <CallButton
          call={{ method: 'POST', path: 'workspaces', body: { from: current, ...(name !== '' && { name }) } }}
          show={show}
          send={(given) =>
            void send<{ name: string }>(given).then((made) => made && go({ workspace: made.name, view: 'controls' }))
          }
        >
          Make from {current}
        </CallButton>
      </div>
      <Snapshot current={current} show={show} />
      <CallLine call={last} />
    </Card>
  );
}

/** Saves the workspace with all its state as a fixture file, and restores one. */
function Snapshot({ current, show }: { current: string; show: (call: Call) => void }) {
  const save = async () => {
    const path = pathTo(current, 'fixture');
    show({ method: 'GET', path });
    download(`${current}.fixture.json`, `${JSON.stringify(await get<Fixture>(path), null, 2)}\n`);
  };
  const restore = async (file: File | undefined) => {
    if (file === undefined) return;
    const body = JSON.parse(await file.text()) as Fixture;
    const name = body.workspaces[0]?.name ?? current;
    await call({ method: 'PUT', path: pathTo(name), body });
    go({ workspace: name, view: 'controls' });
    await refreshWorkspace({ withSegments: true });
  };
  const guarded = (act: Promise<void>) => void act.catch((error: unknown) => notify(describeError(error), 'bad'));
  return (
    <div class="buttons">
      <Button icon="download" onClick={() => guarded(save())}>
        Save as fixture
      </Button>
      <label class="button">
        Put back from a file
        <input
          type="file"
          class="hidden"
          accept=".json"
          onChange={({ currentTarget }) => guarded(restore(currentTarget.files?.[0]))}
        />
      </label>
    </div>
  );
}
