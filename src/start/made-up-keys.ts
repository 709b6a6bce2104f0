import type { Mock } from '../core/mock.js';

/** The workspaces whose fixture has no API key, each with its made-up key. */
export function madeUpKeys(mock: Mock): { name: string; key: string }[] {
  return mock.workspaces
    .all()
    .flatMap(({ name, template: { madeUpKey: key } }) => (key === undefined ? [] : { name, key }));
}
