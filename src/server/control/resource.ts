import { type Static, type TProperties, type TSchema, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply, FastifySchema } from 'fastify';
import type { ControlCode } from '../../operations/errors.js';
import { exactly } from '../../schema/shapes.js';

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
  interface FastifyContextConfig {
    /** Whether the body may be left out; it is then `{}`. */
    bodyOptional?: boolean;
  }
}

/** JSON, or other content. */
type ReplySchema = TSchema | { content: object; headers?: object };

/** What an operation takes, and its replies by status. The first is a success, unless it sets another. Default: a 204. */
interface OperationSchema extends Pick<FastifySchema, 'consumes'> {
  /** What it does, as the docs word it. */
  summary: string;
  body?: TSchema;
  querystring?: TSchema;
  200?: ReplySchema;
  201?: ReplySchema;
  /** The codes that it throws. Default: those for a missing resource. */
  refuses?: readonly ControlCode[];
  bodyOptional?: boolean;
  /** Bytes. */
  bodyLimit?: number;
}

type InputOf<Schema> = Schema extends
  { body: infer Given extends TSchema } | { querystring: infer Given extends TSchema }
  ? [Static<Given>]
  : [];
type OutputOf<Schema> = Schema extends { 200: infer Reply } | { 201: infer Reply }
  ? Reply extends TSchema
    ? Static<Reply>
    : unknown
  : void;

/** Gets what the path names, the valid body or query, and Fastify's reply, with which it can set what is unusual. */
type Handler<Named extends unknown[], Schema> = (
  ...args: [...Named, ...InputOf<Schema>, reply: FastifyReply]
) => OutputOf<Schema> | void;

const NO_CONTENT = { 204: Type.Null({ description: 'Done.' }) };

interface Place<Named extends unknown[]> {
  app: FastifyInstance;
  path: string;
  /** What the path names. It is looked up, not validated: an impossible name is a 404 like any unknown one. */
  params: TProperties;
  /** The codes if that is missing. */
  refuses: readonly ControlCode[];
  find: (params: Readonly<Record<string, string>>) => Named;
}

/** A path of the control API, whose methods are operations. */
export class Resource<Named extends unknown[]> {
  readonly get = this.#method('GET');
  readonly put = this.#method('PUT');
  readonly post = this.#method('POST');
  readonly patch = this.#method('PATCH');
  readonly delete = this.#method('DELETE');

  constructor(private readonly place: Place<Named>) {}

  /** The resource at a path below this one. */
  at(path: string): Resource<Named> {
    return new Resource({ ...this.place, path: this.place.path + path });
  }

  /** A resource at a path below this one, by its name. */
  one(path: string, name: TProperties, ...codes: ControlCode[]): Resource<[...Named, string]> {
    const { path: above, params, refuses, find } = this.place;
    const [param] = Object.keys(name) as [string];
    return new Resource({
      ...this.place,
      path: `${above}${path}/:${param}`,
      params: { ...params, ...name },
      refuses: [...refuses, ...codes],
      find: (given) => [...find(given), given[param] as string],
    });
  }

  /** The same path, with what a lookup finds in place of the names. */
  finding<Found>(lookUp: (...named: Named) => Found, ...codes: ControlCode[]): Resource<[Found]> {
    const { refuses, find } = this.place;
    return new Resource({ ...this.place, refuses: [...refuses, ...codes], find: (given) => [lookUp(...find(given))] });
  }

  #method(method: string) {
    return <const Schema extends OperationSchema>(
      operationId: string,
      operation: Handler<Named, Schema>,
      { 200: ok, 201: created, bodyOptional = false, bodyLimit, ...schema }: Schema,
    ): void => {
      const { app, path, params, refuses, find } = this.place;
      const response = { ...(ok && { 200: ok }), ...(created && { 201: created }), ...(!ok && !created && NO_CONTENT) };
      const [[status, success]] = Object.entries(response) as [[string, object]];
      app.route<{ Params: Readonly<Record<string, string>> }>({
        method,
        url: path,
        ...(bodyLimit !== undefined && { bodyLimit }),
        config: { bodyOptional },
        schema: { params: Type.Object(params), refuses, ...(schema as FastifySchema), operationId, response },
        handler(request, reply) {
          void reply.code(Number(status));
          const { body, querystring } = schema;
          const input = body !== undefined ? [request.body] : querystring !== undefined ? [request.query] : [];
          const result: unknown = operation(...([...find(request.params), ...input, reply] as never));
          if (success === NO_CONTENT[204]) return reply.send();
          // Fastify sends a string as it is.
          if (typeof result !== 'string' || 'content' in success) return result;
          return reply.type('application/json; charset=utf-8').send(JSON.stringify(result));
        },
      });
    };
  }
}

/** Wraps a schema in an object with one field, as lists are sent. */
export function wrapIn<Name extends string, S extends TSchema>(name: Name, schema: S) {
  return exactly({ [name]: schema } as Record<Name, S>);
}
