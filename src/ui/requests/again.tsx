import type { Again } from '../api/replies.js';
import { plural } from '../lib/format.js';

const SHOWN = 20;

/** The differences between two replies, part by part. */
export function Differences({ differences }: Pick<Again, 'differences'>) {
  if (differences.length === 0) return <p class="unit">Both are the same.</p>;
  return (
    <div>
      <h3>{plural(differences.length, 'difference')}</h3>
      <table class="differences">
        <tbody>
          {differences.slice(0, SHOWN).map(({ at, entry, again }) => (
            <tr key={at}>
              <th scope="row">{at}</th>
              <td>{shown(entry)}</td>
              <td>{shown(again)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {differences.length > SHOWN && <p class="unit">… and {differences.length - SHOWN} more</p>}
    </div>
  );
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : (JSON.stringify(value) ?? '');
}
