import { useState } from 'preact/hooks';
import type { Call } from '../api/client.js';
import { change } from '../state/workspace.js';

/** Sends calls and remembers the last one, so that a card can show it. */
export function useCalls(): {
  last: Call | undefined;
  show: (call: Call) => void;
  send: <T>(call: Call) => Promise<T | undefined>;
} {
  const [last, show] = useState<Call>();
  return {
    last,
    show,
    send(call) {
      show(call);
      return change(call);
    },
  };
}
