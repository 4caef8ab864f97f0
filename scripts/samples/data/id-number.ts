const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';

/**
 * A citizen identity number with its check character (GB 11643-1999).
 *
 * @param body region (6 digits), birth date (8) and sequence (3). Use regions of 99 only: no real person has one.
 */
export function completeIdNumber(body: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(body.charAt(index)), 0);
  return body + CHECK_CHARACTERS.charAt(sum % 11);
}
