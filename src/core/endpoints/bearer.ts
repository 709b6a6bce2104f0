/** The token of `Authorization: Bearer <token>`; `undefined` for any other header. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}
