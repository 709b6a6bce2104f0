import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { mergePatch, patchOf } from '../../src/operations/merge-patch.js';
import { describeProblem } from '../../src/schema/problems.js';
import { checker } from '../../src/schema/checker.js';

describe('mergePatch', () => {
  // The test cases of RFC 7396, appendix A.
  it.each<[string, string, string]>([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])('patches %s with %s to %s', (target, patch, merged) => {
    const before = JSON.parse(target) as unknown;
    expect(mergePatch(before, JSON.parse(patch))).toEqual(JSON.parse(merged));
    expect(before).toEqual(JSON.parse(target));
  });

  it('does not set a prototype', () => {
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}')) as object;
    expect([Object.keys(merged), 'polluted' in merged]).toEqual([['__proto__'], false]);
  });
});

describe('patchOf', () => {
  const strict = { additionalProperties: false };
  const Kind = Type.Union([
    Type.Object({ kind: Type.Literal('one'), a: Type.Integer() }, strict),
    Type.Object({ kind: Type.Literal('other'), b: Type.Integer() }, strict),
  ]);
  const Whole = Type.Object(
    {
      required: Type.Integer(),
      nested: Type.Optional(Type.Object({ a: Type.Integer(), b: Type.Integer() }, strict)),
      list: Type.Array(Type.Object({ a: Type.Integer() }, strict), { default: [] }),
      keyed: Type.Record(Type.String({ pattern: '^[a-z]$' }), Type.Integer(), { ...strict, expected: 'letters' }),
      kind: Kind,
    },
    strict,
  );
  const check = checker(patchOf(Whole));
  const problems = (patch: unknown) => {
    const checked = check(patch);
    return checked.ok ? [] : checked.problems.map(describeProblem);
  };

  it.each([
    {},
    { required: null, nested: null, list: null, keyed: null, kind: null },
    { nested: { a: null } },
    { keyed: { a: null, b: 1 } },
    { kind: { kind: 'other', a: null, b: 1 } },
    { list: [{ a: 1 }] },
  ])('accepts %j', (patch) => {
    expect(problems(patch)).toEqual([]);
  });

  it.each([
    [
      { requird: null },
      '$.requird: found an unknown field with null, expected one of required, nested, list, keyed, kind',
    ],
    [{ required: 'x' }, '$.required: found "x", expected a whole number or null'],
    [{ nested: 1 }, '$.nested: found 1, expected an object or null'],
    [{ nested: { c: null } }, '$.nested.c: found an unknown field with null, expected one of a, b'],
    [{ nested: { a: 'x' } }, '$.nested.a: found "x", expected a whole number or null'],
    [{ list: [{}] }, '$.list[0].a: found nothing, expected a whole number'],
    [{ list: [{ a: null }] }, '$.list[0].a: found null, expected a whole number'],
    [{ keyed: { A: null } }, '$.keyed.A: found an unknown field with null, expected letters'],
    [{ keyed: { a: 'x' } }, '$.keyed.a: found "x", expected a whole number or null'],
    [{ kind: { kind: 'third' } }, '$.kind.kind: found "third", expected "one", "other" or null'],
    [null, '$: found null, expected an object'],
    [[], '$: found [], expected an object'],
  ])('rejects %j: %s', (patch, problem) => {
    expect(problems(patch)).toEqual([problem]);
  });
});
