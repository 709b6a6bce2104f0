import { notify } from '../state/page.js';

/** Copies a text and shows a notice. */
export async function copyText(text: string, what = 'Copied'): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
  }
  notify(what);
}

/** `navigator.clipboard` is missing on http:// pages of other hosts than localhost. */
function copyBySelection(text: string): void {
  const area = document.createElement('textarea');
  area.value = text;
  const before = document.activeElement as HTMLElement | null;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
  before?.focus();
}

/** Saves a text or an image as a file. */
export function download(name: string, content: string | Blob, type = 'application/json'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
