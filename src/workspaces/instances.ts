import { Type, type Static } from '@sinclair/typebox';

/** Braze's instances and the cluster in each one's host names [reference, instance endpoints]. */
export const INSTANCES = {
  'US-01': 'iad-01',
  'US-02': 'iad-02',
  'US-03': 'iad-03',
  'US-04': 'iad-04',
  'US-05': 'iad-05',
  'US-06': 'iad-06',
  'US-07': 'iad-07',
  'US-08': 'iad-08',
  'US-10': 'iad-10',
  'EU-01': 'fra-01',
  'EU-02': 'fra-02',
  'AU-01': 'ap-01',
  'ID-01': 'ap-02',
} as const;

const names = Object.keys(INSTANCES) as (keyof typeof INSTANCES)[];
export const InstanceName = Type.Union(names.map((name) => Type.Literal(name)));
export type InstanceName = Static<typeof InstanceName>;

/** The REST hosts of an instance. Braze's own pages write those of the EU with `.eu` too. */
export function restHosts(name: InstanceName): [string, ...string[]] {
  const host = `rest.${INSTANCES[name]}.braze`;
  return name.startsWith('EU') ? [`${host}.com`, `${host}.eu`] : [`${host}.com`];
}

const byHost = new Map(names.flatMap((name) => restHosts(name).map((host) => [host, name] as const)));

/** The instance that a request's `Host` names, or `undefined` for any other host. */
export function instanceOfHost(host: string | undefined): InstanceName | undefined {
  if (host === undefined || !/^rest\./i.test(host)) return undefined;
  return byHost.get(host.toLowerCase().replace(/\.?(:\d*)?$/, ''));
}
