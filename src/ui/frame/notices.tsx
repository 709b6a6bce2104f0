import { usePage } from '../state/page.js';

/** Notices of what happened, visible and announced to screen readers. */
export function Notices() {
  const notice = usePage((state) => state.notice);
  const isLost = usePage((state) => state.connection === 'lost');
  return (
    <div class="notices" role="status" aria-live="polite">
      {isLost && (
        <p class="notice bad">The mock does not answer; trying again. What you see is the last known state.</p>
      )}
      {notice && <p class={`notice ${notice.kind}`}>{notice.text}</p>}
    </div>
  );
}
