// @ts-check
/**
 * The yardstick: bare Fastify that sends the bytes of a file from a ready buffer, and logs one pino line a request
 * to stdout in the way that pino's documentation advises for speed. It is JavaScript, so that it starts without a
 * compiler.
 *
 * node bare.mjs <file of the body>
 */
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { pino } from 'pino';

const body = readFileSync(process.argv[2] ?? '');
const destination = pino.destination({ dest: 1, minLength: 4096, sync: false });
const log = pino({ base: null }, destination);
const fastify = Fastify();

fastify.addHook('onResponse', (request, reply, done) => {
  log.info(
    { method: request.method, path: request.url, status: reply.statusCode, durationMs: reply.elapsedTime },
    'request',
  );
  done();
});
fastify.get('/segments/data_series', (_request, reply) => {
  reply.header('content-type', 'application/json').send(body);
});

const url = await fastify.listen({ port: 0, host: '127.0.0.1' });
log.info({ url }, 'ready');
destination.flush();
process.once('SIGTERM', () => process.exit());
