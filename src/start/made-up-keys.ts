import type { Mock } from '../core/mock.js';

/** The workspaces of fixtures without an API key, each with the one made up for it. */
export function madeUpKeys(mock: Mock): { name: string; key: string }[] {
  return mock.workspaces
    .all()
    .flatMap(({ name, template: { madeUpKey: key } }) => (key === undefined ? [] : { name, key }));
}
