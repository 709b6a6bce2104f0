import { Type } from '@sinclair/typebox';
import type { Endpoint } from '../context.js';
import { PageParameters, type PageQuery, readPage } from './page.js';

/** Segments on a page [documented]. */
const PAGE_SIZE = 100;

/** The parameters of `GET /segments/list` [documented]. */
export const ListParameters = Type.Object(PageParameters);

/** `GET /segments/list` [documented]: a page of the workspace's segments. A page past the end is an empty list. */
export const list: Endpoint<PageQuery> = {
  path: '/segments/list',
  permission: 'segments.list',
  parameters: ListParameters,
  subject: 'workspace',
  answer: 'list',
  read: (parameters, { strict }) => readPage(parameters, ListParameters, strict),
  reply: ({ profile, opened, query: { page, direction } }) =>
    profile.list(opened.workspace.catalogue.page(page, PAGE_SIZE, direction)),
};
