import { pathTo } from '../api/client.js';
import type { Fault } from '../api/replies.js';
import { plural } from '../lib/format.js';
import { useLoaded } from '../state/load.js';
import { usePage, useWorkspaceName } from '../state/page.js';
import { useCalls } from './call.js';
import { CallButton, CallLine, Card } from './card.js';
import { FaultForm } from './fault-form.js';
import { JsonForm } from './json-form.js';
import { PRESETS } from './presets.js';

const EXAMPLE_FAULT = '{"trigger":{"segmentId":"segment_1234","times":1},"effect":{"status":503}}';

/** Faults: presets to plan with a click, a form for every other one, and those that are planned. */
export function Faults() {
  const { last, show, send } = useCalls();
  const path = pathTo(useWorkspaceName(), 'faults');
  // Strikes change with requests.
  const requests = usePage(({ workspace }) => workspace?.requests);
  const { data } = useLoaded<{ faults: Fault[] }>(path, requests);
  const faults = data?.faults ?? [];
  return (
    <Card title="Faults" aside={faults.length > 0 && <span class="badge bad">{plural(faults.length, 'fault')}</span>}>
      <div class="tiles">
        {PRESETS.map(({ name, about, ...body }) => (
          <CallButton key={name} call={{ method: 'POST', path, body }} show={show} send={(call) => void send(call)}>
            <b>{name}</b>
            <span class="unit">{about}</span>
          </CallButton>
        ))}
      </div>
      {faults.map(({ id, trigger, effect, strikes, matched }) => (
        <div class="fault" key={id}>
          <code>{JSON.stringify({ ...(Object.keys(trigger).length > 0 && { trigger }), effect })}</code>
          <span class="unit">
            {plural(strikes, 'strike')} of {matched}
          </span>
          <CallButton
            kind="quiet"
            call={{ method: 'DELETE', path: `${path}/${id}` }}
            show={show}
            send={(call) => void send(call)}
          >
            Remove
          </CallButton>
        </div>
      ))}
      <FaultForm show={show} send={(call) => void send(call)} />
      <JsonForm
        label="A fault as JSON"
        example={EXAMPLE_FAULT}
        button="Plan"
        send={(body) => void send({ method: 'POST', path, body })}
      />
      <CallLine call={last} />
    </Card>
  );
}
