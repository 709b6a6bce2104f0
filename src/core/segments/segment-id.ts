import { textType } from '../../schema/checker.js';

/** A segment's id. Counts characters, as JSON Schema does; TypeBox counts UTF-16 code units. */
export const SegmentIdText = textType(
  'segment-id',
  (value) => value !== '' && !value.includes('\0') && (value.length <= 256 || Array.from(value).length <= 256),
  'a string of 1 to 256 characters, none of them NUL',
  { minLength: 1, maxLength: 256 },
);
