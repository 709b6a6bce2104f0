/** What the page shows, as the hash has it: `#/default/segments/segment_1234?range=90`. */
export interface Route {
  workspace: string;
  view: View;
  /** The segment or the request that is open. */
  id: string | undefined;
  /** Ranges and filters. */
  query: Readonly<Record<string, string>>;
}

export const VIEWS = ['segments', 'requests', 'controls'] as const;
export type View = (typeof VIEWS)[number];

export function parseHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [workspace = '', view = '', id = ''] = path.split('/').map(decodedPart);
  return {
    workspace,
    view: VIEWS.find((known) => known === view) ?? 'segments',
    id: id === '' ? undefined : id,
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

export function routeHash({ workspace, view, id, query }: Route): string {
  const path = [workspace, view, ...(id === undefined ? [] : [id])].map(encodeURIComponent).join('/');
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return `#/${path}${given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`}`;
}

function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
