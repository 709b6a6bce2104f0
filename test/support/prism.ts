// Uses its packages directly, because the Prism CLI does not report its port.
import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { createServer } from '@stoplight/prism-http-server';
import { pino } from 'pino';
import type { TestReply } from './server.js';

export interface Proxy {
  url: string;
  close: () => Promise<void>;
}

/** Starts Prism as a proxy that validates requests and replies against the document of the server behind it. */
export async function startProxy(upstream: string): Promise<Proxy> {
  const operations = await getHttpOperationsFromSpec(`${upstream}/openapi.json`);
  const server = createServer(operations, {
    cors: false,
    config: {
      isProxy: true,
      upstream: new URL(upstream),
      upstreamProxy: undefined,
      validateRequest: true,
      validateResponse: true,
      checkSecurity: true,
      errors: false,
      mock: { dynamic: false, ignoreExamples: false },
    },
    components: { logger: pino({ level: 'silent' }) },
  });
  return { url: await server.listen(0, '127.0.0.1'), close: () => server.close() };
}

interface Violation {
  location: string[];
  message: string;
}

/** The violations that the proxy found in a request or its reply. */
export function violations({ headers }: Pick<TestReply, 'headers'>, of?: 'response'): string[] {
  const found = JSON.parse(headers['sl-violations'] ?? '[]') as Violation[];
  return found
    .filter(({ location }) => of === undefined || location[0] === of)
    .map(({ location, message }) => `${location.join('.')}: ${message}`);
}
