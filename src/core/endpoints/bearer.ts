/** The token of `Authorization: Bearer <token>`; `undefined` for any other header. */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || !/^bearer +\S+$/i.test(authorization)) return undefined;
  return authorization.slice(authorization.lastIndexOf(' ') + 1);
}
