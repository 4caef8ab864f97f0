import type { Scalar } from './source.ts';

/** How values of a column type are read, and how a filter may name one. */
export interface ColumnType {
  readonly parse: (text: string) => Scalar;
  /**
   * `native`: PostgreSQL compares in the column's own type, so that an index serves, after `literal` has accepted the
   * value: one that it refuses equals no value of the type. `text`: compared as text.
   */
  readonly compare: 'native' | 'text';
  readonly literal: (value: string) => boolean;
}

const asText = (text: string): Scalar => text;
const always = (): boolean => true;

const TEXT: ColumnType = { parse: asText, compare: 'native', literal: always };
const TEXT_COMPARED: ColumnType = { parse: asText, compare: 'text', literal: always };
const NUMBER_COMPARED_AS_TEXT: ColumnType = { parse: Number, compare: 'text', literal: always };

function integer(bits: 16 | 32 | 64, parse: (text: string) => Scalar): ColumnType {
  const limit = 2n ** BigInt(bits - 1);
  const literal = (value: string): boolean =>
    /^(?:0|-?[1-9]\d{0,18})$/.test(value) && BigInt(value) >= -limit && BigInt(value) < limit;
  return { parse, compare: 'native', literal };
}

const UUID: ColumnType = {
  parse: asText,
  compare: 'native',
  literal: (value) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
};

const DATE: ColumnType = { parse: asText, compare: 'native', literal: isCalendarDate };

function isCalendarDate(value: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/**
 * The types that may be read, by their fixed OIDs (pg_type.dat). bigint and numeric become text, since a JSON number
 * would round them; arrays, JSON and types of extensions are for the view to turn into text.
 */
export const COLUMN_TYPES: ReadonlyMap<number, ColumnType> = new Map([
  [16, { parse: (text) => text === 't', compare: 'text', literal: always } satisfies ColumnType], // bool
  [18, TEXT], // "char"
  [19, TEXT], // name
  [20, integer(64, asText)], // int8
  [21, integer(16, Number)], // int2
  [23, integer(32, Number)], // int4
  [25, TEXT], // text
  [700, NUMBER_COMPARED_AS_TEXT], // float4
  [701, NUMBER_COMPARED_AS_TEXT], // float8
  [1042, TEXT], // bpchar
  [1043, TEXT], // varchar
  [1082, DATE], // date
  [1083, TEXT_COMPARED], // time
  [1114, TEXT_COMPARED], // timestamp
  [1184, TEXT_COMPARED], // timestamptz
  [1700, TEXT_COMPARED], // numeric
  [2950, UUID], // uuid
]);

/** True for the types whose values can be as long as anybody likes and that `left` gives back unchanged. */
export function isUnboundedText(oid: number): boolean {
  return oid === 25 || oid === 1043;
}

/** True for the types that LIKE takes as they are. */
export function isTextType(oid: number): boolean {
  return COLUMN_TYPES.get(oid) === TEXT;
}
