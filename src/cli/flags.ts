import { parseArgs } from 'node:util';
import { closestName } from '../schema/did-you-mean.js';
import { check } from '../schema/checker.js';
import { describeProblem, expectedOf, show, showSecret } from '../schema/problems.js';
import { isSecretName } from '../schema/secrets.js';
import type { Flag } from '../start/settings.js';

/** The text of a flag or a variable, and where it was found. A flag that adds up may have several. */
export interface Found<F extends Flag = Flag> {
  setting: F;
  source: string;
  texts: string[];
}

/** Reads the tokens of `parseArgs`. Its strict mode would throw at the first mistake; this reports all. */
export function readFlags<F extends Flag>(
  args: readonly string[],
  flags: readonly F[],
  problems: string[],
  onArgument: (argument: string) => void,
): Found<F>[] {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      flags.map((one) => [one.flag.slice(2), { type: valueAlone(one) === undefined ? 'string' : 'boolean' }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const found: Found<F>[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'positional' && !belongsTo(tokens[index - 1], flags)) onArgument(token.value);
    if (token.kind !== 'option') continue;
    const setting = flags.find(({ flag }) => flag === token.rawName);
    const next = tokens[index + 1];
    if (setting === undefined) {
      const known = flags.map(({ flag }) => flag);
      problems.push(unknownName('flag', token.rawName, known));
    } else if (isFlagForValue(token)) {
      problems.push(`${token.rawName}: found the flag ${token.value}, expected ${expectedOf(setting.schema)}`);
    } else {
      const alone = valueAlone(setting) ?? '';
      const isNext = next?.kind === 'positional' && belongsTo(token, flags);
      const text = isNext ? next.value : (token.value ?? alone);
      found.push({ setting, source: token.rawName, texts: [text] });
    }
  }
  return addUp(found, problems);
}

/** Combines what was given several times; only settings that take several values may be. */
function addUp<F extends Flag>(found: readonly Found<F>[], problems: string[]): Found<F>[] {
  const combined = new Map<F, Found<F>>();
  for (const one of found) {
    const first = combined.get(one.setting);
    if (first === undefined) combined.set(one.setting, one);
    else if (isList(one.setting) || one.setting.name === 'tlsHosts') first.texts.push(...one.texts);
    else problems.push(`${one.source}: found a second time, expected once`);
  }
  return [...combined.values()];
}

export function isList({ schema }: Flag): boolean {
  return schema['type'] === 'array';
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

/**
 * Is the argument after a token its value, although `parseArgs` reports a positional? It does so after a boolean flag,
 * as in `--strict-parameters false`, and after an unknown flag.
 */
function belongsTo(token: Token | undefined, flags: readonly Flag[]): boolean {
  if (token?.kind !== 'option' || token.inlineValue === true) return false;
  const setting = flags.find(({ flag }) => flag === token.rawName);
  return setting === undefined || isFlagForValue(token) || valueAlone(setting) !== undefined;
}

/** The value of a flag that is given without one; `undefined` if it requires one. */
function valueAlone({ schema }: Flag): string | undefined {
  return schema['type'] === 'boolean' ? 'true' : (schema['alone'] as string | undefined);
}

/** `--seed --log-level silent`: `parseArgs` takes the second flag for the value of the first. */
function isFlagForValue({ inlineValue, value }: Token & { kind: 'option' }): boolean {
  return inlineValue === false && value.startsWith('--');
}

/**
 * Reads a text as a boolean, a number or a string, whichever the setting accepts, and several as a list. Adds the value
 * to the values, or a problem to the problems.
 */
export function readValue(found: Found, values: Record<string, unknown>, problems: string[]): void {
  const { setting, source, texts } = found;
  const { name, schema } = setting;
  const text = texts.join(',');
  const candidates: unknown[] = isList(setting) ? [texts] : [text];
  if (/^(0|[1-9]\d*)(\.\d+)?$/.test(text)) candidates.unshift(Number(text));
  if (/^(true|false|1|0)$/.test(text)) candidates.unshift(text === 'true' || text === '1');
  const accepted = candidates.map((candidate) => check(schema, candidate)).find(({ ok }) => ok);
  const shown = isSecretName(name) ? showSecret(text) : show(text);
  if (accepted?.ok === true) values[name] = accepted.value;
  else problems.push(describeProblem({ path: source, found: shown, expected: expectedOf(schema) }));
}

export function unknownName(kind: string, name: string, known: string[]): string {
  const meant = closestName(name, known, (text) => text.replace(/^(--|BRAZE_MOCK_)/, ''));
  const hint = meant === undefined ? '; see --help' : `; did you mean ${meant}?`;
  return `${name}: found an unknown ${kind}, expected one of ${known.join(', ')}${hint}`;
}
