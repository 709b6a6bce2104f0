/** The path of a URL as it was sent. */
export function pathOf(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? url : url.slice(0, mark);
}

/** The path of a URL as the router reads it: decoded; doubled and trailing slashes do not count. */
export function plainPath(url: string): string {
  const path = pathOf(url);
  if (!/%|\/\/|.\/$/.test(path)) return path;
  return decoded(path)
    .replace(/\/{2,}/g, '/')
    .replace(/(.)\/$/, '$1');
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
