import type { Entry } from '../api/replies.js';
import { SearchField } from '../parts/search-field.js';
import { useJournal } from '../state/journal.js';
import { rowKey } from './row.js';
import { setQuery, usePage } from '../state/page.js';

type RequestQuery = Readonly<Record<string, string>>;

/** Does an entry pass the filters of the hash? */
export function matches({
  outcome = '',
  status = '',
  segment = '',
  warned = '',
  key = '',
  q = '',
}: RequestQuery): (entry: Entry) => boolean {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return (entry) => {
    if (outcome !== '' && entry.outcome !== outcome) return false;
    if (status !== '' && String(entry.status ?? 0)[0] !== status[0]) return false;
    if (segment !== '' && entry.query['segment_id'] !== segment) return false;
    if (warned !== '' && entry.warnings.length === 0) return false;
    if (key !== '' && rowKey(entry) !== key) return false;
    if (words.length === 0) return true;
    const text = JSON.stringify([entry.path, entry.query, entry.outcome, entry.status, entry.headers]).toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

const STATUSES = ['2xx', '4xx', '5xx'];

export function Filters() {
  const entries = useJournal((state) => state.entries);
  const query = usePage(({ route }) => route.query);
  const outcomes = [
    ...new Set([...entries.map(({ outcome }) => outcome), ...(query['outcome'] ? [query['outcome']] : [])]),
  ].toSorted();
  const toggle = (name: string, value: string) => ({
    'aria-pressed': query[name] === value,
    onClick: () => setQuery({ [name]: query[name] === value ? '' : value }),
  });
  return (
    <div class="filters">
      <SearchField label="Filter requests" text={query['q'] ?? ''} />
      {STATUSES.map((status) => (
        <button type="button" class="chip" key={status} {...toggle('status', status)}>
          {status}
        </button>
      ))}
      <button type="button" class="chip" {...toggle('warned', '1')}>
        warnings
      </button>
      <select
        aria-label="Outcome"
        value={query['outcome'] ?? ''}
        onChange={({ currentTarget }) => setQuery({ outcome: currentTarget.value })}
      >
        <option value="">Every outcome</option>
        {outcomes.map((outcome) => (
          <option key={outcome}>{outcome}</option>
        ))}
      </select>
      {['segment', 'key'].map(
        (name) =>
          query[name] && (
            <button type="button" class="chip" key={name} {...toggle(name, query[name])}>
              {name === 'key' ? `key ${query[name]}` : query[name]} ×
            </button>
          ),
      )}
    </div>
  );
}
