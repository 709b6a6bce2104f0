import { Type } from '@sinclair/typebox';
import type { Endpoint } from '../context.js';
import { PageParameters, type PageQuery, readPage, warnOfPageBeyond } from './page.js';

export const CampaignsParameters = Type.Object({
  page: Type.Optional(Type.Integer({ minimum: 0, description: 'Page of campaigns, from 0: empty. Default: 0.' })),
  include_archived: Type.Optional(Type.Boolean({ description: 'Accepted, without effect.' })),
  sort_direction: PageParameters.sort_direction,
  'last_edit.time[gt]': Type.Optional(Type.String({ description: 'Accepted, without effect.' })),
});

/** `GET /campaigns/list`, always empty: connectors test their credentials there [ours]. */
export const campaigns: Endpoint<PageQuery> = {
  path: '/campaigns/list',
  permission: 'campaigns.list',
  parameters: CampaignsParameters,
  subject: 'workspace',
  answer: 'campaigns',
  read: (parameters, { strict }) => readPage(parameters, CampaignsParameters, strict),
  reply(context) {
    warnOfPageBeyond(context, context.query.page, 0, 'campaigns');
    return context.profile.campaigns();
  },
};
