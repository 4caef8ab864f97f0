import { describe, expect, it } from 'vitest';
import type { z } from 'zod';

import {
  codeSchema,
  departmentIdSchema,
  digestSchema,
  fieldKeySchema,
  fieldKeysSchema,
  MAX_CODE_LENGTH,
  MAX_FIELDS,
  MAX_LIST_LENGTH,
  MAX_NAME_LENGTH,
  MAX_TEXT_LENGTH,
  MAX_UNIX_SECONDS,
  MAX_VERSION,
  nameSchema,
  purposesSchema,
  resourceIdSchema,
  resourceVersionSchema,
  rowFilterSchema,
  someFieldKeysSchema,
  systemsSchema,
  textSchema,
  windowSchema,
} from '../../../ledger/documents/terms.ts';

const ID = `0x${'ab'.repeat(32)}`;
const list = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`).sort();
const version = (value: number): unknown => ({ id: ID, version: value });
const window = (notBefore: number, notAfter: number): unknown => ({ notBefore, notAfter });

/** name, schema, the outermost values that it takes, the first beyond them */
const BOUNDS: readonly [string, z.ZodType, readonly unknown[], readonly unknown[]][] = [
  [
    'name',
    nameSchema,
    ['一', '人'.repeat(MAX_NAME_LENGTH)],
    ['', '人'.repeat(MAX_NAME_LENGTH + 1), 'a\tb', 'a\u0085b', 'a\u2066b'],
  ],
  [
    'text',
    textSchema,
    ['一', '一\n二', 'x'.repeat(MAX_TEXT_LENGTH)],
    ['', 'x'.repeat(MAX_TEXT_LENGTH + 1), 'a\rb', 'a\u202eb', '\u007f'],
  ],
  [
    'code',
    codeSchema,
    ['A', 'A'.repeat(MAX_CODE_LENGTH), 'A_1'],
    ['', 'A'.repeat(MAX_CODE_LENGTH + 1), '_A', '1A', 'a'],
  ],
  [
    'field key',
    fieldKeySchema,
    ['a', 'k'.repeat(64), 'a_1'],
    ['', 'k'.repeat(65), '_a', '1a', 'A', '__proto__', 'prototype', 'constructor'],
  ],
  ['field keys', fieldKeysSchema, [[], list(MAX_FIELDS, 'f')], [list(MAX_FIELDS + 1, 'f'), ['b', 'a'], ['a', 'a']]],
  ['some field keys', someFieldKeysSchema, [['a'], list(MAX_FIELDS, 'f')], [[], list(MAX_FIELDS + 1, 'f'), ['b', 'a']]],
  ['purposes', purposesSchema, [['A'], list(MAX_LIST_LENGTH, 'P')], [[], list(MAX_LIST_LENGTH + 1, 'P'), ['A', 'A']]],
  [
    'systems',
    systemsSchema,
    [[], list(MAX_LIST_LENGTH, 'S'), ['s'.repeat(64)], ['a.b-c_d']],
    [list(MAX_LIST_LENGTH + 1, 'S'), ['s'.repeat(65)], [''], ['-a'], ['A', 'A']],
  ],
  [
    'version',
    resourceVersionSchema,
    [version(1), version(MAX_VERSION)],
    [version(0), version(MAX_VERSION + 1), version(1.5)],
  ],
  [
    'window',
    windowSchema,
    [window(0, 1), window(0, MAX_UNIX_SECONDS)],
    [window(-1, 1), window(0, MAX_UNIX_SECONDS + 1), window(1, 1), window(2, 1)],
  ],
  [
    'region',
    rowFilterSchema,
    ['44', '4403', '440305', '440305001', '440305001002'].map((regionPrefix) => ({ regionPrefix })),
    ['', '4', '440', '44030', '4403050010021', '４４'].map((regionPrefix) => ({ regionPrefix })),
  ],
  [
    'digest',
    digestSchema,
    [{ alg: 'sm3', value: 'ab'.repeat(32) }],
    [
      { alg: 'md5', value: 'ab'.repeat(32) },
      { alg: 'sm3', value: 'AB'.repeat(32) },
      { alg: 'sm3', value: 'ab'.repeat(31) },
    ],
  ],
  ['id', resourceIdSchema, [ID], [ID.slice(0, -1), `${ID}0`, ID.slice(2), ID.toUpperCase(), `${ID}\n`]],
  [
    'department',
    departmentIdSchema,
    ['11990100MB0000019L'],
    ['11990100MB0000019M', '11990100MB0000019', '11990100mb0000019l'],
  ],
];

describe('the terms of documents', () => {
  it.each(BOUNDS)('%s: takes what is within its bounds', (_name, schema, within) => {
    expect(within.filter((value) => !schema.safeParse(value).success)).toEqual([]);
  });

  it.each(BOUNDS)('%s: refuses what is beyond them', (_name, schema, _within, beyond) => {
    expect(beyond.filter((value) => schema.safeParse(value).success)).toEqual([]);
  });

  it('counts characters as JSON schema does: one outside the BMP is one', () => {
    expect(nameSchema.safeParse('\u{20bb7}'.repeat(MAX_NAME_LENGTH)).success).toBe(true);
    expect(nameSchema.safeParse('\u{20bb7}'.repeat(MAX_NAME_LENGTH + 1)).success).toBe(false);
  });
});
