import { useState } from 'preact/hooks';
import { type Call, pathTo } from '../api/client.js';
import { usePage, useWorkspaceName } from '../state/page.js';
import { faultFrom, type FaultFields, LISTED } from '../lib/fault-fields.js';
import { CallButton } from './card.js';

interface FormProps {
  show: (call: Call) => void;
  send: (call: Call) => void;
}

type Name = keyof FaultFields;
const TRIGGER: readonly (readonly [Name, string, string])[] = [
  ['segmentId', 'Segment', 'every one'],
  ['path', 'Path', 'every one'],
  ['after', 'Let through first', '0'],
  ['times', 'Strikes', 'no end'],
  ['probability', 'Probability', '1'],
  ['until', 'Until', '2024-01-31T12:00:00Z'],
];
const EXAMPLES: Record<string, string> = {
  status: '503',
  delay: 'milliseconds, 2000',
  truncate: 'share sent, 0.5',
  dribble: 'milliseconds, 5000',
};

/** Plans a fault, field by field: when it strikes and what it does. The API says what is wrong. */
export function FaultForm({ show, send }: FormProps) {
  const path = pathTo(useWorkspaceName(), 'faults');
  const [fields, setFields] = useState<FaultFields>({ effect: 'status', value: '503' });
  const set = (name: Name) => (event: { currentTarget: HTMLInputElement | HTMLSelectElement }) =>
    setFields({ ...fields, [name]: event.currentTarget.value });
  const { effect, value = '' } = fields;
  const options = LISTED[effect];
  return (
    <details>
      <summary>Another fault</summary>
      <div class="fault-form">
        <label class="field">
          <span>Effect</span>
          <select
            value={effect}
            onChange={({ currentTarget: { value: next } }) =>
              setFields({ ...fields, effect: next, value: LISTED[next]?.[0] ?? '' })
            }
          >
            {['status', 'delay', 'connection', 'data', 'truncate', 'dribble'].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label class="field wide">
          <span>Value</span>
          {options === undefined ? (
            <input type="text" value={value} placeholder={EXAMPLES[effect] ?? ''} onInput={set('value')} />
          ) : (
            <select value={value} onChange={set('value')}>
              {options.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </label>
        {TRIGGER.map(([name, text, empty]) => (
          <label class="field" key={name}>
            <span>{text}</span>
            <input
              type="text"
              value={fields[name] ?? ''}
              placeholder={empty}
              {...(name === 'segmentId' && { list: 'fault-segments' })}
              onInput={set(name)}
            />
          </label>
        ))}
        <SegmentIds />
      </div>
      <CallButton kind="primary" call={{ method: 'POST', path, body: faultFrom(fields) }} show={show} send={send}>
        Plan the fault
      </CallButton>
    </details>
  );
}

/** The ids of segments to choose from. */
function SegmentIds() {
  const segments = usePage((state) => state.segments) ?? [];
  return (
    <datalist id="fault-segments">
      {segments.slice(0, 200).map(({ id }) => (
        <option key={id} value={id} />
      ))}
    </datalist>
  );
}
