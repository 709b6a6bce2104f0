import { useState } from 'preact/hooks';
import { type Call, pathTo } from '../api/client.js';
import type { Workspace } from '../api/replies.js';
import { CallButton, CallLine } from './card.js';
import { useCalls } from './call.js';

const STEPS = [
  ['PT1H', '+1 hour'],
  ['P1D', '+1 day'],
  ['P7D', '+7 days'],
] as const;
const SCALES = [1, 60, 3600];

/** Freezes, advances and scales the clock. */
export function ClockButtons({ workspace: { name, clock } }: { workspace: Workspace }) {
  const { last, show, send } = useCalls();
  const [instant, setInstant] = useState('');
  const path = pathTo(name, 'clock');
  const button = (call: Call, text: string, pressed?: boolean) => (
    <CallButton
      key={text}
      call={call}
      show={show}
      send={(one) => void send(one)}
      {...(pressed !== undefined && { pressed })}
    >
      {text}
    </CallButton>
  );
  const put = (body: unknown): Call => ({ method: 'PUT', path, body });
  return (
    <>
      <div class="buttons">
        {clock.frozen ? button(put({ frozen: false }), 'Run') : button(put({ frozen: true }), 'Freeze')}
        {STEPS.map(([by, text]) => button({ method: 'POST', path: `${path}/advance`, body: { by } }, text))}
        {button({ method: 'DELETE', path }, 'Reset')}
      </div>
      <div class="buttons" role="group" aria-label="Speed">
        <span class="label">Speed</span>
        {SCALES.map((scale) => button(put({ scale }), `×${scale}`, !clock.frozen && clock.scale === scale))}
      </div>
      <form
        class="buttons"
        onSubmit={(event) => {
          event.preventDefault();
          void send(put({ now: instant, frozen: clock.frozen, ...(!clock.frozen && { scale: clock.scale }) }));
        }}
      >
        <input
          aria-label="Set to"
          placeholder="2024-01-31T12:00:00Z"
          value={instant}
          required
          onInput={({ currentTarget }) => setInstant(currentTarget.value)}
        />
        <button class="button" type="submit">
          Set
        </button>
      </form>
      <CallLine call={last} />
    </>
  );
}
