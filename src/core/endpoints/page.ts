import { type TObject, Type } from '@sinclair/typebox';
import { oneOf } from '../../schema/shapes.js';
import type { Query, RequestContext } from '../context.js';
import { isWholeNumber, type Parameter, ParameterReader } from './parameters.js';

/** The parameters shared by the lists [documented]. */
export const PageParameters = {
  page: Type.Optional(Type.Integer({ minimum: 0, description: 'Page of 100 segments, from 0. Default: 0.' })),
  sort_direction: Type.Optional(oneOf(['asc', 'desc'], { description: 'Oldest or newest first. Default: asc.' })),
};

export interface PageQuery extends Query {
  page: number;
  direction: 'asc' | 'desc';
}

/** @throws Refusal with every problem of the parameters. */
export function readPage(parameters: readonly Parameter[], endpoint: TObject, strict: boolean): PageQuery {
  const reader = new ParameterReader<keyof typeof PageParameters>(parameters);
  reader.check('page', (found = '0') => (isWholeNumber(found) ? undefined : { code: 'page_invalid', found }));
  reader.check('sort_direction', (found = 'asc') =>
    found === 'asc' || found === 'desc' ? undefined : { code: 'sort_direction_invalid', found },
  );
  reader.refuseProblems(endpoint, strict);
  return {
    page: Number(reader.value('page') ?? 0),
    direction: reader.value('sort_direction') === 'desc' ? 'desc' : 'asc',
  };
}

/** Warns of a page behind the last one; the first page is there even if it is empty. */
export function warnOfPageBeyond(context: RequestContext, page: number, listed: number, what: string): void {
  if (page > 0) context.warn({ code: 'page_beyond', page, listed, what });
}
