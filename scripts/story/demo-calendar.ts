import { createHash } from 'node:crypto';

import { Interface } from 'ethers';
import { z } from 'zod';

import { plainYearDays, publishedYearDays } from '../../cli/calendar-days.ts';
import { workingDayCalendarAbi } from '../../ledger/__generated__/abi.ts';
import { once } from '../../ledger/acts/build-acts.ts';
import { HASH_ALGORITHMS, parseBytes32 } from '../../ledger/ids.ts';
import { yearDaysOf } from '../../ledger/working-days.ts';
import { callChain } from '../embedded/json-rpc.ts';
import { actDeadline, carryAct } from './carry-act.ts';
import type { Principal } from './principal.ts';

/** As npm `chinese-days` has them from the State Council's notices. */
const PUBLISHED_YEARS = [2025, 2026] as const;
/** From here on deadlines of the demo reach into the next year. */
const LAST_PLAIN_START = Date.UTC(2026, 10, 1);
const SYNTHETIC_YEAR = 2027;

const calendar = new Interface(workingDayCalendarAbi);
const earlyDaysSchema = z.tuple([z.unknown(), z.unknown(), z.unknown(), z.tuple([z.bigint(), z.bigint()])]);

/** The years that the demo needs today and that the ledger does not have. */
export async function missingCalendarYears(url: string, contract: string): Promise<number[]> {
  const needed = [...PUBLISHED_YEARS, ...(Date.now() > LAST_PLAIN_START ? [SYNTHETIC_YEAR] : [])];
  const missing: number[] = [];
  for (const year of needed) {
    const data = calendar.encodeFunctionData('yearOf', [year]);
    const answer = z.string().parse(await callChain(url, 'eth_call', [{ to: contract, data }, 'latest']));
    const found: unknown = calendar.decodeFunctionResult('yearOf', answer).toArray(true)[0];
    const [, , , [early]] = earlyDaysSchema.parse(found);
    if (early === 0n) missing.push(year);
  }
  return missing;
}

/** 工作日历: the working days of a year, which every deadline is counted by. */
export async function setCalendarYear(year: number, authority: Principal): Promise<void> {
  const { early: earlyDays, late: lateDays } = yearDaysOf(year, workingDays(year));
  await carryAct({
    name: 'setCalendarYear',
    act: {
      authority: authority.department.id,
      year,
      earlyDays,
      lateDays,
      noticeHash: parseBytes32(`0x${createHash('sha256').update(noticeOf(year)).digest('hex')}`),
      hashAlgorithm: HASH_ALGORITHMS.sha256,
      ...once(actDeadline()),
    },
    salted: null,
    principal: authority,
  });
}

function workingDays(year: number): string[] {
  return year === SYNTHETIC_YEAR ? plainYearDays(year) : publishedYearDays(year);
}

/** The demo does not have the notices themselves; its ledger holds the hash of a text that says what it used. */
function noticeOf(year: number): string {
  return year === SYNTHETIC_YEAR
    ? `DEMONSTRATION ONLY: ${String(year)} is Monday to Friday; no notice of the State Council was used. 仅供演示,非国务院通知。`
    : `DEMONSTRATION ONLY: ${String(year)} as npm chinese-days has it from the notice of the State Council. 仅供演示。`;
}
