import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { COMPOUND_SURNAMES } from '../../../gateway/relay/compound-surnames.ts';
import { maskValue } from '../../../gateway/relay/mask.ts';
import { type Mask, MASKS } from '../../../ledger/documents/catalog-entry.ts';

const EXAMPLES: [Mask, string, string][] = [
  ['NAME', '张三', '张*'],
  ['NAME', '王小明', '王**'],
  ['NAME', '欧阳娜娜', '欧阳**'],
  ['NAME', '欧阳娜', '欧阳*'],
  ['NAME', '欧阳', '欧*'],
  ['NAME', '張', '*'],
  ['NAME', '', ''],
  ['NAME', '阿依古丽·买买提', '阿*******'],
  ['NAME', 'John Smith', 'J*********'],
  ['NAME', '𠮷田一郎', '𠮷***'],
  ['NAME', '王𠮷', '王*'],
  ['ID_1_1', '990100199001010012', '9****************2'],
  ['ID_1_1', '99010020000228001X', '9****************X'],
  ['ID_1_1', '9901001', '*******'],
  ['ID_6_4', '990100199001010012', '990100********0012'],
  ['ID_6_4', '990100900101001', '990100*****1001'],
  ['ID_6_4', '99010019900101', '**************'],
  ['PHONE', '10000138000', '100****8000'],
  ['PHONE', '13800138000', '138****8000'],
  ['PHONE', '+8613800138000', '+86***********'],
  ['PHONE', '010-62781234-5678', '010**************'],
  ['PHONE', '13800138000,13900139000', '138********************'],
  ['PHONE', '123456', '******'],
  ['BANK', '6222020200112341234', '6222***********1234'],
  ['BANK', '62220202001', '***********'],
  ['ADDR_DISTRICT', '某市某区幸福路1号', '某市某区***'],
  ['ADDR_DISTRICT', '示例省示例市第一区民主路7号', '示例省示例市第一区***'],
  ['ADDR_DISTRICT', '北京市朝阳区建国路93号院', '北京市朝阳区***'],
  ['ADDR_DISTRICT', '广东省深圳市南山区科技园', '广东省深圳市南山区***'],
  ['ADDR_DISTRICT', '广东省东莞市南城街道元美路8号小区', '广东省东莞市***'],
  ['ADDR_DISTRICT', '内蒙古自治区呼伦贝尔市鄂伦春自治旗', '内蒙古自治区呼伦贝尔市鄂伦春自治旗***'],
  ['ADDR_DISTRICT', '幸福路1号', '***'],
  ['ADDR_DISTRICT', '深圳市大润发超市', '深圳市***'],
  ['ADDR_DISTRICT', '', ''],
  ['YEAR', '1990-02-03', '1990'],
  ['YEAR', '19900203', '1990'],
  ['YEAR', '1990年2月3日', '1990'],
  ['YEAR', '1990', '1990'],
  ['YEAR', '2000-02-29T00:00:00Z', '2000'],
  ['YEAR', '1990020', '****'],
  ['YEAR', '13800138000', '****'],
  ['YEAR', '二〇〇〇年', '****'],
  ['NONE', '王小明', '王小明'],
];

describe('the profiles', () => {
  it.each(EXAMPLES)('%s shows %s as %s', (mask, value, shown) => {
    expect(maskValue(mask, value)).toBe(shown);
  });

  it('mask a number of digits as its text, keep null, and drop what is dropped', () => {
    expect(maskValue('PHONE', 13_800_138_000)).toBe('138****8000');
    expect(maskValue('BANK', 622_202_020_011)).toBe('6222****0011');
    expect(maskValue('YEAR', 19_900_203)).toBe('1990');
    expect(maskValue('NONE', 7)).toBe(7);
    expect(maskValue('NONE', true)).toBe(true);
    expect(MASKS.map((mask) => maskValue(mask, null))).toEqual(MASKS.map(() => null));
    expect(maskValue('DROP', 'x')).toBeNull();
  });

  it.each(MASKS.filter((mask) => mask !== 'NONE'))('%s shows any truth value alike', (mask) => {
    expect(maskValue(mask, true)).toBe(maskValue(mask, false));
    expect(String(maskValue(mask, true))).toMatch(mask === 'DROP' ? /^null$/ : /^\*+$/);
  });

  it.each(['NAME', 'ADDR_DISTRICT'] as const)('%s shows any number alike, which is no text of its kind', (mask) => {
    expect([7, 42, -3.5, 13_800_138_000].map((number) => maskValue(mask, number))).toEqual(Array(4).fill('***'));
  });

  it.each(['ID_1_1', 'ID_6_4', 'PHONE', 'BANK', 'YEAR'] as const)(
    '%s shows nothing of what is no natural number',
    (mask) => {
      const hidden = maskValue(mask, true);
      for (const number of [-13_800_138_000, 12_345_678_901.25, 1.5e-7, 1e21]) {
        expect(maskValue(mask, number)).toBe(hidden);
      }
    },
  );

  it('know each compound surname by two code points', () => {
    expect([...COMPOUND_SURNAMES].filter((surname) => Array.from(surname).length !== 2)).toEqual([]);
  });
});

