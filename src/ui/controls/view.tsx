import { pathTo } from '../api/client.js';
import type { ProfileName, Workspace } from '../api/replies.js';
import { usePage } from '../state/page.js';
import { useCalls } from './call.js';
import { CallButton, CallLine, Card } from './card.js';
import { ClockButtons } from './clock.js';
import { Faults } from './faults.js';
import { Keys } from './keys.js';
import { LimitButtons } from './limit.js';
import { Storyboards } from './storyboards.js';
import { Workspaces } from './workspaces.js';

export function Controls() {
  const workspace = usePage((state) => state.workspace);
  if (workspace === undefined) return <div class="cards" aria-busy="true" />;
  return (
    <div class="cards">
      <h1 class="hidden">Controls</h1>
      <div class="column">
        <Card title="Clock">
          <ClockButtons workspace={workspace} />
        </Card>
        <Card title="Rate limit">
          <LimitButtons workspace={workspace} />
        </Card>
        <Storyboards />
      </div>
      <div class="column">
        <Faults />
        <Profile workspace={workspace} />
        <Keys workspace={workspace} />
        <Workspaces current={workspace} />
      </div>
    </div>
  );
}

const PROFILE_MEANINGS: [ProfileName, string][] = [
  ['documented', 'as the endpoint reference words it'],
  ['observed', 'as Braze was seen to answer'],
];

/** The profile, and the reset to the initial state. */
function Profile({ workspace: { name, profile } }: { workspace: Workspace }) {
  const { last, show, send } = useCalls();
  return (
    <Card title="Profile and reset">
      <div class="tiles">
        {PROFILE_MEANINGS.map(([value, about]) => (
          <CallButton
            key={value}
            pressed={profile === value}
            call={{ method: 'PUT', path: pathTo(name, 'profile'), body: { profile: value } }}
            show={show}
            send={(call) => void send(call)}
          >
            <b>{value}</b>
            <span class="unit">{about}</span>
          </CallButton>
        ))}
      </div>
      <div class="buttons">
        <CallButton
          kind="danger"
          call={{ method: 'POST', path: pathTo(name, 'reset') }}
          show={show}
          send={(call) => void send(call)}
        >
          Reset {name}
        </CallButton>
        <CallButton
          kind="danger"
          call={{ method: 'POST', path: 'reset' }}
          show={show}
          send={(call) => confirm('Reset every workspace, and remove those made at run time?') && void send(call)}
        >
          Reset everything
        </CallButton>
      </div>
      <CallLine call={last} />
    </Card>
  );
}
