import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type TProperties, type TSchema, Type } from '@sinclair/typebox';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FaultView } from '../../core/faults/planned-fault.js';
import { StoryboardName } from '../../core/faults/storyboards.js';
import { EntryId } from '../../core/journal/entry.js';
import { SegmentFixture } from '../../core/segments/fixture.js';
import { ApiKeyFixture, WorkspaceName } from '../../core/workspaces/fixture.js';
import { described } from '../../schema/checker.js';
import { exactly } from '../../schema/shapes.js';
import type { Workspace } from '../../core/workspaces/workspace.js';
import type { ControlCode } from '../../operations/errors.js';

declare module 'fastify' {
  interface FastifySchema {
    /** What a route does, as the README words it. */
    summary?: string;
    /** Its name in generated clients. */
    operationId?: string;
    /** Leaves it out of the API document. */
    hide?: boolean;
    /** The content types of its body. Default: JSON. */
    consumes?: readonly string[];
    /** The codes that its operation throws, without those that every route may throw. */
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

/** Names in paths are looked up, not validated: an impossible name is a 404 like any unknown one. */
const NAME = described(WorkspaceName, { description: 'The workspace.' });

/** The schema shared by the routes within a workspace: what else their path names, and how that can be missing. */
function inWorkspace<Fields extends TProperties, const Codes extends ControlCode[]>(fields: Fields, ...codes: Codes) {
  return { params: Type.Object({ name: NAME, ...fields }), refuses: ['workspace_not_found', ...codes] } as const;
}
export const OF_WORKSPACE = inWorkspace({});
export const OF_SEGMENT = inWorkspace({ id: SegmentFixture.properties.id }, 'segment_not_found');
export const OF_API_KEY = inWorkspace({ key: ApiKeyFixture.properties.key }, 'api_key_not_found');
export const OF_FAULT = inWorkspace({ id: FaultView.properties.id }, 'fault_not_found');
export const OF_STORYBOARD = inWorkspace(
  { storyboard: described(StoryboardName, { description: 'The storyboard.' }) },
  'storyboard_not_found',
);
export const OF_REQUEST = inWorkspace({ id: EntryId }, 'request_not_found');

/** Finds the workspace that a path names. */
export type Find = (params: { name: string }) => Workspace;

/** The schema of a 204. Its handler is `async`: Fastify sends the empty reply when the promise resolves. */
export const NO_CONTENT = Type.Unsafe<undefined>({ type: 'null', description: 'Done.' });

/**
 * The options of a route: what it works on, its name in generated clients, what it does as the docs word it, and the
 * schemas of its replies by status. The first status is that of a success, unless the handler sets another.
 */
export function operation<Of, Response, const More>(
  of: Of,
  operationId: string,
  summary: string,
  response: Response,
  more = {} as More,
) {
  return { schema: { ...of, operationId, summary, response, ...more } };
}

/** The hook that sets the status of a success. */
export function setStatus({ routeOptions }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const [status] = Object.keys(routeOptions.schema?.response ?? {});
  void reply.code(Number(status ?? 200));
  done();
}

/** Wraps a schema in an object with one field, as lists are sent. */
export function wrapIn<Name extends string, S extends TSchema>(name: Name, schema: S) {
  return exactly({ [name]: schema } as Record<Name, S>);
}
