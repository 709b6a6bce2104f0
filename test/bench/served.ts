/**
 * The mock without a log or a limit, sending so many replies together at most, which no flag sets.
 *
 * node --import tsx served.ts <file of the fixture> <replies>
 */
import { contentOf, loadFixtureFiles } from '../../src/fixtures/load.js';
import { buildServedApp } from '../../src/server/app.js';
import { TRANSPORT } from '../../src/server/transport/transport.js';
import { appOptions } from '../support/app.js';
import { mockOf } from '../support/mock.js';

const [fixture = '', replies] = process.argv.slice(2);
const { workspaces } = contentOf(loadFixtureFiles(fixture));
const transport = { ...TRANSPORT, repliesAtOnce: Number(replies) };
const { fastify } = buildServedApp(mockOf({ rateLimit: 'off' }, workspaces), appOptions({ transport }));
const url = await fastify.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ msg: 'ready', url })}\n`);
process.once('SIGTERM', () => process.exit());
