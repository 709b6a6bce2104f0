import { usePage } from '../state/page.js';

/** What happened, for eyes and for screen readers. */
export function Notices() {
  const notice = usePage((state) => state.notice);
  const isLost = usePage((state) => state.connection === 'lost');
  return (
    <div class="notices" role="status" aria-live="polite">
      {isLost && <p class="notice bad">The mock does not answer; trying again. What you see is what was last known.</p>}
      {notice && <p class={`notice ${notice.kind}`}>{notice.text}</p>}
    </div>
  );
}
