import type { TSchema } from '@sinclair/typebox';
import fc, { type Arbitrary } from 'fast-check';

/** Values that break JSON readers. */
const ODD: unknown[] = [
  null,
  '',
  ' ',
  '\0',
  'a'.repeat(1000),
  '😀'.repeat(200),
  '\ud800',
  '__proto__',
  'constructor',
  -0,
  0.5,
  -1,
  1e308,
  -1e308,
  2 ** 53,
  2 ** 31,
  5e-324,
  [],
  {},
  [[]],
  JSON.parse('{"__proto__":{"polluted":true}}'),
  JSON.parse('[['.repeat(500) + ']]'.repeat(500)),
  true,
];

const junk: Arbitrary<unknown> = fc.oneof(fc.constantFrom(...ODD), fc.jsonValue({ maxDepth: 3 }));

/** Values of a schema, sometimes with an invalid part. */
export function valueOf(schema: TSchema): Arbitrary<unknown> {
  return fc.oneof({ weight: 40, arbitrary: fitting(schema) }, { weight: 1, arbitrary: junk });
}

function fitting(schema: TSchema): Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['anyOf'])) return fc.oneof(...(schema['anyOf'] as TSchema[]).map(valueOf));
  switch (schema['type']) {
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valueOf(schema['items'] as TSchema), { maxLength: 4 });
    case 'object':
      return objects(schema);
    default:
      return strings(schema);
  }
}

function numbers({ type, minimum, maximum, exclusiveMaximum }: TSchema): Arbitrary<unknown> {
  const min = Number(minimum ?? -1e6);
  const max = Number(maximum ?? exclusiveMaximum ?? 1e6);
  const inside =
    type === 'integer' ? fc.integer({ min, max: Math.min(max, 2 ** 53 - 1) }) : fc.double({ min, max, noNaN: true });
  return fc.oneof({ weight: 6, arbitrary: inside }, { weight: 1, arbitrary: fc.constantFrom(min, max) });
}

function objects({ properties = {}, patternProperties = {}, required = [] }: TSchema): Arbitrary<unknown> {
  const fields = Object.entries(properties as Record<string, TSchema>);
  const named = fc.record(Object.fromEntries(fields.map(([name, field]) => [name, valueOf(field)])), {
    requiredKeys: required as string[],
  });
  const keyed = Object.entries(patternProperties as Record<string, TSchema>).map(([pattern, field]) =>
    fc.dictionary(fc.stringMatching(new RegExp(pattern)), valueOf(field), { maxKeys: 4 }),
  );
  const stranger = fc.dictionary(fc.oneof(fc.constant('__proto__'), fc.string()), junk, { maxKeys: 2 });
  const whole = fc.tuple(named, ...keyed).map((parts) => Object.assign({}, ...parts) as unknown);
  return fc.oneof(
    { weight: 20, arbitrary: whole },
    { weight: 1, arbitrary: fc.tuple(whole, stranger).map((parts) => Object.assign({}, ...parts) as unknown) },
  );
}

/** Texts by the format of their schema. */
const FORMATS: Record<string, Arbitrary<string>> = {
  date: fc.oneof(
    fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    fc.constantFrom('2024-02-29', '2023-02-29', '0000-01-01', '9999-12-31', '2024-1-1'),
  ),
  'date-time': fc.oneof(
    fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    fc.constantFrom('2024-01-31T12:00:00+5', '2024-01-31', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', 'now'),
  ),
  duration: fc.oneof(
    fc.integer({ min: 0, max: 1e6 }).map((hours) => `PT${hours}H`),
    fc.constantFrom('P1W', 'P1DT12H', 'PT0.001S', 'PT0S', 'P99999999999D', 'P', 'PT', '-PT1H'),
  ),
};

function strings({ format, pattern, minLength, maxLength }: TSchema): Arbitrary<unknown> {
  const known = FORMATS[String(format)];
  if (known !== undefined) return known;
  if (pattern !== undefined) return fc.stringMatching(new RegExp(String(pattern)));
  return fc.string({
    minLength: Number(minLength ?? 0),
    maxLength: Math.min(20, Number(maxLength ?? 20)),
    unit: 'grapheme',
  });
}
