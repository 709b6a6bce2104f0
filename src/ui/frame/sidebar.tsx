import { Icon, type IconName } from '../parts/icon.js';
import { help } from '../state/keys.js';
import { linkTo, usePage } from '../state/page.js';
import { type View } from '../state/route.js';
import { nextTheme } from '../state/theme.js';

const ENTRIES: [View, string, IconName][] = [
  ['segments', 'Segments', 'segments'],
  ['requests', 'Requests', 'requests'],
  ['controls', 'Controls', 'controls'],
];
const THEMES = { system: 'System', dark: 'Dark', light: 'Light' };

export function Sidebar() {
  const route = usePage((state) => state.route);
  const strays = usePage((state) => state.strays);
  const theme = usePage((state) => state.theme);
  return (
    <nav class="sidebar" aria-label="Main">
      <p class="brand">
        <svg viewBox="0 0 16 16" class="logo" aria-hidden="true">
          <rect width="16" height="16" rx="4" />
          <path d="M3 11l3-4 3 2 4-5" />
        </svg>
        <span>Segments mock</span>
      </p>
      {ENTRIES.map(([view, text, icon]) => (
        <a
          key={view}
          href={linkTo({ workspace: route.workspace, view })}
          aria-current={route.view === view ? 'page' : undefined}
          title={text}
        >
          <Icon name={icon} />
          <span class="nav-text">{text}</span>
          {view === 'requests' && strays > 0 && (
            <span class="count bad" title={`${strays} requests without a valid key`}>
              {strays > 99 ? '99+' : strays}
            </span>
          )}
        </a>
      ))}
      <span class="spring" />
      <a href="docs" target="_blank" rel="noreferrer" title="API docs">
        <Icon name="external" />
        <span class="nav-text">API docs</span>
      </a>
      <button type="button" class="nav-button" title="Keys" onClick={() => help.set({ isOpen: true })}>
        <Icon name="keyboard" />
        <span class="nav-text">Keys</span>
      </button>
      <button type="button" class="nav-button" data-theme-switch title={`Theme: ${THEMES[theme]}`} onClick={nextTheme}>
        <Icon name="theme" />
        <span class="nav-text">{THEMES[theme]}</span>
      </button>
    </nav>
  );
}
