import type { Mock } from '../core/mock.js';
import type { Logger } from './logger.js';
import type { Connections } from './transport/connections.js';
import type { Limits } from './transport/limits.js';
import type { Transport } from './transport/transport.js';

/** Who may call what. */
export interface AccessSettings {
  /** Leaves the control API out; health and readiness still answer. */
  noControl: boolean;
  /** What callers of the control API have to send as a bearer token; without one, nothing. */
  controlToken?: string;
  /** Public-looking host names under which that may be called, separated by commas. */
  controlHost?: string;
  /** Lets scripts of any origin call Braze's endpoints, never the control API. */
  cors?: boolean;
}

/** The settings of the server itself. Those of the service that it serves are the mock's. */
export interface ServerSettings extends AccessSettings {
  host: string;
  /** 0 is any free port. */
  port: number;
  httpsPort: number;
}

/** What the HTTP server is given besides the mock. */
export interface AppOptions {
  log: Logger;
  settings: AccessSettings;
  version: string;
  /** Reads a file that the build generates, by its path in `dist`, such as `ui/app.js`. */
  readFile: (path: string) => Buffer;
  /** Only tests and the benchmark set it. */
  transport?: Transport;
}

/** What most parts of a server work with. */
export interface Parts extends Pick<AppOptions, 'log' | 'settings'> {
  mock: Mock;
  limits: Limits;
  connections: Connections;
}
