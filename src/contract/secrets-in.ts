import { decoded } from '../core/endpoints/paths.js';
import { REPLACED_KEY } from '../core/exchanges/exchanges.js';
import { fromBase64 } from '../core/workspaces/masking.js';
import { isSecretName } from '../schema/secrets.js';
import { redactorOf } from './redact.js';

/** Shorter ones from requests may be ordinary words, such as "null". */
const SHORTEST = 6;

/** A field that carries a key, in a query, a form or JSON. Page tokens are not among them. */
const FIELD =
  /(?<![\w-])(?:(?:api|rest|app|access|auth|secret|braze)[-_]?)*(?:key|token|secret|password)["']?\s*[=:]\s*["']?([^"'&;,\s}]+)/gi;
const SCHEME = /^(?:bearer|basic|digest|token|api-?key)$/i;

/** What of a request may carry a secret; header names and values in turn. */
export interface Carrier {
  target: string;
  rawHeaders: readonly string[];
  body: string;
}

/** Replaces the secrets that requests were seen to carry, from the first one on. */
export class Redaction {
  readonly #known = new Map<string, (text: string) => string>();

  /** Of a request with its reply. */
  of(carrier: Carrier): (text: string) => string {
    const found = secretsIn(carrier);
    for (const secret of found) this.learn(secret);
    // Without a key in a usual place, it may be anywhere, where it cannot be told from an id.
    const texts = found.length > 0 ? [] : [carrier.target, ...carrier.rawHeaders];
    const guessed = texts.flatMap((text) => formDecoded(text).match(/(?=[\w-]*\d)[\w-]{16,}/g) ?? []);
    const redactors = [...this.#known.values(), ...guessed.map(redactorOf)];
    return (text) => redactors.reduce((redacted, redact) => redact(redacted), text);
  }

  learn(secret: string): void {
    if (!this.#known.has(secret)) this.#known.set(secret, redactorOf(secret));
  }
}

function secretsIn({ target, rawHeaders, body }: Carrier): string[] {
  const fields = [target, body].flatMap((text) =>
    Array.from(text.matchAll(FIELD), ([, value = '']) => formDecoded(value)),
  );
  const headers = pairsOf(rawHeaders).flatMap(([name, value]) => (isSecretName(name) ? wordsOf(value) : []));
  return [...headers, ...fields].filter((text) => text.length >= SHORTEST && !SCHEME.test(text));
}

/** The words of a header, and those of `Basic` credentials. */
function wordsOf(value: string): string[] {
  const words = value.split(/[\s:=,;"']+/);
  return [...words, ...(/^basic\b/i.test(value) ? words.flatMap((word) => fromBase64(word).split(':')) : [])];
}

/** Names and values that stand in turn, as pairs. */
export function pairsOf(raw: readonly string[]): [name: string, value: string][] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));
}

/** The value of a header that carries a credential, without it. */
export function withoutCredential(value: string): string {
  const [scheme = ''] = value.split(' ');
  return SCHEME.test(scheme) ? `${scheme} ${REPLACED_KEY}` : REPLACED_KEY;
}

const formDecoded = (text: string) => decoded(text.replaceAll('+', ' '));
