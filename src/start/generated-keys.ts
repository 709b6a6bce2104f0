import type { Mock } from '../core/mock.js';

/** The workspaces without an API key in their fixture, each with its generated key. */
export function generatedKeys(mock: Mock): { name: string; key: string }[] {
  return mock.workspaces
    .all()
    .flatMap(({ name, template: { generatedKey: key } }) => (key === undefined ? [] : { name, key }));
}
