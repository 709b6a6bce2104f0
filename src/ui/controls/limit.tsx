import { useState } from 'preact/hooks';
import { type Call, pathTo } from '../api/client.js';
import type { Workspace } from '../api/replies.js';
import { formatNumber } from '../lib/format.js';
import { Meter } from '../parts/meter.js';
import { CallButton, CallLine } from './card.js';
import { useCalls } from './call.js';

const BIG = 250_000;

/** The gauge of the rate limit, with what fills and empties it. */
export function LimitButtons({ workspace: { name, rateLimit } }: { workspace: Workspace }) {
  const { last, show, send } = useCalls();
  const [capacity, setCapacity] = useState('');
  const put = (body: unknown): Call => ({ method: 'PUT', path: pathTo(name, 'rate-limit'), body });
  const button = (body: unknown, text: string) => (
    <CallButton call={put(body)} show={show} send={(call) => void send(call)}>
      {text}
    </CallButton>
  );
  return (
    <>
      {rateLimit === 'off' ? (
        <p class="figure">Off</p>
      ) : (
        <div class="gauge">
          <p class="figure">
            {formatNumber(rateLimit.remaining)} <span class="unit">of {formatNumber(rateLimit.capacity)} left</span>
          </p>
          <Meter value={rateLimit.remaining} max={rateLimit.capacity} label="Requests left" />
          <p class="unit">{formatNumber(rateLimit.refillPerHour)} come back an hour</p>
        </div>
      )}
      <div class="buttons">
        {rateLimit === 'off' ? (
          button({ capacity: BIG, refillPerHour: BIG }, 'Turn on')
        ) : (
          <>
            {button({ remaining: 0 }, 'Drain')}
            {button({ remaining: rateLimit.capacity }, 'Refill')}
            {button('off', 'Turn off')}
          </>
        )}
      </div>
      <form
        class="buttons"
        onSubmit={(event) => {
          event.preventDefault();
          const quota = Number(capacity);
          void send(put({ capacity: quota, refillPerHour: quota, remaining: quota }));
        }}
      >
        <input
          aria-label="Requests per hour"
          placeholder="Requests per hour"
          inputMode="numeric"
          pattern="[1-9][0-9]*"
          required
          value={capacity}
          onInput={({ currentTarget }) => setCapacity(currentTarget.value)}
        />
        <button class="button" type="submit">
          Set
        </button>
      </form>
      <CallLine call={last} />
    </>
  );
}
