import { isIP } from 'node:net';
import { textType } from '../schema/checker.js';
import { hostNamesIn } from '../server/tls/hosts.js';

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

export const HostNamesText = textType(
  'host-names',
  (value) => hostNamesIn(value).every((name) => isIP(name) !== 0 || HOST_NAME.test(name)),
  'host names or IP addresses, separated by commas',
  {},
);