/** Text as registers have it, and as they should not: Han of every plane, dots, spaces, stars, lone surrogates. */
const character = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0x4e00, max: 0x9fff }).map((point) => String.fromCodePoint(point)) },
  { weight: 3, arbitrary: fc.integer({ min: 0x20000, max: 0x323af }).map((point) => String.fromCodePoint(point)) },
  { weight: 3, arbitrary: fc.constantFrom(...Array.from('·•* -0123456789Xx省市区县')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
);
const text = fc.array(character, { maxLength: 24 }).map((characters) => characters.join(''));
const surname = fc.constantFrom('', ...COMPOUND_SURNAMES, '示例省示例市', '北京市朝阳区', '13800138000', '1990-01-01');
const value = fc.tuple(surname, text).map(([start, rest]) => start + rest);
const runs = { numRuns: 5_000 };
const KEEPING_LENGTH: Mask[] = ['NAME', 'ID_1_1', 'ID_6_4', 'PHONE', 'BANK'];

/** Most code points that a profile may leave at the start and at the end. */
const KEPT: Partial<Record<Mask, [number, number]>> = {
  NAME: [2, 0],
  ID_1_1: [1, 1],
  ID_6_4: [6, 4],
  PHONE: [3, 4],
  BANK: [4, 4],
};

describe('for any text', () => {
  it.each(MASKS)('%s is idempotent', (mask) => {
    fc.assert(
      fc.property(value, (plain) => {
        const once = maskValue(mask, plain);
        expect(maskValue(mask, once)).toBe(once);
      }),
      runs,
    );
  });

  it.each(KEEPING_LENGTH)('%s keeps the length and shows its ends only, by code point', (mask) => {
    const [head, tail] = KEPT[mask] ?? [0, 0];
    fc.assert(
      fc.property(value, (plain) => {
        const characters = Array.from(plain);
        const shown = Array.from(String(maskValue(mask, plain)));
        expect(shown).toHaveLength(characters.length);
        shown.forEach((character, index) => {
          const isEnd = index < head || index >= characters.length - tail;
          expect(character === '*' || (isEnd && character === characters[index])).toBe(true);
        });
      }),
      runs,
    );
  });

  it('two values with the same ends and length look the same', () => {
    const middle = fc.array(character, { minLength: 8, maxLength: 8 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(fc.constantFrom('ID_1_1', 'ID_6_4', 'BANK'), middle, middle, (mask: Mask, left, right) => {
        const [head, tail] = [Array.from('990100').join(''), '0012'];
        const same = Array.from(left).length === Array.from(right).length;
        if (same) expect(maskValue(mask, head + left + tail)).toBe(maskValue(mask, head + right + tail));
        expect(Array.from(left)).toHaveLength(8);
      }),
      runs,
    );
  });

  it('an address shows a start of itself that ends with the name of a division', () => {
    fc.assert(
      fc.property(value, (plain) => {
        const shown = String(maskValue('ADDR_DISTRICT', plain));
        const kept = shown.replace(/\*\*\*$/, '');
        expect(plain.startsWith(kept)).toBe(true);
        expect(kept === '' || /[省市区县旗州盟岛]$/u.test(kept)).toBe(true);
      }),
      runs,
    );
  });

  it('a date shows a year or nothing', () => {
    fc.assert(
      fc.property(value, (plain) => {
        expect(String(maskValue('YEAR', plain))).toMatch(/^(?:|\*{4}|(?:18|19|20)\d{2})$/);
      }),
      runs,
    );
  });
});
