import type { FastifyPluginCallback, FastifyPluginOptions } from 'fastify';

/** Names a plugin. Fastify compares a plugin without a name to every CommonJS module of the process, at each start. */
export function namedPlugin<Options extends FastifyPluginOptions>(
  name: string,
  plugin: FastifyPluginCallback<Options>,
): FastifyPluginCallback<Options> {
  return Object.assign(plugin, { [Symbol.for('fastify.display-name')]: name });
}
