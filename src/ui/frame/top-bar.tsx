import { useEffect, useState } from 'preact/hooks';
import { get } from '../api/client.js';
import type { Clock, RateLimit, Workspace } from '../api/replies.js';
import { ClockButtons } from '../controls/clock.js';
import { LimitButtons } from '../controls/limit.js';
import { formatInstant, localTime } from '../lib/days.js';
import { formatNumber } from '../lib/format.js';
import { Popover } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { Meter } from '../parts/meter.js';
import { linkTo, usePage } from '../state/page.js';
import { presentMs } from '../state/workspace.js';

/** The workspace's state at a glance. */
export function TopBar() {
  const workspace = usePage((state) => state.workspace);
  return (
    <header class="top-bar">
      <WorkspaceSwitcher />
      <Connection />
      <span class="spring" />
      {workspace !== undefined && (
        <>
          <a
            class="chip hide-small"
            href={linkTo({ workspace: workspace.name, view: 'controls' })}
            title="The profile of the replies"
          >
            {workspace.profile}
          </a>
          <Popover label="Clock" align="end" button={<Time clock={workspace.clock} />}>
            <ClockButtons workspace={workspace} />
          </Popover>
          <Popover label="Rate limit" align="end" button={<Limit limit={workspace.rateLimit} />}>
            <LimitButtons workspace={workspace} />
          </Popover>
        </>
      )}
    </header>
  );
}

function WorkspaceSwitcher() {
  const name = usePage(({ route }) => route.workspace);
  const view = usePage(({ route }) => route.view);
  const [names, setNames] = useState<string[]>([]);
  const load = () =>
    void get<{ workspaces: Workspace[] }>('workspaces').then(
      ({ workspaces }) => setNames(workspaces.map((one) => one.name)),
      () => {},
    );
  return (
    <Popover
      label={`Workspace ${name}`}
      button={
        <span class="switcher" onPointerEnter={load} onFocusCapture={load} onClick={load}>
          {name || '…'} <Icon name="down" />
        </span>
      }
    >
      <p class="label">Workspaces</p>
      <ul class="menu" ref={(list) => void (list && names.length === 0 && load())}>
        {names.map((one) => (
          <li key={one}>
            <a href={linkTo({ workspace: one, view })} aria-current={one === name}>
              {one}
            </a>
          </li>
        ))}
      </ul>
    </Popover>
  );
}

const CONNECTION = { connecting: 'connecting', live: 'live', lost: 'reconnecting' };

function Connection() {
  const connection = usePage((state) => state.connection);
  return (
    <span class={`connection ${connection}`} title="Whether new requests are shown live">
      <span class="dot" aria-hidden="true" />
      {CONNECTION[connection]}
    </span>
  );
}

/** The workspace's clock, which ticks here as it does there. */
function Time({ clock }: { clock: Clock }) {
  const [, tick] = useState(0);
  useEffect(() => {
    if (clock.frozen) return;
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [clock.frozen]);
  const ms = presentMs();
  return (
    <span class={`time ${clock.frozen ? 'frozen' : ''}`} title={localTime(ms)}>
      <Icon name={clock.frozen ? 'frozen' : 'clock'} />
      {formatInstant(ms).slice(0, -3)} <span class="unit hide-small">UTC</span>
      {clock.frozen && <span class="badge hide-small">frozen</span>}
      {clock.scale !== 1 && <span class="badge">×{formatNumber(clock.scale)}</span>}
    </span>
  );
}

function Limit({ limit }: { limit: RateLimit }) {
  if (limit === 'off') return <span class="unit">no limit</span>;
  return (
    <span class="limit">
      <Meter value={limit.remaining} max={limit.capacity} label="Requests left" />
      <span class="number hide-small">{formatNumber(limit.remaining)}</span>
    </span>
  );
}
