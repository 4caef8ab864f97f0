import type { Mask } from '../../ledger/documents/catalog-entry.ts';
import type { Scalar } from '../sources/source.ts';
import { COMPOUND_SURNAMES } from './compound-surnames.ts';
import { maskAddress } from './mask-address.ts';

const STAR = '*';
/** Stands for a value without parts that a mask could keep. */
const HIDDEN = '***';

/** Masks for numerals, which a source may well hold as numbers. */
const NUMERAL_MASKS: readonly Mask[] = ['ID_1_1', 'ID_6_4', 'PHONE', 'BANK', 'YEAR'];

/** Below these lengths the kept ends would be most of the value, so it is hidden whole. In code points. */
const SHORTEST_ID_FOR_ENDS = 8;
const SHORTEST_ID_FOR_REGION = 15;
const SHORTEST_CARD = 12;
const SHORTEST_PHONE = 7;

/** Stars are allowed in the middle, so that a masked number is masked to itself. */
const MOBILE = /^1[0-9]{2}[0-9*]{4}[0-9]{4}$/;
const YEAR = /^((?:18|19|20)[0-9]{2})(?:$|[-/.年]|[0-9]{4}$)/u;
const NO_YEAR = '****';

/** Hides all but `head` and `tail` characters of `text`; all of it when it is shorter than `shortest`. */
function keepEnds(text: string, head: number, tail: number, shortest: number): string {
  const characters = Array.from(text);
  if (characters.length < shortest) return STAR.repeat(characters.length);
  const hidden = characters.length - head - tail;
  return characters.slice(0, head).join('') + STAR.repeat(hidden) + characters.slice(characters.length - tail).join('');
}

/**
 * Keeps the surname, and the length: 王小明 to 王**, 欧阳娜娜 to 欧阳**. A known compound surname keeps both characters
 * when a given name follows. The dot of a transcribed name is hidden like a letter: it tells an origin.
 */
function maskName(name: string): string {
  const characters = Array.from(name);
  if (characters.length < 2) return STAR.repeat(characters.length);
  const compound = characters.length > 2 && COMPOUND_SURNAMES.has(characters.slice(0, 2).join(''));
  const kept = compound ? 2 : 1;
  return characters.slice(0, kept).join('') + STAR.repeat(characters.length - kept);
}

/** 3 + 4 of a mobile number. Anything else (area code, extension, two numbers in one field) keeps the first 3 only. */
function maskPhone(phone: string): string {
  return MOBILE.test(phone) ? keepEnds(phone, 3, 4, SHORTEST_PHONE) : keepEnds(phone, 3, 0, SHORTEST_PHONE);
}

function maskYear(date: string): string {
  return date === '' ? '' : (YEAR.exec(date)?.[1] ?? NO_YEAR);
}

function maskText(mask: Exclude<Mask, 'NONE' | 'DROP'>, text: string): string {
  switch (mask) {
    case 'NAME':
      return maskName(text);
    case 'ID_1_1':
      return keepEnds(text, 1, 1, SHORTEST_ID_FOR_ENDS);
    case 'ID_6_4':
      return keepEnds(text, 6, 4, SHORTEST_ID_FOR_REGION);
    case 'PHONE':
      return maskPhone(text);
    case 'ADDR_DISTRICT':
      return maskAddress(text);
    case 'BANK':
      return keepEnds(text, 4, 4, SHORTEST_CARD);
    case 'YEAR':
      return maskYear(text);
  }
}

/** The first letter or the length of `true` is all of it, and a number is not a name. */
function textOf(mask: Mask, value: Exclude<Scalar, null>): string {
  if (typeof value === 'string') return value;
  const isNumeral = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  return isNumeral && NUMERAL_MASKS.includes(mask) ? String(value) : HIDDEN;
}

/**
 * A value as a reader without the right to its plain form sees it (domain rules of 脱敏). Counts code points, never
 * UTF-16 units; masking a masked value changes nothing. Null stays null. A natural number is masked as its digits where
 * the mask is one for digits; any other number, and a boolean, is hidden whole.
 *
 * NAME, ID_1_1, ID_6_4, PHONE and BANK keep the length of a text. ADDR_DISTRICT and YEAR do not. DROP is always null.
 */
export function maskValue(mask: Mask, value: Scalar): Scalar {
  if (mask === 'DROP') return null;
  if (mask === 'NONE' || value === null) return value;
  return maskText(mask, textOf(mask, value));
}
