import { Type, type TSchema } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { describeProblem, expectedOf, jsonPath, show } from '../../src/schema/problems.js';
import { checker, defaultsOf, refine } from '../../src/schema/checker.js';
import { Field } from '../../src/schema/shapes.js';
import { DateText, DurationText, InstantText } from '../../src/core/time/text.js';

const Pet = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 8 }),
    legs: Type.Optional(Type.Integer({ minimum: 0, maximum: 8 })),
    born: Type.Optional(DateText()),
    food: Type.Optional(
      Type.Union([
        Type.Object({ grams: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
        Type.Literal('none'),
      ]),
    ),
  },
  { additionalProperties: false },
);
const Pets = Type.Object({ pets: Type.Array(Pet, { minItems: 1 }) }, { additionalProperties: false });

function problemsOf(value: unknown, schema: TSchema = Pets): string[] {
  const check = checker(schema);
  // The first three values are checked without compiling the schema, later ones by compiled code.
  const [first, ...others] = Array.from({ length: 4 }, () => check(value));
  expect(others.at(-1)).toEqual(first);
  return first?.ok === false ? first.problems.map(describeProblem) : [];
}

describe('a checker', () => {
  it.each([
    ['unknown fields', Object.fromEntries(Array.from({ length: 150_000 }, (_, index) => [`p${index}`, 0]))],
    [
      'unknown fields of an alternative',
      {
        pets: [
          { name: 'Rex', food: Object.fromEntries(Array.from({ length: 150_000 }, (_, index) => [`p${index}`, 0])) },
        ],
      },
    ],
  ])('reports 100 problems of many wrong %s and mentions the rest', (_what, value) => {
    const problems = problemsOf(value);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe('$: found more problems than these 100, expected none');
  });

  it('groups similar problems at paths that differ only in indices and keys', () => {
    expect(problemsOf({ pets: Array<number>(150_000).fill(0) })).toEqual([
      '$.pets[0]: found 0, expected an object (and 149999 more)',
    ]);
    const pets = Array.from({ length: 40 }, (_, index) => ({ name: 'Rex', legs: -index - 1 }));
    expect(problemsOf({ pets: [...pets, { leg: 4 }] })).toEqual([
      '$.pets[0].legs: found -1, expected a whole number from 0 to 8 (and 39 more)',
      '$.pets[40].name: found nothing, expected a string of 1 to 8 characters',
      '$.pets[40].leg: found an unknown field with 4, expected one of name, legs, born, food',
    ]);
  });

  it('lists up to three problems that are alike', () => {
    const places = (count: number) =>
      problemsOf({ pets: Array<number>(count).fill(0) }).map((text) => text.split(':')[0]);
    expect([places(3), places(4)]).toEqual([['$.pets[0]', '$.pets[1]', '$.pets[2]'], ['$.pets[0]']]);
  });

  it('words only the first of very many that are alike', () => {
    let worded = 0;
    const Legs = Object.defineProperty(Type.Integer(), 'expected', {
      get: () => `legs${++worded > 100 ? ' again' : ''}`,
    });
    const checked = checker(Type.Object({ legs: Type.Array(Legs) }))({ legs: Array<string>(1000).fill('four') });
    expect(checked).toMatchObject({ problems: [{ found: '"four"', expected: 'legs', more: 999 }] });
    expect(worded).toBeLessThan(10);
  });

  it('counts all that are alike, of different alternatives and in front of too many others', () => {
    const Cat = Type.Object({ kind: Type.Literal('cat'), legs: Type.Integer() });
    const Dog = Type.Object({ kind: Type.Literal('dog'), legs: Type.Integer() });
    const either = Type.Array(Type.Union([Cat, Dog]));
    const animals = ['cat', 'dog', 'cat'].flatMap((kind) => Array.from({ length: 5000 }, () => ({ kind, legs: '4' })));
    expect(problemsOf(animals, either)).toEqual(['$[0].legs: found "4", expected a whole number (and 14999 more)']);
    const unknown = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`p${index}`, 0]));
    const problems = problemsOf({ pets: [...Array<number>(400).fill(0), { name: 'Rex', ...unknown }] });
    expect(problems[0]).toBe('$.pets[0]: found 0, expected an object (and 399 more)');
    expect(problems).toHaveLength(101);
  });

  it('counts a value once that breaks two rules, and 10,001 malformed names', () => {
    const Short = Type.Array(Type.String({ maxLength: 1, pattern: '^a' }));
    expect(problemsOf(Array<string>(10).fill('bb'), Short)).toEqual([expect.stringMatching(/ \(and 9 more\)$/)]);
    expect(problemsOf(Array<string>(10_001).fill('\ud800'), Type.Array(Type.String()))).toEqual([
      '$[0]: found "\\ud800", expected text without lone surrogates (and 10000 more)',
    ]);
  });

  it('counts a missing field once that has alternatives', () => {
    const Food = Type.Object({ food: Type.Union([Type.Literal('fish'), Type.Literal('none')]) });
    expect(
      problemsOf(
        Array.from({ length: 10 }, () => ({})),
        Type.Array(Food),
      ),
    ).toEqual(['$[0].food: found nothing, expected "fish" or "none" (and 9 more)']);
  });

  it('returns a valid value unchanged', () => {
    const value = { pets: [{ name: 'Rex', legs: 4, born: '2024-02-29', food: { grams: 5 } }] };
    expect(checker(Pets)(value)).toEqual({ ok: true, value });
  });

  it.each([
    ['a missing field', { pets: [{}] }, ['$.pets[0].name: found nothing, expected a string of 1 to 8 characters']],
    [
      'an unknown field',
      { pets: [{ name: 'Rex', leg: 4 }] },
      ['$.pets[0].leg: found an unknown field with 4, expected one of name, legs, born, food'],
    ],
    [
      'a number out of bounds',
      { pets: [{ name: 'Rex', legs: 9 }] },
      ['$.pets[0].legs: found 9, expected a whole number from 0 to 8'],
    ],
    [
      'another type',
      { pets: [{ name: 'Rex', legs: '4' }] },
      ['$.pets[0].legs: found "4", expected a whole number from 0 to 8'],
    ],
    [
      'a date that does not exist',
      { pets: [{ name: 'Rex', born: '2023-02-29' }] },
      ['$.pets[0].born: found "2023-02-29", expected a calendar date, YYYY-MM-DD'],
    ],
    [
      'the alternative that was meant',
      { pets: [{ name: 'Rex', food: { grams: 0 } }] },
      ['$.pets[0].food.grams: found 0, expected a whole number of at least 1'],
    ],
    [
      'no alternative',
      { pets: [{ name: 'Rex', food: 'lots' }] },
      ['$.pets[0].food: found "lots", expected an object or "none"'],
    ],
    ['an empty list', { pets: [] }, ['$.pets: found [], expected a list with at least 1 entry']],
    ['no object at all', 7, ['$: found 7, expected an object']],
    ['null', null, ['$: found null, expected an object']],
  ])('reports for %s the path, the value and the expectation', (_name, value, problems) => {
    expect(problemsOf(value)).toEqual(problems);
  });

  it('reports every problem of a value at once', () => {
    expect(problemsOf({ pets: [{ legs: -1 }, { name: '', born: 5 }], more: true })).toEqual([
      '$.more: found an unknown field with true, expected one of pets',
      '$.pets[0].name: found nothing, expected a string of 1 to 8 characters',
      '$.pets[0].legs: found -1, expected a whole number from 0 to 8',
      '$.pets[1].name: found "", expected a string of 1 to 8 characters',
      '$.pets[1].born: found 5, expected a calendar date, YYYY-MM-DD',
    ]);
  });
});

