import type { FastifyInstance } from 'fastify';

/** Whether requests have to pass hooks of Fastify's besides our own. */
export interface Hooks {
  any: boolean;
}

/** Hooks of the app's life, which no request passes. */
const OF_THE_APP = new Set(['onReady', 'onListen', 'preClose', 'onClose', 'onRegister']);

/** Notes whether hooks are added from now on. Those of a plugin are for its own routes. */
export function watchHooks(fastify: FastifyInstance, hooks: Hooks): void {
  const { addHook } = fastify as { addHook: (name: string, hook: unknown) => FastifyInstance };
  fastify.addHook = function noting(this: FastifyInstance, name: string, hook: unknown) {
    // An `onRoute` hook can add others to every route.
    if (this === fastify && !OF_THE_APP.has(name)) hooks.any = true;
    return addHook.call(this, name, hook);
  };
}
