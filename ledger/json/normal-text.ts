import { COMBINING_RUN } from './combining-run.ts';

/** RFC 7493 section 2.1. */
export const NONCHARACTER = /\p{Noncharacter_Code_Point}/u;

/**
 * Whether a text is in NFC, without noncharacters and long runs of combining marks: evidence has no other. The runs are
 * looked for first, since to normalize one takes time quadratic in its length.
 */
export function isNormalText(text: string): boolean {
  return !COMBINING_RUN.test(text) && text.normalize('NFC') === text && !NONCHARACTER.test(text);
}