describe('strings with a custom parser', () => {
  it.each([
    [
      'date',
      DateText(),
      ['2024-02-29', '0000-01-01'],
      ['2023-02-29', '2024-2-9', '2024-01-01T00:00:00Z', '', 20240101],
    ],
    ['instant', InstantText(), ['2024-01-31', '2024-01-31T12:00:00-5:00'], ['now', '2024-01-31T24:00:00Z', '', null]],
    ['duration', DurationText(), ['PT4H', 'P1DT12H', 'PT0S'], ['P', 'PT', '4h', 'P1M', '', 4]],
  ])('checks a %s with its own grammar', (_name, schema, good, bad) => {
    expect(good.filter((value) => problemsOf(value, schema).length > 0)).toEqual([]);
    expect(bad.filter((value) => problemsOf(value, schema).length !== 1)).toEqual([]);
  });
});

describe('wording', () => {
  it.each([
    ['', '$'],
    ['/workspaces/0/name', '$.workspaces[0].name'],
    ['/points/2023-12-25', '$.points["2023-12-25"]'],
    ['/a~1b/c~0d', '$["a/b"]["c~d"]'],
    ['/a"b', '$["a\\"b"]'],
    ['/', '$[""]'],
  ])('the pointer %j is the JSON path %s', (pointer, path) => {
    expect(jsonPath(pointer)).toBe(path);
  });

  it.each([
    [Type.Union([Type.Literal('a'), Type.Literal('b')]), '"a" or "b"'],
    [Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Null()]), '"a", "b" or null'],
    [Type.Union([Type.String({ expected: 'a day, such as 1' }), Type.Null()]), 'a day, such as 1 or null'],
    [Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }), 'a number greater than 0 and less than 1'],
    [Type.Number({ exclusiveMinimum: 0, maximum: 1 }), 'a number greater than 0 and up to 1'],
    [Type.Number({ minimum: 0, maximum: 1 }), 'a number from 0 to 1'],
    [Type.Number({ minimum: 1 }), 'a number of at least 1'],
    [Type.Integer(), 'a whole number'],
    [Type.String(), 'a string'],
    [Type.String({ pattern: '^a$' }), 'a string matching ^a$'],
    [Type.String({ maxLength: 3 }), 'a string of 0 to 3 characters'],
    [Type.Boolean(), 'true or false'],
    [Type.Array(Type.String()), 'a list'],
    [Type.Object({}), 'an object'],
    [Type.String({ expected: 'a colour' }), 'a colour'],
  ])('a schema says what it accepts (%#)', (schema, words) => {
    expect(expectedOf(schema)).toBe(words);
  });

  it('a value is shown as JSON and cut if it is long', () => {
    expect([show(undefined), show('a'), show({ a: [1] })]).toEqual(['nothing', '"a"', '{"a":[1]}']);
    expect(show('x'.repeat(78))).toBe(`"${'x'.repeat(78)}"`);
    expect(show('x'.repeat(79))).toBe(`"${'x'.repeat(76)}…`);
  });

  it('the defaults of an object schema are those of its properties', () => {
    const schema = Type.Object({
      a: Type.Integer({ default: 0 }),
      b: Type.String(),
      c: Type.Boolean({ default: false }),
    });
    expect(defaultsOf(schema)).toEqual({ a: 0, c: false });
  });

  it('a description does not change the checks', () => {
    const schema = Field.of(DateText(), 'A day.');
    expect(schema.description).toBe('A day.');
    expect(problemsOf('2023-02-29', schema)).toHaveLength(1);
  });
});

describe('a refinement', () => {
  const Pair = refine(Type.Object({ low: Type.Integer(), high: Type.Integer() }), ({ low, high }, path) =>
    Number(low) > Number(high) ? [{ path, found: show([low, high]), expected: 'low before high' }] : [],
  );
  const check = checker(Type.Object({ pairs: Type.Array(Type.Union([Pair, Type.Literal('none')])) }));

  it('accepts a value without objections', () => {
    expect(check({ pairs: [{ low: 1, high: 2 }, 'none'] })).toMatchObject({ ok: true });
  });

  it('is reported together with type errors at any depth', () => {
    const checked = check({ pairs: ['none', { low: 3, high: 2 }, { low: 3, high: 2.5 }] });
    expect(checked.ok ? [] : checked.problems.map(({ path }) => path)).toEqual([
      '$.pairs[2].high',
      '$.pairs[1]',
      '$.pairs[2]',
    ]);
  });
});
