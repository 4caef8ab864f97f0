import { z } from 'zod';

import type { ActTable } from './act-definition.ts';
import { count, department, hash, small, uint256 } from './columns.ts';
import { expiry } from './step-acts.ts';

/** The days as bitmaps, see working-days.ts; `noticeHash` is the SHA-256 of the State Council's notice. */
const calendarYear = z.strictObject({
  authority: department,
  year: count,
  earlyDays: uint256,
  lateDays: uint256,
  noticeHash: hash,
  hashAlgorithm: small(3),
  ...expiry,
});

/** The acts of `IWorkingDayCalendar`. */
export const CALENDAR_ACTS = {
  setCalendarYear: {
    contract: 'WorkingDayCalendar',
    primaryType: 'CalendarYear',
    method: 'setYearBySig',
    event: 'CalendarYearSet',
    signers: [{ department: 'authority', role: 'office' }],
    document: null,
    schema: calendarYear,
  },
} as const satisfies ActTable;
