import { describe, expect, it } from 'vitest';
import { lineOf, scanJson } from '../../../src/ui/lib/json-text.js';
import { completionsAt } from '../../../src/ui/lib/schema.js';

const TEXT = `{
  "name": "A, \\"b\\": {",
  "campaigns": [
    { "on": "2024-01-31", "lift": 0.2 },
    {
      "on": "2024-02-31"
    }
  ],
  "points": { "2024-01-01": 5 }
}`;

describe('lineOf', () => {
  const { lines } = scanJson(TEXT);
  it.each([
    ['$', 0],
    ['$.name', 1],
    ['$.campaigns', 2],
    ['$.campaigns[0].lift', 3],
    ['$.campaigns[1].on', 5],
    ['$.campaigns[1].halfLifeDays', 4],
    ['$.points.2024-01-01', 8],
    ['$.points["2024-01-02"]', 8],
    ['$.unknown', 0],
  ])('finds the line of %s, or of what is around it', (path, line) => {
    expect(lineOf(lines, path)).toBe(line);
  });
});

describe('scanJson', () => {
  /** The text with a | where the caret is. */
  const at = (marked: string) => scanJson(marked.replace('|', ''), marked.indexOf('|')).caret;

  it.each([
    ['{ "na| }', { container: '$', key: undefined, prefix: 'na' }],
    ['{ "type": "dyn|" }', { container: '$', key: 'type', prefix: 'dyn' }],
    ['{ "type": | }', { container: '$', key: 'type', prefix: '' }],
    ['{ "campaigns": [{ "o|', { container: '$.campaigns[0]', key: undefined, prefix: 'o' }],
    ['{ "campaigns": [{}, { "on": "2024-01-01", |', { container: '$.campaigns[1]', key: undefined, prefix: '' }],
    ['{ "analyticsTrackingEnabled": t|', { container: '$', key: 'analyticsTrackingEnabled', prefix: 't' }],
  ])('says where the caret is in %s', (marked, caret) => {
    expect(at(`${marked}\n}`)).toMatchObject(caret);
  });
});

describe('completionsAt', () => {
  const parts = {
    Segment: {
      properties: {
        name: { description: 'Its name.' },
        type: { anyOf: [{ const: 'static' }, { const: 'dynamic' }] },
        listed: { type: 'boolean' },
        campaigns: { items: { $ref: '#/components/schemas/Campaign' } },
      },
    },
    Campaign: { properties: { on: {}, lift: {} } },
  };
  const caret = { start: 0, end: 0 };
  it.each([
    [{ container: '$', key: undefined, prefix: 'na' }, ['"name"']],
    [{ container: '$', key: 'type', prefix: '' }, ['"static"', '"dynamic"']],
    [{ container: '$', key: 'type', prefix: 'dyn' }, ['"dynamic"']],
    [{ container: '$', key: 'listed', prefix: 't' }, ['true']],
    [{ container: '$.campaigns[3]', key: undefined, prefix: '' }, ['"on"', '"lift"']],
    [{ container: '$.campaigns[3]', key: undefined, prefix: 'on' }, []],
    [{ container: '$.nothing', key: undefined, prefix: '' }, []],
  ])('of %j are %j', (where, texts) => {
    const found = completionsAt({ $ref: '#/components/schemas/Segment' }, parts, { ...caret, ...where });
    expect(found.map(({ text }) => text)).toEqual(texts);
  });
});
