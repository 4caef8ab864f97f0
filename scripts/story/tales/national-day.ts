import { addWorkingDays, yearDaysOf } from '../../../ledger/working-days.ts';
import { publishedYearDays } from '../../../cli/calendar-days.ts';
import { fact } from '../narrator.ts';
import { agreeToShare, type AskedShare, askForShare } from '../share.ts';
import { proofOf } from '../world.ts';
import { residentsFor } from './terms.ts';
import {
  DAY_SECONDS,
  expectThat,
  inShanghai,
  readThing,
  scorecardOf,
  type Tale,
  tellStep,
  waitingFor,
  type Stage,
} from './tale.ts';

const ANSWER_DAYS = 10;
const SHANGHAI_SECONDS = 8 * 3600;

/** (c) A request before National Day, answered late: the calendar says when, and the record shows it for ever. */
export const nationalDay: Tale = {
  title: ['A late answer over National Day', '跨国庆假期的逾期答复'],
  tell: async (stage) => {
    const { world, clock } = stage;
    const [provider, authority] = [world.principal('GA'), world.principal('SH')];
    const { answers: before } = await scorecardOf(authority, provider);
    const asked = await askForShare(residentsFor(world.principal('RS'), world));
    const receivedAt = await clock.now();
    const { dueAt } = await readThing(provider, 'requests', asked.requestId);
    const year = yearDaysOf(2026, publishedYearDays(2026));
    const own = addWorkingDays((number) => (number === 2026 ? year : null), receivedAt, ANSWER_DAYS);
    expectThat(own === dueAt, 'The ledger counts other working days than the calendar');
    tellStep(
      stage,
      'ask',
      ['Ten working days begin to run', '十个工作日开始计算'],
      [
        fact('receivedAt', ['received', '收到'], inShanghai(receivedAt)),
        fact('dueAt', ['late from, by the calendar', '按工作日历逾期时刻'], inShanghai(dueAt)),
        fact(
          'weekdays',
          ['by Monday to Friday it would be', '若仅按周一至周五'],
          inShanghai(weekdaysAfter(receivedAt)),
        ),
        ...(await proofOf(world, 'ShareLedger', asked.recorded)),
      ],
    );
    await tellLateness(stage, asked, dueAt);
    const granted = await agreeToShare(asked);
    const { answers } = await scorecardOf(authority, provider);
    expectThat(answers.late === before.late + 1, 'The scorecard does not count the late answer');
    tellStep(
      stage,
      'scorecard',
      ['The late answer stays on the record', '逾期答复记入履责记录'],
      [
        fact('answers', ['answers in time, late, overdue', '按时、逾期、未答'], counts(answers)),
        ...(await proofOf(world, 'ShareLedger', granted.agreed)),
      ],
    );
  },
};

async function tellLateness(stage: Stage, { terms, requestId }: AskedShare, dueAt: number): Promise<void> {
  const { provider } = terms;
  await stage.clock.moveTo(dueAt + 3 * DAY_SECONDS);
  const [waiting] = await waitingFor(provider, requestId);
  expectThat(waiting?.liability === 'ART39_4_LATE_ANSWER', 'The inbox does not say that the answer is late');
  tellStep(
    stage,
    'overdue',
    ['Three days later nothing was granted by itself', '逾期三日:不因逾期而自动共享'],
    [
      fact('task', ['inbox', '待办'], `${waiting.task} overdue`),
      fact('liability', ['points at', '对应条款'], waiting.liability),
      fact('status', ['request', '申请状态'], (await readThing(provider, 'requests', requestId)).status),
    ],
  );
}

function counts({ inTime, late, overdue }: { inTime: number; late: number; overdue: number }): string {
  return `${String(inTime)}, ${String(late)}, ${String(overdue)}`;
}

/** What a count without a calendar would say: the same rule, every Monday to Friday a working day. */
function weekdaysAfter(receivedAt: number): number {
  let day = Math.floor((receivedAt + SHANGHAI_SECONDS) / DAY_SECONDS);
  for (let left = ANSWER_DAYS; left > 0;) {
    day += 1;
    // Day 0 was a Thursday.
    if ((day + 3) % 7 < 5) left -= 1;
  }
  return (day + 1) * DAY_SECONDS - SHANGHAI_SECONDS;
}
