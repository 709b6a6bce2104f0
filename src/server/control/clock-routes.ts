import type { FastifyReply } from 'fastify';
import { ClockSetting } from '../../core/time/clock.js';
import { Advance, advanceClock, ClockView, clockView, setClock } from '../../operations/clock.js';
import { RateLimitSetting, RateLimitView, rateLimitView, setRateLimit } from '../../operations/rate-limit.js';
import { type ControlScope, type Find, OF_WORKSPACE } from './scope.js';

const CLOCK = '/workspaces/:name/clock';
const LIMIT = '/workspaces/:name/rate-limit';

/** The routes of a workspace's clock, and of its rate limit, which depends on the clock. */
export function clockRoutes(app: ControlScope, workspaceOf: Find): void {
  const clock = { ...OF_WORKSPACE, response: { 200: ClockView } };
  app.get(CLOCK, { schema: { ...clock, summary: 'Show its clock', operationId: 'showClock' } }, ({ params }) =>
    clockView(workspaceOf(params)),
  );
  app.put(
    CLOCK,
    {
      schema: {
        ...clock,
        summary: 'Freeze it, or run it from an instant or at a scale',
        operationId: 'setClock',
        body: ClockSetting,
      },
    },
    ({ params, body }) => setClock(workspaceOf(params), body),
  );
  app.delete(
    CLOCK,
    { schema: { ...clock, summary: 'Return to the clock of the fixture or of `--clock`', operationId: 'resetClock' } },
    ({ params }) => {
      const workspace = workspaceOf(params);
      workspace.clock.reset();
      return clockView(workspace);
    },
  );
  app.post(
    `${CLOCK}/advance`,
    { schema: { ...clock, summary: 'Advance it by a duration', operationId: 'advanceClock', body: Advance } },
    ({ params, body }) => advanceClock(workspaceOf(params), body),
  );
  rateLimitRoutes(app, workspaceOf);
}

function rateLimitRoutes(app: ControlScope, workspaceOf: Find): void {
  const limit = { ...OF_WORKSPACE, response: { 200: RateLimitView } };
  app.get(
    LIMIT,
    { schema: { ...limit, summary: 'Show its quota and the requests left', operationId: 'showRateLimit' } },
    ({ params }, reply) => sendJson(reply as FastifyReply, rateLimitView(workspaceOf(params))),
  );
  app.put(
    LIMIT,
    {
      schema: {
        ...limit,
        summary: 'Set the quota, the requests left, or both; or turn it `"off"`',
        operationId: 'setRateLimit',
        body: RateLimitSetting,
      },
    },
    ({ params, body }, reply) => sendJson(reply as FastifyReply, setRateLimit(workspaceOf(params), body)),
  );
}

/** Fastify sends a string as is, but "off" must be serialized as JSON. */
function sendJson(reply: FastifyReply, value: RateLimitView): void {
  void reply.type('application/json; charset=utf-8').send(JSON.stringify(value));
}
