import { distance } from 'fastest-levenshtein';
import type { RequestContext } from '../context.js';
import { endpointsBeneath } from '../endpoints/endpoints.js';
import { plusParameters, queryStringOf } from '../endpoints/parameters.js';
import { decoded, pathBeneath, plainPath } from '../endpoints/paths.js';
import type { Warning } from '../journal/trace.js';
import type { Reason } from '../refusals/codes.js';
import type { Catalogue } from '../segments/catalogue.js';
import { keyHint } from './key-hint.js';

type NearMiss = Omit<Extract<Warning, { code: 'near_miss' }>, 'code'>;

/** Longer texts are not searched, which bounds the time that a hostile one costs. */
const MAX_TEXT_LENGTH = 300;

/** An unfilled variable or template, the whole text or a part of it. */
const UNFILLED =
  /\{\{.*\}\}|[$#@]\{.*\}|<%.*%>|%\(.*\)s|^(?:undefined|null|none|nil|nan|\[object \w+\]|<.+>|\{.*\}|\$\w+|:[a-z]\w*|%[sd]|%\w+%)$/is;

/** Warns of what the caller may have meant by what was refused, where that comes near to something known. */
export function warnOfNearMisses(context: RequestContext, reasons: readonly Reason[]): void {
  const { parameters = [], endpoint, request, path } = context;
  const withPlus = context.parameters === undefined ? [] : plusParameters(queryStringOf(request.target));
  for (const reason of reasons) {
    const near = nearMissOf(context, reason);
    if (near !== undefined) context.warn({ code: 'near_miss', ...near });
  }
  const refused = new Set(reasons.map(parameterOf));
  if (withPlus.some(({ name }) => refused.has(name) && name !== 'ending_at')) context.warn({ code: 'unencoded_plus' });
  const unfilled = parameters.filter(({ value }) => isUnfilled(value)).map(({ name }) => name);
  const known = unfilled.filter((name) => Object.hasOwn(endpoint?.parameters.properties ?? {}, name));
  if (endpoint === undefined && isUnfilled(decoded(path))) known.push('the path');
  for (const what of known)
    context.warn({ code: 'near_miss', says: `${what} has a placeholder that was not filled in` });
}

function nearMissOf({ mock, opened, path, request }: RequestContext, reason: Reason): NearMiss | undefined {
  switch (reason.code) {
    case 'not_found':
      return exchangeNear(mock, path) ?? pathNear(reason.path, mock.settings.basePath);
    case 'segment_not_found':
      return opened && segmentNear(opened.workspace.catalogue, reason.segmentId);
    case 'api_key_missing':
    case 'api_key_invalid': {
      const header = request.headers['authorization'] as string | undefined;
      const isForeign = 'foreignInstance' in reason && reason.foreignInstance !== undefined;
      if (header === undefined || header.length > 2 * MAX_TEXT_LENGTH || isForeign) return undefined;
      const near = keyHint(mock.workspaces, header);
      const isPlaceholder = near === '' && isUnfilled(header.replace(/^bearer\s+/i, ''));
      const says = isPlaceholder ? 'the key is a placeholder that was not filled in' : near;
      return says === '' ? undefined : { about: 'Authorization', says };
    }
    default:
      return undefined;
  }
}

/** The parameter that a reason is about. */
function parameterOf(reason: Reason): string {
  if ('name' in reason) return reason.name;
  return reason.code === 'segment_not_found' ? 'segment_id' : reason.code.replace(/_(?:invalid|required)$/, '');
}

/** Decoded, because a placeholder may have been encoded twice. */
function isUnfilled(text: string): boolean {
  const [plain, twice] = [text.slice(0, MAX_TEXT_LENGTH).trim(), decoded(text.slice(0, MAX_TEXT_LENGTH)).trim()];
  return UNFILLED.test(plain) || UNFILLED.test(twice);
}

function exchangeNear({ exchanges, settings }: RequestContext['mock'], path: string): NearMiss | undefined {
  const [first, ...more] = exchanges.requestsOf(pathBeneath(path, settings.basePath));
  if (first === undefined) return undefined;
  const others = more.length === 0 ? '' : ` and ${more.length} more with this path`;
  return { says: `the fixtures answer other requests of this path: ${first}${others}` };
}

/** Edits between two paths that count as one mistake of typing. */
const FEW_EDITS = 2;

function pathNear(sent: string, basePath = ''): NearMiss | undefined {
  if (sent.length > MAX_TEXT_LENGTH) return undefined;
  const whole = decoded(sent);
  if (basePath !== '' && plainPath(whole).startsWith(`${basePath}/__mock`))
    return { says: `the control API is not under the base path; leave out ${basePath}` };
  const sentPlain = plainPathOf(whole.replace(/[?&;#].*$/s, ''));
  const base = plainPathOf(basePath);
  const isBaseMissing = !sentPlain.startsWith(base);
  const plain = isBaseMissing ? sentPlain : sentPlain.slice(base.length);
  const known = endpointsBeneath(basePath).paths.map((path) => ({ path, plain: plainPathOf(path).slice(base.length) }));
  const found =
    known.find((one) => plain.includes(one.plain)) ?? known.find((one) => distance(plain, one.plain) <= FEW_EDITS);
  if (found === undefined) return undefined;
  const separator = /[&;]/.test(whole) ? '; parameters follow a "?"' : '';
  const mark = whole.includes('?') ? '; its "?" was percent-encoded' : separator;
  const missing = isBaseMissing ? `the base path ${basePath} is missing; ` : '';
  return { says: `${missing}did you mean ${found.path}?${mark}` };
}

function plainPathOf(path: string): string {
  return path
    .toLowerCase()
    .replace(/[\\/]+/g, '/')
    .replace(/[^a-z0-9/]|\/$/g, '');
}

function segmentNear(catalogue: Catalogue, sent: string): NearMiss | undefined {
  const near = catalogue.near(sent) ?? catalogue.near(decoded(sent));
  if (near === undefined) return undefined;
  const { id, isName, isMisspelt = false } = near;
  if (isMisspelt) return { says: 'did you mean the segment', value: id };
  if (isName) return { says: 'segment_id takes the id, not the name; the segment of this name has the id', value: id };
  const trimmed = sent.trim();
  const written = (how: string): NearMiss => ({ says: `${how}, it is the segment`, value: id });
  if (trimmed === id) return written('without the spaces around it');
  if (trimmed.toLowerCase() === id.toLowerCase()) return written('in another case');
  return written(trimmed.includes(id) ? 'without the characters around it' : 'written in another way');
}
