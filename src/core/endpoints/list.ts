import { Type } from '@sinclair/typebox';
import type { Endpoint } from '../context.js';
import { PageParameters, type PageQuery, readPage, warnOfPageBeyond } from './page.js';

export const PAGE_SIZE = 100;

export const ListParameters = Type.Object(PageParameters);

/** `GET /segments/list` [documented]: a page of the workspace's segments. A page past the end is an empty list. */
export const list: Endpoint<PageQuery> = {
  path: '/segments/list',
  permission: 'segments.list',
  parameters: ListParameters,
  subject: 'workspace',
  answer: 'list',
  read: (parameters, { strict }) => readPage(parameters, ListParameters, strict),
  reply(context) {
    const { profile, opened, query } = context;
    const { catalogue } = opened.workspace;
    const segments = catalogue.page(query.page, PAGE_SIZE, query.direction);
    if (segments.length === 0) warnOfPageBeyond(context, query.page, catalogue.listed, 'segments');
    return profile.list(segments);
  },
};
