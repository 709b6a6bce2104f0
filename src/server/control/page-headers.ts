import { Type } from '@sinclair/typebox';

/**
 * What a page and everything that it loads may do: talk to this server alone. Another site must not frame it, because
 * a click in the frame would control the mock. `default-src` covers none of the last three directives.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** The headers of a page; `x-frame-options` is for browsers without `frame-ancestors`. */
function pageHeaders(policy: readonly string[]) {
  return { 'content-security-policy': policy.join('; '), 'x-frame-options': 'DENY' };
}

/** Of `/__mock/ui`. */
export const UI_HEADERS = pageHeaders([...POLICY, "require-trusted-types-for 'script'"]);

/** Of `/__mock/docs`: Swagger UI writes `innerHTML`, which trusted types forbid. */
export const DOCS_HEADERS = pageHeaders(POLICY);

/** The schemas of these headers. */
export function headerSchemas(headers: typeof UI_HEADERS) {
  return {
    'content-security-policy': Type.Literal(headers['content-security-policy'], {
      description: 'Everything is loaded from this server, and no other site may frame the page.',
    }),
    'x-frame-options': Type.Literal(headers['x-frame-options'], {
      description: 'The same for browsers without `frame-ancestors`.',
    }),
  };
}
