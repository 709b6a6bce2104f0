import type { FastifyReply } from 'fastify';
import { ClockSetting } from '../../core/time/clock.js';
import { Advance, advanceClock, ClockView, clockView, setClock } from '../../operations/clock.js';
import { RateLimitSetting, RateLimitView, rateLimitView, setRateLimit } from '../../operations/rate-limit.js';
import { type ControlScope, type Find, OF_WORKSPACE } from './scope.js';

const CLOCK = '/workspaces/:name/clock';
const LIMIT = '/workspaces/:name/rate-limit';

/** The routes of a workspace's clock, and of its rate limit, which goes by the clock. */
export function clockRoutes(app: ControlScope, named: Find): void {
  const clock = { ...OF_WORKSPACE, response: { 200: ClockView } };
  app.get(CLOCK, { schema: { ...clock, summary: 'Show its clock', operationId: 'showClock' } }, ({ params }) =>
    clockView(named(params)),
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
    ({ params, body }) => setClock(named(params), body),
  );
  app.delete(
    CLOCK,
    { schema: { ...clock, summary: 'Return to the clock of the fixture or of `--clock`', operationId: 'resetClock' } },
    ({ params }) => {
      const workspace = named(params);
      workspace.clock.reset();
      return clockView(workspace);
    },
  );
  app.post(
    `${CLOCK}/advance`,
    { schema: { ...clock, summary: 'Advance it by a duration', operationId: 'advanceClock', body: Advance } },
    ({ params, body }) => advanceClock(named(params), body),
  );
  rateLimitRoutes(app, named);
}

function rateLimitRoutes(app: ControlScope, named: Find): void {
  const limit = { ...OF_WORKSPACE, response: { 200: RateLimitView } };
  app.get(
    LIMIT,
    { schema: { ...limit, summary: 'Show its quota and the requests left', operationId: 'showRateLimit' } },
    ({ params }, reply) => sendJson(reply as FastifyReply, rateLimitView(named(params))),
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
    ({ params, body }, reply) => sendJson(reply as FastifyReply, setRateLimit(named(params), body)),
  );
}

/** Fastify takes a string for a body written out already, but "off" is a JSON value like any other. */
function sendJson(reply: FastifyReply, value: RateLimitView): void {
  void reply.type('application/json; charset=utf-8').send(JSON.stringify(value));
}
