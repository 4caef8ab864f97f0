import { describe, expect, it } from 'vitest';

import { parseDepartmentId } from '../../../ledger/ids.ts';
import { CalendarNotPublishedError, publishedYearDays, readCalendarDays } from '../../../cli/calendar-days.ts';
import { completeCreditCode } from '../../../scripts/samples/data/credit-code.ts';
import { sampleEnterprises } from '../../../scripts/samples/data/enterprises.ts';
import { completeIdNumber } from '../../../scripts/samples/data/id-number.ts';
import { sampleResidents } from '../../../scripts/samples/data/residents.ts';

describe('completeIdNumber', () => {
  it.each([
    ['99010019900101001', '2'],
    ['99010019851231002', '0'],
    ['99010020000229003', '1'],
    ['99010020000228001', 'X'],
    ['11010519491231002', 'X'], // the worked example of GB 11643
  ])('adds to %s the check character %s', (body, check) => {
    expect(completeIdNumber(body)).toBe(body + check);
  });
});

describe('completeCreditCode', () => {
  it.each([
    ['11990100', 'MB000001', '9L'],
    ['11990100', 'MB000005', '10'], // the sum is a multiple of 31
    ['11990100', 'MB00000M', null],
    ['13990100', 'MB00000H', 'XW'],
  ])('adds to %s %s the check characters %s', (registration, organisation, checks) => {
    const code = completeCreditCode(registration, organisation);
    expect(parseDepartmentId(code)).toBe(code);
    if (checks !== null) expect(code).toBe(registration + organisation + checks);
  });
});

describe('sampleResidents', () => {
  it('gives nobody: region 99, each number once, check character right', () => {
    const residents = sampleResidents();
    expect(residents.length).toBeGreaterThanOrEqual(300);
    expect(new Set(residents.map((row) => row.id_no)).size).toBe(residents.length);
    for (const row of residents) {
      expect(row.id_no).toBe(completeIdNumber(row.id_no.slice(0, 17)));
      expect(row.id_no.slice(0, 2)).toBe('99');
      expect(row.id_no.slice(6, 14)).toBe(row.birth.replaceAll('-', ''));
      expect(row.name.normalize('NFC')).toBe(row.name);
    }
  });

  it('lets people live where their numbers say', () => {
    const CITIES: Readonly<Record<string, string>> = { 9901: '示例省示例市', 9902: '示例省范例市' };
    for (const { id_no, addr } of sampleResidents()) expect(addr.slice(0, 6)).toBe(CITIES[id_no.slice(0, 4)]);
  });

  it('is the same in every run', () => {
    expect(sampleResidents()).toEqual(sampleResidents());
  });
});

describe('sampleEnterprises', () => {
  it('gives valid credit codes, each once', () => {
    const codes = sampleEnterprises().map((row) => row.credit_code);
    expect(new Set(codes).size).toBe(200);
    for (const code of codes) expect(parseDepartmentId(code)).toBe(code);
  });
});

describe('publishedYearDays', () => {
  it.each([
    [2004, 252],
    [2024, 251],
    [2025, 248],
    [2026, 248],
  ])('gives for %i the %i days on which people work', (year, count) => {
    const days = publishedYearDays(year);
    expect(days).toHaveLength(count);
    expect(days.every((date) => date.startsWith(`${String(year)}-`))).toBe(true);
    expect(days).toEqual([...new Set(days)].sort());
  });

  it('has make-up days and no holidays', () => {
    const days = publishedYearDays(2025);
    expect(days).toContain('2025-09-28');
    expect(days).not.toContain('2025-10-08');
  });

  it.each([2003, 2027, 2199])('refuses %i, which would be plain weekdays', (year) => {
    expect(readCalendarDays(year, year).filter(({ working }) => working).length).toBeGreaterThan(259);
    expect(() => publishedYearDays(year)).toThrow(CalendarNotPublishedError);
  });
});
