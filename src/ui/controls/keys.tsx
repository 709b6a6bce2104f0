import { useState } from 'preact/hooks';
import { pathTo } from '../api/client.js';
import type { ApiKey, Permission, Workspace } from '../api/replies.js';
import { maskKey } from '../lib/format.js';
import { Button, CopyButton } from '../parts/button.js';
import { useCalls } from './call.js';
import { CallButton, CallLine, Card } from './card.js';

const PERMISSIONS: Permission[] = ['segments.data_series', 'segments.list', 'segments.details', 'campaigns.list'];

/** The API keys of the workspace: only their first characters, unless a button reveals them. */
export function Keys({ workspace: { name, apiKeys } }: { workspace: Workspace }) {
  const { last, show, send } = useCalls();
  const [chosen, setChosen] = useState<readonly Permission[]>(PERMISSIONS);
  const path = pathTo(name, 'api-keys');
  return (
    <Card title="API keys">
      <ul>
        {apiKeys.map((apiKey) => (
          <Key key={apiKey.key} apiKey={apiKey}>
            <CallButton
              kind="quiet"
              call={{ method: 'DELETE', path: `${path}/${encodeURIComponent(apiKey.key)}` }}
              show={(call) => show({ ...call, path: `${path}/${maskKey(apiKey.key)}` })}
              send={(call) => void send(call).then(() => show({ ...call, path: `${path}/${maskKey(apiKey.key)}` }))}
            >
              Revoke
            </CallButton>
          </Key>
        ))}
      </ul>
      <div class="buttons">
        {PERMISSIONS.map((permission) => (
          <label class="check" key={permission}>
            <input
              type="checkbox"
              checked={chosen.includes(permission)}
              onChange={({ currentTarget }) =>
                setChosen(
                  PERMISSIONS.filter((one) => (one === permission ? currentTarget.checked : chosen.includes(one))),
                )
              }
            />
            {permission}
          </label>
        ))}
        <CallButton
          call={{ method: 'POST', path, body: { permissions: chosen } }}
          show={show}
          send={(call) => void send(call)}
        >
          Add a key
        </CallButton>
      </div>
      <CallLine call={last} />
    </Card>
  );
}

function Key({ apiKey: { key, permissions }, children }: { apiKey: ApiKey; children: preact.ComponentChildren }) {
  const [isShown, setShown] = useState(false);
  const isWhole = permissions.length === PERMISSIONS.length;
  return (
    <li class="fault">
      <code>{isShown ? key : maskKey(key)}</code>
      <span class="unit">{isWhole ? 'every permission' : permissions.join(', ') || 'no permission'}</span>
      <Button
        icon="eye"
        kind="quiet"
        label={isShown ? 'Hide the key' : 'Show the key'}
        pressed={isShown}
        onClick={() => setShown(!isShown)}
      />
      <CopyButton text={() => key} label="Copy the key" />
      {children}
    </li>
  );
}
