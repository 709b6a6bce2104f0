import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Convert } from '@sinclair/typebox/value';
import { namedPlugin } from '../named-plugin.js';
import type { AppOptions, Parts } from '../options.js';
import { Refusal, statusOf } from '../../core/refusals/codes.js';
import { sentence } from '../../core/refusals/messages.js';
import { Fidelity, FIDELITY, NO_RAW_REPLY } from '../../operations/fidelity.js';
import { ProfileName } from '../../core/profiles/names.js';
import { checker } from '../../schema/checker.js';
import { maskedError } from '../../core/workspaces/masking.js';
import { describeSyntaxError } from '../../schema/broken-json.js';
import { ControlError, type InputCode, invalid } from '../../operations/errors.js';
import { exactly, Field, NonEmptyText, optional } from '../../schema/shapes.js';
import { guardControl } from './guard.js';
import { docsRoutes, uiRoutes } from './page-routes.js';
import { controlRoutes } from './routes.js';
import { Resource, wrapIn } from './resource.js';

export type ControlOptions = Parts & Pick<AppOptions, 'version' | 'readFile'>;

/** The control API, to be registered under `/__mock`: JSON in and out, its errors in the same envelope. */
export const control = namedPlugin<ControlOptions>('control', (scope, options, done) => {
  const { mock, settings } = options;
  scope.setErrorHandler((error: FastifyError | Refusal, _request, reply) => sendControlError(reply, error, options));
  takeJson(scope);
  scope.setValidatorCompiler<TSchema>(strictly);
  // The resource that all others are below.
  const root = new Resource<[]>({ app: scope, path: '', params: {}, refuses: [], find: () => [] });
  const health = ({ verbose }: Static<typeof HealthQuery>, { request }: FastifyReply): Static<typeof Health> => {
    if (verbose === undefined || settings.noControl) return { status: 'ok' };
    guardControl(request, settings);
    const { entries, used } = mock.journalSpace;
    return { status: 'ok', journal: { entries, bytes: used } };
  };
  root.at('/health').get('health', health, {
    summary: 'Check that the server is alive',
    querystring: HealthQuery,
    200: Health,
    refuses: ['control_token_invalid', 'host_forbidden', 'origin_forbidden'],
  });
  root.at('/ready').get('readiness', () => ({ status: 'ready' }) as const, {
    summary: 'Check that the server is ready',
    200: wrapIn('status', Type.Literal('ready')),
  });
  if (!settings.noControl) addGuardedRoutes(scope, root, options);
  done();
});

const HealthQuery = Type.Object(
  optional({ verbose: Field.text('Adds the size of the journals; guarded as the control API is.') }),
);
const Health = exactly({
  status: Type.Literal('ok'),
  ...optional({
    journal: exactly({
      entries: Field.count('Requests in all journals.'),
      bytes: Field.count('What they take in memory, estimated: never less than they do.'),
    }),
  }),
});

const Version = exactly({
  version: NonEmptyText,
  profile: Field.of(ProfileName, 'That of the server.'),
  seed: NonEmptyText,
});

/** Validates a body or a query as it is: a number in a query is text, and a field too many is a problem. */
function strictly({ schema, httpPart }: { schema: TSchema; httpPart?: string }) {
  // What a path names is looked up, not validated.
  if (httpPart === 'params') return () => true;
  return validatorOf(schema, httpPart === 'querystring' ? 'query_invalid' : 'body_invalid');
}

/** A validator for a route's schema, which reports every problem. */
function validatorOf(schema: TSchema, code: InputCode, convert = (given: unknown) => given) {
  const check = checker(schema);
  return (given: unknown) => {
    const checked = check(convert(given));
    return checked.ok ? { value: checked.value } : { error: invalid(code, checked.problems) };
  };
}

/** The validator of routes that a maintainer adds: numbers and booleans in a query, path or header are converted. */
export function convertingValidator({ schema, httpPart }: { schema: TSchema; httpPart?: string }) {
  if (httpPart === 'body') return validatorOf(schema, 'body_invalid');
  return validatorOf(schema, 'query_invalid', (given) => Convert(schema, given));
}

function addGuardedRoutes(app: FastifyInstance, root: Resource<[]>, options: ControlOptions): void {
  const { mock, connections, version, readFile } = options;
  root.at('/fidelity').get('showFidelity', () => ({ note: NO_RAW_REPLY, behaviours: [...FIDELITY] }), {
    summary: 'Show every behaviour with its evidence',
    200: Fidelity,
  });
  const { seed } = mock.settings;
  root.at('/version').get('showVersion', () => ({ version, profile: mock.profile.name, seed }), {
    summary: 'Show version, profile and seed',
    200: Version,
  });
  uiRoutes(app, root, readFile);
  docsRoutes(root, readFile);
  controlRoutes(root, mock, connections);
}

/** Reads every body as JSON, regardless of its content type: `curl -d` says that it sends a form. */
function takeJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
    done(null, parseBody(body as string)),
  );
  // Fastify closes the connection, and so drops the requests behind, where it is the parser that fails.
  scope.addHook('preValidation', (request, _reply, done) => {
    const { body, routeOptions } = request;
    if (body instanceof ControlError) throw body;
    if (body === undefined && routeOptions.config.bodyOptional === true) request.body = {};
    done();
  });
}

function parseBody(body: string): unknown {
  try {
    return body === '' ? undefined : JSON.parse(body);
  } catch {
    // V8's own message quotes the text.
    return new ControlError('body_malformed', `the body is not JSON: ${describeSyntaxError(body)}`);
  }
}

/** Answers what a control request failed with, in the envelope of all errors, which quotes no key. */
export function sendControlError(reply: FastifyReply, error: Error | Refusal, parts: Parts): FastifyReply {
  const { request } = reply;
  const { code, status, messages, allow } = controlProblem(error, request.routeOptions.bodyLimit, parts);
  request.pending.controlCode = code;
  const errors = messages.map((message) => ({ code, message: parts.mock.workspaces.mask(message) }));
  if (allow !== undefined) reply.header('allow', allow.join(', '));
  return reply.code(status).send({ message: 'error', errors });
}

function tooLarge(limit: number): string {
  return `the body is larger than ${limit} bytes; send a smaller one, or load the data from a file with --fixtures`;
}

/** What the HTTP layer and Fastify refuse by themselves too, in our codes. */
function controlProblem(
  error: (Error & { code?: string; statusCode?: number }) | Refusal,
  bodyLimit: number | undefined,
  { mock, limits, log }: Parts,
): Pick<ControlError, 'status' | 'messages' | 'allow'> & { code: string } {
  if (error instanceof ControlError) return error;
  if (error instanceof Refusal) {
    const [reason] = error.reasons;
    const message = reason.code === 'body_too_large' ? tooLarge(reason.limit) : sentence(reason);
    return { code: reason.code, status: statusOf(reason), messages: [message], allow: undefined };
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new ControlError('body_too_large', tooLarge(bodyLimit ?? limits.body));
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new ControlError('body_malformed', `the body cannot be read: ${error.message}`);
  log.error({ err: maskedError(error, mock.workspaces.mask) }, 'failed to answer a request');
  return new ControlError('internal_server_error', 'the control API failed; its log says why');
}
