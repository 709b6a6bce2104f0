import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readParameters } from '../../../src/core/endpoints/parameters.js';
import { dataSeries } from '../../../src/core/endpoints/data-series.js';
import { documented } from '../../../src/core/profiles/documented.js';
import { Refusal } from '../../../src/core/refusals/codes.js';
import { dayOf, parseInstant } from '../../../src/core/time/calendar.js';

const NOW = 1_700_000_000_000;

function read(queryString: string, strict = false) {
  return dataSeries.read(readParameters(queryString), { strict, profile: documented, now: NOW });
}

function reasonsOf(queryString: string, strict = false): Refusal['reasons'] | [] {
  try {
    read(queryString, strict);
    return [];
  } catch (error) {
    if (error instanceof Refusal) return error.reasons;
    throw error;
  }
}

function codesOf(queryString: string, strict = false): string[] {
  return reasonsOf(queryString, strict).map(({ code }) => code);
}

const EMOJI = encodeURIComponent('🦊');

describe('segment_id', () => {
  it.each([
    ['segment_1234', 'segment_1234'],
    ['a', 'a'],
    ['%20', ' '],
    ['a+b', 'a b'],
    ['a%2Bb', 'a+b'],
    ['a%26b%3Dc', 'a&b=c'],
    ['a=b', 'a=b'],
    ['%C3%A4', 'ä'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['a'.repeat(256), 'a'.repeat(256)],
    [EMOJI.repeat(256), '🦊'.repeat(256)],
    ['%C3%A4'.repeat(256), 'ä'.repeat(256)],
  ])('%s is accepted', (text, segmentId) => {
    expect(read(`segment_id=${text}&length=1`).segmentId).toBe(segmentId);
  });

  it.each([
    ['length=1', 'segment_id_required'],
    ['segment_id=&length=1', 'segment_id_required'],
    ['segment_id&length=1', 'segment_id_required'],
    ['Segment_ID=a&length=1', 'segment_id_required'],
    ['segment_id[]=a&length=1', 'segment_id_required'],
    [`segment_id=${'a'.repeat(257)}&length=1`, 'segment_id_invalid'],
    [`segment_id=${EMOJI.repeat(257)}&length=1`, 'segment_id_invalid'],
  ])('%s is rejected', (queryString, code) => {
    expect(codesOf(queryString)).toEqual([code]);
  });
});

describe('length', () => {
  it.each([1, 2, 9, 10, 14, 30, 90, 99, 100])('%d is accepted', (length) => {
    const { first, last } = read(`segment_id=a&length=${length}`).window;
    expect(last - first + 1).toBe(length);
  });

  it.each(
    [
      ['0', '101', '-1', '%2B5', '+5', '1.0', '1.5', '1e1', '0x10', '010', '00', '%207', '7%20', '%EF%BC%97', '7,0'],
      [
        '1_0',
        'NaN',
        'Infinity',
        'ten',
        'null',
        '[7]',
        '7%0A',
        '%0A7',
        '7%09',
        '-0',
        '1000000000000000000000',
        '%D9%A7',
      ],
    ].flat(),
  )('%s is rejected', (length) => {
    expect(codesOf(`segment_id=a&length=${length}`)).toEqual(['length_invalid']);
  });

  it.each(['segment_id=a', 'segment_id=a&length=', 'segment_id=a&length', 'segment_id=a&LENGTH=7'])(
    '%s: required',
    (queryString) => {
      expect(codesOf(queryString)).toEqual(['length_required']);
    },
  );
});

describe('ending_at', () => {
  it('defaults to the clock', () => {
    expect(read('segment_id=a&length=1').window.last).toBe(dayOf(NOW));
  });

  it.each([
    ['2023-12-31', '2023-12-31T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2023-12-31T23:59:59', '2023-12-31T23:59:59.000Z'],
    ['2023-12-31T23:59:59Z', '2023-12-31T23:59:59.000Z'],
    ['2023-12-31T23:59:59.5Z', '2023-12-31T23:59:59.500Z'],
    ['2023-12-31T23:59:59.999999', '2023-12-31T23:59:59.999Z'],
    ['2023-12-31T23:59:59-05:00', '2024-01-01T04:59:59.000Z'],
    ['2023-12-31T23:59:59-0500', '2024-01-01T04:59:59.000Z'],
    ['2023-12-31T23:59:59-5:00', '2024-01-01T04:59:59.000Z'],
    ['2023-12-31T23:59:59%2B05:30', '2023-12-31T18:29:59.000Z'],
    ['2023-12-31T23%3A59%3A59%2B0530', '2023-12-31T18:29:59.000Z'],
    ['2023-12-31T23:59:59%2B9:00', '2023-12-31T14:59:59.000Z'],
    ['2023-12-31T00:00:00%2B14:00', '2023-12-30T10:00:00.000Z'],
    ['2023-12-31T00:00:00-14:00', '2023-12-31T14:00:00.000Z'],
    ['2023-12-31T00:00:00-00:00', '2023-12-31T00:00:00.000Z'],
    ['2038-01-19T03:14:08Z', '2038-01-19T03:14:08.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(read(`segment_id=a&length=1&ending_at=${text}`).window.last).toBe(dayOf(Date.parse(instant)));
    expect(parseInstant(decodeURIComponent(text))).toBe(Date.parse(instant));
  });

  it.each(
    [
      ['', 'now', 'today', '2023', '2023-12', '2023-1-1', '20231231', '1704067199', '2023-W52-7', '2023-365'],
      ['2023-02-29', '2023-02-30', '1900-02-29', '2023-04-31', '2023-00-10', '2023-13-01', '2023-12-00', '2023-12-32'],
      ['2023-12-31T24:00:00', '2023-12-31T23:60:00', '2023-12-31T23:59:60Z', '2023-12-31T23:59', '2023-12-31T23'],
      ['2023-12-31T', '2023-12-31Z', '2023-12-31-05:00', '2023-12-31 23:59:59', '2023-12-31t23:59:59z'],
      ['2023-12-31T23:59:59-14:01', '2023-12-31T23:59:59-15:00', '2023-12-31T23:59:59-99:00'],
      ['2023-12-31T23:59:59-05:60', '2023-12-31T23:59:59-05', '2023-12-31T23:59:59-500', '2023-12-31T23:59:59-5'],
      ['2023-12-31T23:59:59.Z', '2023-12-31T23:59:59,5Z', '2023-12-31T23:59:59ZZ', '2023-12-31T23:59:59Z-05:00'],
      ['-2023-12-31', '12023-12-31', '%2B002023-12-31', '%202023-12-31', '2023-12-31%20', '2023-12-31%0A', 'null'],
      ['2023/12/31', '31.12.2023', 'Sun, 31 Dec 2023 23:59:59 GMT', '2023-12-31T23:59:59+05:00', '%EF%BC%92023-12-31'],
    ].flat(),
  )('%j is rejected', (text) => {
    expect(codesOf(`segment_id=a&length=1&ending_at=${text}`)).toEqual(['ending_at_invalid']);
  });
});

describe('the parameters together', () => {
  it('are all reported in one error, in the order of the contract', () => {
    const queryString = 'whatever=1&ending_at=&length=0&segment_id=';
    expect(codesOf(queryString)).toEqual(['segment_id_required', 'length_invalid', 'ending_at_invalid']);
    expect(codesOf(`${queryString}&ending_date=2`, true)).toEqual([
      'segment_id_required',
      'length_invalid',
      'ending_at_invalid',
      'parameter_unknown',
      'parameter_unknown',
    ]);
  });

  it.each([
    ['', ['segment_id_required', 'length_required']],
    ['&&&', ['segment_id_required', 'length_required']],
    ['=', ['segment_id_required', 'length_required']],
    ['segment_id=a;length=7', ['length_required']],
    ['?segment_id=a&length=7', ['segment_id_required']],
    ['segment_id=a&length=7&length=7', ['parameter_repeated']],
    ['segment_id=a&length=7&le%6Egth=7', ['parameter_repeated']],
    ['segment_id=a&length=7&ending_at=2024-01-01&ending_at=', ['parameter_repeated']],
    ['segment_id=a&segment_id=b', ['length_required', 'parameter_repeated']],
    [
      'ending_at=x&length=&ending_at=&segment_id=&length=',
      ['segment_id_required', 'parameter_repeated', 'parameter_repeated'],
    ],
  ])('%j is rejected', (queryString, codes) => {
    expect(codesOf(queryString)).toEqual(codes);
  });

  it.each([
    'length=7&segment_id=a',
    '&segment_id=a&&length=7&',
    's%65gment_id=a&length=%37',
    'segment_id=a&length=7&unknown=1&unknown=2',
    'segment_id=a&length=7&__proto__=1&constructor=2&toString=3',
    'segment_id=a&length=7&=x',
  ])('%j is accepted', (queryString) => {
    expect(read(queryString)).toEqual({ segmentId: 'a', window: { first: dayOf(NOW) - 6, last: dayOf(NOW) } });
  });

  it('are rejected if unknown in strict mode, with a suggestion', () => {
    const known = ['segment_id', 'length', 'ending_at'];
    expect(reasonsOf('segment_id=a&length=7&ending_date=x&segmentId=b&page=1&page=2&__proto__=1', true)).toEqual([
      { code: 'parameter_unknown', name: 'ending_date', known, resembles: 'ending_at' },
      { code: 'parameter_unknown', name: 'segmentId', known, resembles: 'segment_id' },
      { code: 'parameter_unknown', name: 'page', known, resembles: undefined },
      { code: 'parameter_unknown', name: '__proto__', known, resembles: undefined },
    ]);
  });

  it('are reported with a count if repeated', () => {
    expect(reasonsOf('segment_id=a&length=7&length=8&length=9')).toEqual([
      { code: 'parameter_repeated', name: 'length', times: 3 },
    ]);
  });

  it.each(['%', '%4', '%zz', '%ff', '%C0%80', '%C3', '%ED%A0%80', '%F5%80%80%80', '%00', 'a%00b', '%u0041'])(
    'cannot be decoded with %s in a name or a value',
    (text) => {
      expect(codesOf(`segment_id=${text}&length=1`)).toEqual(['query_malformed']);
      expect(codesOf(`segment_id=a&length=0&${text}=1`)).toEqual(['query_malformed']);
    },
  );

  it('are parsed, or rejected with a code, for any text', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('&=+%;?#[]0123456789abf_-:TZ\u00e4\u00ff')) });
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (id, length, rest, strict) => {
        expect(() => codesOf(`segment_id=${id}&length=${length}&${rest}`, strict)).not.toThrow();
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
