import type { Command } from 'commander';

import { once } from '../../ledger/acts/build-acts.ts';
import { HASH_ALGORITHMS, parseDepartmentId } from '../../ledger/ids.ts';
import type { Bytes32 } from '../../ledger/ids.ts';
import { yearDaysOf } from '../../ledger/working-days.ts';
import { fileHashArgument, parseCount } from '../arguments.ts';
import { CalendarNotPublishedError, publishedYearDays } from '../calendar-days.ts';
import { CliError } from '../cli-error.ts';
import { readList } from '../list-pages.ts';
import { performAct, withActOptions } from '../perform-act.ts';
import type { ActOptions } from '../perform-act.ts';
import { actExpiry, openSession } from '../session.ts';

export function addCalendarCommands(program: Command): void {
  const calendar = program.command('calendar').description('working days, by which deadlines are counted / 工作日历');
  addShow(calendar);
  addLoad(calendar);
}

function addShow(calendar: Command): void {
  calendar
    .command('show')
    .description('the years that the ledger knows')
    .action(async (_options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      output.list(await readList(client, '/v1/calendar', 'years'), ['year', 'workingDays', 'authority', 'noticeHash']);
    });
}

function addLoad(calendar: Command): void {
  withActOptions(calendar.command('load'))
    .argument('<year>', 'four digits; a year is entered once and never changes', parseCount)
    .description('enter the working days of a year as announced (authority only) / 录入工作日历')
    .requiredOption(
      '--notice <file>',
      "the State Council's notice, by its SHA-256 / 国务院办公厅通知",
      fileHashArgument,
    )
    .action(async (year: number, options: ActOptions & { notice: Bytes32 }, command: Command) => {
      const session = openSession(command);
      const workingDays = announcedDays(year);
      const { early: earlyDays, late: lateDays } = yearDaysOf(year, workingDays);
      const act = {
        authority: parseDepartmentId(session.profile.department),
        year,
        earlyDays,
        lateDays,
        noticeHash: options.notice,
        hashAlgorithm: HASH_ALGORITHMS.sha256,
        ...once(actExpiry()),
      };
      const facts = () => ({ year, workingDays: workingDays.length });
      await performAct(session, options, { name: 'setCalendarYear', act, salted: null, facts });
    });
}

/** As npm `chinese-days` has them. @throws CliError INPUT_INVALID for a year that it does not know */
function announcedDays(year: number): string[] {
  try {
    return publishedYearDays(year);
  } catch (cause) {
    if (!(cause instanceof CalendarNotPublishedError)) throw cause;
    throw new CliError('INPUT_INVALID', cause.message, { year }, cause);
  }
}
