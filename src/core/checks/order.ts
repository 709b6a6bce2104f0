import { authorization, apiKey, permission } from './api-key.js';
import { Order } from './check.js';
import { fault } from './fault.js';
import { parameters } from './parameters.js';
import { method, path } from './path.js';
import { rateLimit } from './rate-limit.js';
import { readable } from './readable.js';
import { recorded } from './recorded.js';
import { analytics, segment } from './segment.js';
import { window } from './window.js';

/** The order of refusals, a promise to callers: the first check that fails answers [wire contract, 2]. */
export const ORDER = Order.start
  .next(readable)
  .next(path)
  .next(method)
  .next(authorization)
  .next(apiKey)
  .next(recorded)
  .next(permission)
  .next(rateLimit)
  .next(fault)
  .next(parameters)
  .next(segment)
  .next(analytics)
  .next(window);

export const CHECKS = ORDER.steps;
