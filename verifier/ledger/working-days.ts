/** The working days of a year: bit i of `early` is day i, bit i of `late` day 256 + i; 1 January is day 0. */
export interface YearBits {
  readonly early: bigint;
  readonly late: bigint;
}

const DAY = 86_400n;
const SHANGHAI = 28_800n;
const MILLISECONDS = 1000;
/** The end of the year 9999: no deadline is counted from later. */
const LAST_DAY = 2_932_896n;

/**
 * The first second after `count` working days behind the day of `now`; null where a year is counted into that was not
 * set. Counts day by day, unlike the contract.
 */
export function after(years: ReadonlyMap<number, YearBits>, now: bigint, count: number): bigint | null {
  let day = (now + SHANGHAI) / DAY;
  let missing = count;
  while (missing > 0) {
    day += 1n;
    if (day > LAST_DAY) return null;
    const date = new Date(Number(day) * Number(DAY) * MILLISECONDS);
    const year = date.getUTCFullYear();
    const bits = years.get(year);
    if (bits === undefined) return null;
    const index = day - BigInt(Date.UTC(year, 0, 1) / MILLISECONDS) / DAY;
    if ((((bits.early | (bits.late << 256n)) >> index) & 1n) === 1n) missing -= 1;
  }
  return (day + 1n) * DAY - SHANGHAI;
}

/** Days of a year that are set, and whether none is behind its last day. */
export function countDays(year: number, { early, late }: YearBits): { readonly days: number; readonly fits: boolean } {
  const all = early | (late << 256n);
  const length = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1 ? 366n : 365n;
  return { days: all.toString(2).replaceAll('0', '').length, fits: all >> length === 0n };
}
