/** Icons of 16 px, drawn as lines. */
const PATHS = {
  segments: 'M2 12l3.5-4.5 3 2.5L14 4M2 14.5h12',
  requests: 'M2 4h12M2 8h8M2 12h10',
  controls: 'M2 5h7m4 0h1M2 11h1m4 0h7M9 3v4M5 9v4',
  external: 'M6 3H3v10h10v-3M9 3h4v4M13 3L7 9',
  theme: 'M8 2a6 6 0 100 12zM8 2a6 6 0 010 12',
  clock: 'M8 2a6 6 0 100 12A6 6 0 008 2zM8 5v3l2 2',
  frozen: 'M8 2v12M3 5l10 6M13 5L3 11',
  search: 'M7 2.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM10.5 10.5L14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M6 6h7v7H6zM3 10V3h7',
  check: 'M3 8.5l3.5 3.5L13 5',
  dash: 'M4 8h8',
  warning: 'M8 3l6 10H2zM8 7v3M8 11.5v.3',
  download: 'M8 3v7M5 7.5L8 10.5l3-3M3 13h10',
  plus: 'M8 3v10M3 8h10',
  pause: 'M6 4v8M10 4v8',
  play: 'M5 4l7 4-7 4z',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 3.5v9',
  back: 'M10 3L5 8l5 5',
  down: 'M4 6l4 4 4-4',
  refresh: 'M13 8a5 5 0 11-1.5-3.5M13 2v3h-3',
  trash: 'M3 5h10M6 5V3h4v2M5 5l.5 8h5l.5-8',
  eye: 'M1.5 8S4 4 8 4s6.5 4 6.5 4S12 12 8 12 1.5 8 1.5 8zM8 6.5a1.5 1.5 0 100 3 1.5 1.5 0 000-3z',
  keyboard: 'M1.5 4.5h13v7h-13zM4 7h.1M6.5 7h.1M9 7h.1M11.5 7h.1M5 9.3h6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
