import type { ComponentChildren } from 'preact';
import type { Call } from '../api/client.js';
import { callAsCurl } from '../lib/snippets.js';
import { Button, CopyButton } from '../parts/button.js';

/** A card of controls. */
export function Card({
  title,
  children,
  aside,
}: {
  title: string;
  children: ComponentChildren;
  aside?: ComponentChildren;
}) {
  return (
    <section class="card" aria-label={title}>
      <h2>
        {title}
        {aside}
      </h2>
      {children}
    </section>
  );
}

/** The call that the last action made, or that the action under the pointer would make. */
export function CallLine({ call }: { call: Call | undefined }) {
  if (call === undefined) return <p class="call-line unit">Point at an action to see its call.</p>;
  return (
    <p class="call-line">
      <code>
        <b>{call.method}</b> /__mock/{call.path}
        {call.body !== undefined && ` ${JSON.stringify(call.body)}`}
      </code>
      <CopyButton text={() => callAsCurl(call)} label="Copy as curl" />
    </p>
  );
}

/** A button that makes a call, and shows the call on hover. */
export function CallButton(props: {
  call: Call;
  show: (call: Call) => void;
  send: (call: Call) => void;
  children: ComponentChildren;
  kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  pressed?: boolean;
  disabled?: boolean;
}) {
  const { call, show, send, children, ...rest } = props;
  return (
    <span class="call-button" onPointerEnter={() => show(call)} onFocusCapture={() => show(call)}>
      <Button {...rest} onClick={() => send(call)}>
        {children}
      </Button>
    </span>
  );
}
