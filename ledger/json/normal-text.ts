import { COMBINING_RUN } from './combining-run.ts';

/** RFC 7493 section 2.1. */
export const NONCHARACTER = /\p{Noncharacter_Code_Point}/u;

/**
 * A code point without a character, in the Unicode of this machine. A later version may make a mark of it that is to
 * stand elsewhere, and then the text is no longer in NFC.
 */
export const UNASSIGNED = /\p{Cn}/u;

/**
 * Whether a text is in NFC, without noncharacters and long runs of combining marks: evidence has no other. The runs are
 * looked for first, since to normalize one takes time quadratic in its length.
 */
export function isNormalText(text: string): boolean {
  return !COMBINING_RUN.test(text) && text.normalize('NFC') === text && !NONCHARACTER.test(text);
}

/** The same for whoever lets a text into evidence, which is to be normal for good; who only reads knows no later Unicode. */
export function isLastingText(text: string): boolean {
  return isNormalText(text) && !UNASSIGNED.test(text);
}
