import { setQuery } from '../state/page.js';
import { Icon } from './icon.js';

/** The field that `/` focuses: filters a list by the text `q` of the hash. */
export function SearchField({ label, text }: { label: string; text: string }) {
  return (
    <label class="search">
      <Icon name="search" />
      <input
        type="search"
        data-filter
        placeholder={label}
        aria-label={label}
        value={text}
        onInput={({ currentTarget }) => setQuery({ q: currentTarget.value })}
      />
    </label>
  );
}
