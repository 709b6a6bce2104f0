import { REST_HOSTS } from '../../core/workspaces/instances.js';

export function hostNamesIn(value: string): string[] {
  return value.split(',').map((name) => name.trim().toLowerCase());
}

/** The names in the certificate: this machine's own, Braze's REST hosts and the further ones. */
export function hostsWith(further: readonly string[]): string[] {
  return [...new Set(['localhost', '127.0.0.1', '::1', ...REST_HOSTS, ...further])];
}

/** Domains that the CA may always issue certificates for: Braze's, and names that are not public. */
export const DOMAINS = [
  ...new Set(REST_HOSTS.map((host) => host.split('.').slice(-2).join('.'))),
  'localhost',
  'local',
  'internal',
  'test',
];
/** Address ranges that the CA may always issue certificates for: loopback and private ones. */
export const ADDRESS_RANGES = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '::1/128', 'fc00::/7'];
