import type { Registry } from '../workspaces/registry.js';

/** A suggestion for an Authorization header with an unknown key; `''` if no key is similar. */
export function keyHint(workspaces: Registry, header = '', key: string | undefined): string {
  if (header === '') return '';
  if (key === undefined) {
    if (workspaces.opened(header) !== undefined) return 'the header is a known key, but "Bearer " is missing before it';
    const scheme = /^(basic|digest|token|key|api-?key|negotiate) /i.exec(header)?.[1];
    return scheme === undefined ? '' : `found the scheme ${scheme}`;
  }
  const bare = key.replace(/^(["'<[{])(.*)(["'>\]}])$/, '$2');
  if (bare !== key && workspaces.opened(bare) !== undefined) return 'without what is around it, it is a known key';
  const other = workspaces.openedInOtherCase(bare);
  return other === undefined ? '' : `in another case it is a key of the workspace ${other.name}, and case counts`;
}
