import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/documents.js';

interface LateCommands {
  takeFromBundle: (text: string) => { code: string; taken: { module: string; names: string[] }[] };
}
const { takeFromBundle } = (await import(new URL('.ci/late-commands.mjs', ROOT).href)) as LateCommands;

const REQUIRE = 'require("./bundle.js?src/a.ts")';

describe('takeFromBundle()', () => {
  it.each([
    ['an export that is called', `var a=${REQUIRE};(0,a.x)(a.y)`, ['x', 'y']],
    ['an export that is spread', `var a=${REQUIRE};[...a.x]`, ['x']],
    ['names with $', `var $a$=${REQUIRE},a=1;$a$.$x;a.y`, ['$x']],
    ['what looks like a use', `var a=${REQUIRE};b.a.y;ba.z;a.x`, ['x']],
    ['no export', `var a=${REQUIRE};`, []],
  ])('finds %s', (_what, text, names) => {
    expect(takeFromBundle(text)).toEqual({
      code: text.replace(REQUIRE, 'require("./bundle.js").shared["src/a.ts"]'),
      taken: [{ module: 'src/a.ts', names }],
    });
  });

  const EXPORTS = 'only uses of exports of "src/a.ts", as in a.name';
  const CALL = 'name=require("./bundle.js?…")';
  it.each([
    ['a module that is passed on', `var a=${REQUIRE};f(a)`, EXPORTS],
    ['a computed name', `var a=${REQUIRE};a[b]`, EXPORTS],
    ['"import * as" of CommonJS', `var a=__toESM(${REQUIRE});a.b`, CALL],
    ['a dynamic import', 'f(()=>import("./bundle.js?src/a.ts"))', CALL],
    ['other quotes', `var a=${REQUIRE.replaceAll('"', "'")};a.b`, CALL],
  ])('rejects %s with what was found, what was expected and what to do', (_what, text, expected) => {
    expect(() => takeFromBundle(text)).toThrow(
      `code of a late command: found ${JSON.stringify(text)}, expected ${expected}. Import what the bundle has by the names`,
    );
    expect(() => takeFromBundle(text)).toThrow(/: adapt takeFromBundle in \.ci\/late-commands\.mjs\.$/);
  });

  it('shows the place, not all of the code', () => {
    const text = `${'b();'.repeat(1000)}var a=__toESM(${REQUIRE})${';b()'.repeat(1000)}`;
    expect(() => takeFromBundle(text)).toThrow(/^.{100,600}$/);
    expect(() => takeFromBundle(text)).toThrow('a=__toESM(require');
  });
});
