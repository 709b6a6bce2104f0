// @ts-check
/**
 * The baseline: bare Fastify that sends a file from a prepared buffer, and logs one pino line per request to stdout.
 * JavaScript, so that it starts without a compiler.
 *
 * node bare.mjs <file of the body> <synchronous | buffered>
 *
 * `synchronous` is pino's default: one write per line. `buffered` is what its documentation recommends for speed:
 * writes of 4 KB.
 */
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { pino } from 'pino';

const body = readFileSync(process.argv[2] ?? '');
const buffered = process.argv[3] === 'buffered';
const destination = pino.destination(buffered ? { dest: 1, minLength: 4096, sync: false } : { dest: 1 });
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
if (buffered) destination.flush();
process.once('SIGTERM', () => process.exit());
