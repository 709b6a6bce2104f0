export function pathOf(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? url : url.slice(0, mark);
}

/** The normalized path of a URL: decoded, without doubled and trailing slashes. */
export function plainPath(url: string): string {
  const path = pathOf(url);
  if (!/%|\/\/|.\/$/.test(path)) return path;
  return decoded(path, decodeURI)
    .replace(/\/{2,}/g, '/')
    .replace(/(.)\/$/, '$1');
}

/** Percent-decoded if it can be. */
export function decoded(text: string, decode = decodeURIComponent): string {
  try {
    return decode(text);
  } catch {
    return text;
  }
}

/** The part of a path beneath a base path; empty where it is not beneath it. */
export function pathBeneath(path: string, basePath = ''): string {
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : '';
}
