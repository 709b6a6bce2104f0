import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { bearerToken } from '../../core/endpoints/bearer.js';
import { plainPath } from '../../core/endpoints/paths.js';
import type { AccessSettings } from '../options.js';
import type { Paths } from '../paths.js';
import { hostNamesIn } from '../tls/hosts.js';
import { instanceOfHost } from '../../core/workspaces/instances.js';
import { ControlError } from '../../operations/errors.js';

/**
 * Does a path answer without a token and to any host or origin? Health checks do, because orchestrators send no
 * token; so do the API document and the pages, because a browser cannot send a token when it opens a page.
 */
export function isOpen(path: string): boolean {
  return /^\/(__mock(\/(health|ready|(docs|ui)(\/[^/]+)?)?)?|openapi\.json)$/.test(path);
}

/**
 * Rejects a request for the control API that has no route. The guard runs first, so that an outsider cannot tell
 * which routes exist.
 * @throws ControlError as `guardControl` does, or `not_found`, `method_not_allowed`.
 */
export function requireControlRoute(request: FastifyRequest, paths: Paths, settings: AccessSettings): void {
  const path = plainPath(request.url);
  if (!request.is404 && isOpen(path)) return;
  if (!settings.noControl) guardControl(request, settings);
  if (!request.is404) return;
  const allow = paths.methodsOf(path);
  if (allow === undefined) {
    const near = paths.near(path);
    const remedy = near === undefined ? 'docs/control-api.md lists the control API' : `did you mean ${near}?`;
    throw new ControlError('not_found', `unknown path ${path}; ${remedy}`);
  }
  const message = `${path} does not answer ${request.method}; use ${allow.join(', ')}`;
  throw Object.assign(new ControlError('method_not_allowed', message), { allow });
}

/**
 * Rejects requests from foreign web pages, and requests without the token. A page can make a browser send
 * requests to this machine; it cannot forge their `Origin` and `Sec-Fetch-Site`, nor, once a name of its own points
 * here, their `Host`.
 * @throws ControlError `host_forbidden`, `origin_forbidden`, `control_token_invalid`.
 */
export function guardControl(request: FastifyRequest, { controlHost, controlToken }: AccessSettings): void {
  const { headers } = request;
  const host = headers.host ?? '';
  if (!isPrivateHost(hostName(host), controlHost)) {
    const remedy = `call it as localhost or by its IP address, or start with --control-host ${hostName(host)}`;
    throw new ControlError('host_forbidden', `request for the public-looking host ${host} rejected; ${remedy}`);
  }
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, host))
    throw new ControlError('origin_forbidden', rejected('cross-origin', 'Origin', headers.origin));
  // A browser says that the page is one of this server's, or none: the user typed the address.
  const { 'sec-fetch-site': site = 'none' } = headers;
  const isOwnSite = site === 'same-origin' || site === 'none';
  if (headers.origin === undefined && !isOwnSite && !isNavigation(request))
    throw new ControlError('origin_forbidden', rejected('cross-site', 'Sec-Fetch-Site', site));
  if (controlToken !== undefined && !isSame(bearerToken(headers.authorization) ?? '', controlToken)) {
    const remedy = 'send the header "Authorization: Bearer <token>" with the --control-token';
    throw new ControlError('control_token_invalid', remedy);
  }
}

/** A host without its port. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

/** Could no public DNS name be behind it? */
function isPrivateHost(name: string, controlHost = ''): boolean {
  if (!name.includes('.') || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return true;
  // `.test` is reserved [RFC 6761]; `.svc` is a Kubernetes service, `.svc.cluster.local` its full name.
  if (/\.(localhost|local|internal|test|svc)$/.test(name)) return true;
  if (hostNamesIn(controlHost).map(hostName).includes(name)) return true;
  return instanceOfHost(name) !== undefined;
}

/** The names of this machine are one; who serves a page under one of them serves it under the others. */
function canonicalHost(host: string): string {
  return host.toLowerCase().replace(/^(localhost|127\.0\.0\.1|\[::1\])(?=:|$)/, 'localhost');
}

function isOwnOrigin(origin: string, host: string): boolean {
  const match = /^https?:\/\/(.+)$/i.exec(origin);
  return match?.[1] !== undefined && canonicalHost(match[1]) === canonicalHost(host);
}

/**
 * Does a request open a page in a tab, as a click on a link does? It changes nothing, and the page with the link sees
 * nothing of the reply. A frame is another destination [W3C Fetch Metadata; web.dev, resource isolation policy].
 */
function isNavigation({ method, headers }: FastifyRequest): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

function rejected(kind: string, header: string, value: string): string {
  return `${kind} request rejected (${header}: ${value}); call the control API from outside a browser, or from a page of this server`;
}

/** Compares in a time that tells nothing of where the two differ, or how long the right one is. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
