import { REST_HOSTS } from '../../core/workspaces/instances.js';

/** The host names in the text of a setting. */
export function hostNamesIn(value: string): string[] {
  return value.split(',').map((name) => name.trim().toLowerCase());
}

/** The names in the certificate: this machine's own, Braze's REST hosts and those asked for. */
export function hostsWith(further: readonly string[]): string[] {
  return [...new Set(['localhost', '127.0.0.1', '::1', ...REST_HOSTS, ...further])];
}

/** What the CA may vouch for besides the hosts asked for: Braze's domains, and names that are nobody's elsewhere. */
export const DOMAINS = [
  ...new Set(REST_HOSTS.map((host) => host.split('.').slice(-2).join('.'))),
  'localhost',
  'local',
  'internal',
  'test',
];
/** And addresses that are nobody's elsewhere. */
export const RANGES = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '::1/128', 'fc00::/7'];
