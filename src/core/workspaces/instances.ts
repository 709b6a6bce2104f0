import type { Static } from '@sinclair/typebox';
import { oneOf } from '../../schema/shapes.js';

/**
 * Braze's instances, each with all its REST hosts: first the one in the reference's table, then the other spellings on
 * Braze's own pages (`.eu`, US-10, AU-01) and in public clients (ID-01, JP-01, which the reference lacks).
 */
export const INSTANCES = {
  'US-01': ['rest.iad-01.braze.com'],
  'US-02': ['rest.iad-02.braze.com'],
  'US-03': ['rest.iad-03.braze.com'],
  'US-04': ['rest.iad-04.braze.com'],
  'US-05': ['rest.iad-05.braze.com'],
  'US-06': ['rest.iad-06.braze.com'],
  'US-07': ['rest.iad-07.braze.com'],
  'US-08': ['rest.iad-08.braze.com'],
  'US-10': ['rest.iad-10.braze.com', 'rest.us-10.braze.com'],
  'EU-01': ['rest.fra-01.braze.com', 'rest.fra-01.braze.eu'],
  'EU-02': ['rest.fra-02.braze.com', 'rest.fra-02.braze.eu'],
  'AU-01': ['rest.ap-01.braze.com', 'rest.au-01.braze.com'],
  'ID-01': ['rest.ap-02.braze.com', 'rest.id-01.braze.com'],
  'JP-01': ['rest.jp-01.braze.com'],
} as const satisfies Record<string, readonly string[]>;

const INSTANCE_NAMES = Object.keys(INSTANCES) as (keyof typeof INSTANCES)[];
export const InstanceName = oneOf(INSTANCE_NAMES);
export type InstanceName = Static<typeof InstanceName>;

export const REST_HOSTS: readonly string[] = Object.values(INSTANCES).flat();

const byHost = new Map(
  INSTANCE_NAMES.flatMap((name) => INSTANCES[name].map((host) => [host as string, name] as const)),
);

/** The instance that a request's `Host` names, or `undefined` for any other host. */
export function instanceOfHost(host: string | undefined): InstanceName | undefined {
  if (host === undefined || !/^rest\./i.test(host)) return undefined;
  return byHost.get(host.toLowerCase().replace(/\.?(:\d*)?$/, ''));
}
