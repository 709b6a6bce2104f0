import type { FastifyReply } from 'fastify';
import { ClockSetting } from '../../core/time/clock.js';
import { Advance, advanceClock, ClockView, clockView, setClock } from '../../operations/clock.js';
import { RateLimitSetting, RateLimitView, rateLimitView, setRateLimit } from '../../operations/rate-limit.js';
import { type ControlScope, type Find, OF_WORKSPACE, operation } from './scope.js';

const CLOCK = '/workspaces/:name/clock';
const LIMIT = '/workspaces/:name/rate-limit';

/** The routes of a workspace's clock, and of its rate limit, which depends on the clock. */
export function clockRoutes(app: ControlScope, workspaceOf: Find): void {
  const clock = { 200: ClockView };
  app.get(CLOCK, operation(OF_WORKSPACE, 'showClock', 'Show its clock', clock), ({ params }) =>
    clockView(workspaceOf(params)),
  );
  app.put(
    CLOCK,
    operation(OF_WORKSPACE, 'setClock', 'Freeze it, or run it from an instant or at a scale', clock, {
      body: ClockSetting,
    }),
    ({ params, body }) => setClock(workspaceOf(params), body),
  );
  app.delete(
    CLOCK,
    operation(OF_WORKSPACE, 'resetClock', 'Return to the clock of the fixture or of `--clock`', clock),
    ({ params }) => {
      const workspace = workspaceOf(params);
      workspace.clock.reset();
      return clockView(workspace);
    },
  );
  app.post(
    `${CLOCK}/advance`,
    operation(OF_WORKSPACE, 'advanceClock', 'Advance it by a duration', clock, { body: Advance }),
    ({ params, body }) => advanceClock(workspaceOf(params), body),
  );
  const limit = { 200: RateLimitView };
  app.get(
    LIMIT,
    operation(OF_WORKSPACE, 'showRateLimit', 'Show its quota and the requests left', limit),
    ({ params }, reply) => sendJson(reply as FastifyReply, rateLimitView(workspaceOf(params))),
  );
  app.put(
    LIMIT,
    operation(OF_WORKSPACE, 'setRateLimit', 'Set the quota, the requests left, or both; or turn it `"off"`', limit, {
      body: RateLimitSetting,
    }),
    ({ params, body }, reply) => sendJson(reply as FastifyReply, setRateLimit(workspaceOf(params), body)),
  );
}

/** Fastify sends a string as is, but "off" must be serialized as JSON. */
function sendJson(reply: FastifyReply, value: RateLimitView): void {
  void reply.type('application/json; charset=utf-8').send(JSON.stringify(value));
}
