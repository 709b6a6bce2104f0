import type { ComponentChildren } from 'preact';
import { copyText } from '../lib/clipboard.js';
import { Icon, type IconName } from './icon.js';

interface ButtonProps {
  icon?: IconName;
  children?: ComponentChildren;
  /** What the button does, if no text says so. */
  label?: string;
  kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  pressed?: boolean | undefined;
  disabled?: boolean | undefined;
  type?: 'button' | 'submit';
  onClick?: (event: MouseEvent) => void;
}

export function Button({ icon, children, label, kind = 'plain', pressed, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} class={`button ${kind}`} aria-label={label} title={label} aria-pressed={pressed} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** Copies a text that may be expensive to make. */
export function CopyButton({ text, label, children }: { text: () => string; label: string; children?: string }) {
  return (
    <Button icon="copy" kind="quiet" label={label} onClick={() => void copyText(text())}>
      {children}
    </Button>
  );
}

/** A choice between a few options, all of them visible. */
export function Choice<Value extends string>(props: {
  label: string;
  options: readonly (readonly [Value, string])[];
  value: Value;
  onChange: (value: Value) => void;
}) {
  const { label, options, value, onChange } = props;
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map(([option, text]) => (
        <button type="button" key={option} aria-pressed={option === value} onClick={() => onChange(option)}>
          {text}
        </button>
      ))}
    </div>
  );
}
