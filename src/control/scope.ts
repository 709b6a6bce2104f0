import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Workspace } from '../workspaces/workspace.js';

declare module 'fastify' {
  interface FastifySchema {
    /** What a route does, in the README's words. */
    summary?: string;
  }
}

/** Fastify with types from TypeBox schemas. */
export type ControlScope = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export const Named = Type.Object({ name: Type.String() });
export const Identified = Type.Object({ name: Type.String(), id: Type.String() });

/** Finds the workspace that a path names. */
export type Find = (params: { name: string }) => Workspace;
