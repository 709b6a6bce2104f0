import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A modal dialog; the browser keeps the focus in it and returns it to where it was. */
export function Dialog({
  label,
  onClose,
  children,
}: {
  label: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </dialog>
  );
}

/** A button with a panel below it, which closes on Escape and on a click elsewhere. */
export function Popover(props: {
  label: string;
  button: ComponentChildren;
  children: ComponentChildren;
  align?: 'end';
}) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const element = details.current as HTMLDetailsElement;
    const close = (event: Event) => {
      if (!element.contains(event.target as Node)) element.open = false;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !element.open) return;
      event.stopPropagation();
      element.open = false;
      element.querySelector('summary')?.focus();
    };
    document.addEventListener('click', close);
    element.addEventListener('keydown', onKey);
    return () => document.removeEventListener('click', close);
  }, []);
  return (
    <details class={`popover ${props.align ?? ''}`} ref={details}>
      <summary class="button quiet" title={props.label}>
        <span class="hidden">{props.label} </span>
        {props.button}
      </summary>
      <div class="popover-panel">{props.children}</div>
    </details>
  );
}
