import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type TSchema, Type } from '@sinclair/typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FaultView } from '../../core/faults/faults.js';
import { EntryId } from '../../core/journal/entry.js';
import { SegmentFixture } from '../../core/segments/fixture.js';
import { WorkspaceName } from '../../core/workspaces/fixture.js';
import { described } from '../../schema/checker.js';
import type { Workspace } from '../../core/workspaces/workspace.js';
import type { ControlCode } from '../../operations/errors.js';

declare module 'fastify' {
  interface FastifySchema {
    /** What a route does, in the README's words. */
    summary?: string;
    /** What generated clients call it. */
    operationId?: string;
    /** The content types of its body. Default: JSON. */
    consumes?: readonly string[];
    /** The codes that its operation throws; what every route may throw is not repeated. */
    refuses?: readonly ControlCode[];
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

/** What a path names is looked for and not checked: a name that nothing can have is a 404 like any other. */
const NAME = described(WorkspaceName, { description: 'The workspace.' });
const Named = Type.Object({ name: NAME });

function identified<Id extends TSchema>(id: Id) {
  return Type.Object({ name: NAME, id });
}

/** What the schemas of the routes within a workspace have in common. */
export const OF_WORKSPACE = { params: Named, refuses: ['workspace_not_found'] } as const;
export const OF_SEGMENT = {
  params: identified(SegmentFixture.properties.id),
  refuses: ['workspace_not_found', 'segment_not_found'],
} as const;
export const OF_FAULT = {
  params: identified(FaultView.properties.id),
  refuses: ['workspace_not_found', 'fault_not_found'],
} as const;
export const OF_REQUEST = {
  params: identified(EntryId),
  refuses: ['workspace_not_found', 'request_not_found'],
} as const;

/** Finds the workspace that a path names. */
export type Find = (params: { name: string }) => Workspace;

/** Done, and nothing to say. */
export const NOTHING = Type.Unsafe<undefined>({ type: 'null', description: 'Done.' });

/** Answers that something is done. */
export function doneWith(reply: { code: (status: 204) => { send: (nothing: undefined) => unknown } }): void {
  reply.code(204).send(undefined);
}

/** An object of one field, the form in which lists are answered. */
export function only<Name extends string, S extends TSchema>(name: Name, schema: S) {
  return Type.Object({ [name]: schema } as Record<Name, S>, { additionalProperties: false });
}
