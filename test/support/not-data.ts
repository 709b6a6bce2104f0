const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;
const revoked = Proxy.revocable({}, {});
revoked.revoke();

class Point {
  x = 1;
}

/** Values that JSON does not have, each with the name that a message gives it. */
export const NOT_DATA: [name: string, value: unknown][] = [
  ['a function', () => 1],
  ['a function', Point],
  ['a symbol', Symbol('a Map')],
  ['a bigint', 10n],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['a Map', new Map([['2024-01-01', 5]])],
  ['a Set', new Set(['a'])],
  ['a Headers', new Headers({ 'retry-after': '1' })],
  ['a URLSearchParams', new URLSearchParams('limit=1')],
  ['an invalid Date', new Date('tomorrow')],
  ['a Promise', Promise.resolve({})],
  ['a RegExp', /x/],
  ['an Error', new Error('x')],
  ['a TypeError', new TypeError('x')],
  ['a Uint8Array', new Uint8Array(2)],
  ['a Float64Array', new Float64Array(2)],
  ['a Buffer', Buffer.from('ab')],
  ['an ArrayBuffer', new ArrayBuffer(2)],
  ['a String object', new String('x')],
  ['a Number object', new Number(5)],
  ['a Boolean object', new Boolean(true)],
  ['a BigInt object', Object(5n)],
  ['a Point', new Point()],
  ['a Point', new Proxy(new Point(), {})],
  ['a Math', Math],
  ['an object with a prototype of its own', Object.create({ size: 1 })],
  ['an object that cannot be read', revoked.proxy],
  [
    'an object that cannot be read',
    new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no keys');
        },
      },
    ),
  ],
];

/** Objects and lists with one value that is not data: its path and its name. */
export const NOT_DATA_WITHIN: [path: string, name: string, value: unknown][] = [
  ['.self', 'a cycle', cyclic],
  [
    '.size',
    'a property that throws',
    {
      get size(): number {
        throw new Error('not yet');
      },
    },
  ],
  [
    '.size',
    'a property that throws',
    new Proxy(
      { size: 1 },
      {
        get(target, name) {
          if (name === 'size') throw new Error('no');
          return Reflect.get(target, name) as unknown;
        },
      },
    ),
  ],
  ['["Symbol(size)"]', 'a symbol as its name', { [Symbol('size')]: 5 }],
  // eslint-disable-next-line no-sparse-arrays -- the case
  ['[1]', 'a hole', [1, , 3]],
  ['[0]', 'a hole', Object.assign([], { length: 4e9 })],
  ['[1]', 'undefined', [1, undefined]],
];
