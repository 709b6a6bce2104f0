import { opened } from './authenticate.js';
import type { Exchange } from './exchange.js';
import type { ListQuery } from './query.js';

/** Segments on a page [documented]. */
const PAGE = 100;

/** The body of `GET /segments/list`: a page of the workspace's segments. A page past the end is an empty list. */
export function listBody(exchange: Exchange, { page, direction }: ListQuery): string {
  const { catalogue } = opened(exchange).workspace;
  return exchange.profile.list(catalogue.page(page, PAGE, direction));
}
