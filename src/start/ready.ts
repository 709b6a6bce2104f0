import { systemClock } from '../system/clock.js';
import { startingWorkspace } from '../operations/workspaces.js';
import { VERSION } from './package.js';
import { quoted } from './quote.js';
import type { ProfileName } from '../core/profiles/names.js';
import type { Settings } from './settings.js';
import type { Started } from './start.js';
import type { Workspace } from '../core/workspaces/workspace.js';

type Ready = Pick<Started, 'mock' | 'server'> & { settings: Settings };

/** The line that scripts wait for: JSON, regardless of the log's level and format. */
export function readyLine({ settings: { profile, noControl }, server: { origin, url, httpsUrl } }: Ready): string {
  const line = {
    level: 30,
    time: systemClock.now(),
    msg: 'ready',
    url,
    httpsUrl,
    // Not twice the same URL: scripts look for the first one in the line.
    origin: origin === url ? undefined : origin,
    ui: noControl ? undefined : uiOf(origin),
    version: VERSION,
    profile,
  };
  return `${JSON.stringify(line)}\n`;
}

/** Where to look at the mock that is served at an origin. */
export function uiOf(origin: string): string {
  return `${callableUrl(origin)}/__mock/ui`;
}

/** Explains the profile to users who did not choose one. */
const PROFILE_NOTES: Record<ProfileName, string[]> = {
  documented: [
    'documented: replies follow the endpoint reference, not what Braze was seen to send.',
    'To test production code, start with --profile observed.',
  ],
  observed: ['observed: replies are those of Braze, as far as they are known.'],
};

/** The text for a terminal, with all that a first call requires. */
export function banner({ mock, server, settings }: Ready): string {
  const url = callableUrl(server.url);
  const { httpsUrl, origin } = server;
  const { name, apiKey } = startingWorkspace(mock);
  const workspace = mock.workspaces.get(name) as Workspace;
  const rows: [label: string, ...lines: string[]][] = [
    ['URL', url],
    ['HTTPS', ...(httpsUrl === undefined ? [] : [callableUrl(httpsUrl)])],
    ['API key', `${apiKey} (workspace ${name})`],
    ['Profile', ...PROFILE_NOTES[workspace.profile.name]],
    ['Look', ...(settings.noControl ? [] : [uiOf(origin)])],
    ['API docs', ...(settings.noControl ? [] : [`${callableUrl(origin)}/__mock/docs`])],
  ];
  const lines = rows.flatMap(([label, ...texts]) =>
    texts.map((text, index) => `  ${(index === 0 ? label : '').padEnd(10)}${text}`),
  );
  const call = firstCall(url, workspace, apiKey);
  return ['', `braze-segments-mock ${VERSION} is ready`, '', ...lines, '', ...call].map((line) => `${line}\n`).join('');
}

/** A call that succeeds, if the key has the permission. */
function firstCall(url: string, { apiKeys, catalogue }: Workspace, apiKey: string): string[] {
  const mayAsk = apiKeys.get(apiKey)?.permissions.has('segments.data_series') === true;
  const segment = catalogue.list().find(({ analyticsTrackingEnabled, fault }) => analyticsTrackingEnabled && !fault);
  if (!mayAsk || segment === undefined) return [];
  const query = new URLSearchParams({ segment_id: segment.id, length: '7' }).toString();
  return [
    `  curl ${quoted([`${url}/segments/data_series?${query}`])} \\`,
    `    --header ${quoted([`Authorization: Bearer ${apiKey}`])}`,
    '',
  ];
}

/** Replaces wildcard addresses, which not every client can call. */
function callableUrl(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
