import { REST_HOSTS } from '../../core/workspaces/instances.js';

export function hostNamesIn(value: string): string[] {
  return value.split(',').map((name) => name.trim().toLowerCase());
}

/** The names in the certificate: this machine's own, Braze's REST hosts and the further ones. */
export function hostsWith(further: readonly string[]): string[] {
  return [...new Set(['localhost', '127.0.0.1', '::1', ...REST_HOSTS, ...further])];
}

const BRAZE_DOMAINS = new Set(REST_HOSTS.map((host) => host.split('.').slice(-2).join('.')));
/** Loopback and private ranges. */
const PRIVATE_RANGES = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '::1/128', 'fc00::/7'];
/** What the CA may always issue certificates for: Braze's domains, and names and addresses that are not public. */
export const ALWAYS_PERMITTED = [...BRAZE_DOMAINS, 'localhost', 'local', 'internal', 'test', ...PRIVATE_RANGES];
