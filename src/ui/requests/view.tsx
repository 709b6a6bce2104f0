import { useJournal } from '../state/journal.js';

export function Requests() {
  const entries = useJournal((state) => state.entries);
  return (
    <div class="requests">
      <h1 class="hidden">Requests</h1>
      {entries.map(({ id, path, status, outcome }) => (
        <p key={id}>
          {status} {path} {outcome}
        </p>
      ))}
    </div>
  );
}
