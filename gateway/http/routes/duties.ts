import { parseDepartmentId } from '../../../ledger/ids.ts';
import type { GatewayContext } from '../../context.ts';
import { requireFresh } from '../../chain/require-fresh.ts';
import { inboxOf } from '../../inbox/inbox.ts';
import { supervisedBy } from '../../inbox/supervised.ts';
import { TASKS } from '../../inbox/tasks.ts';
import { LIABILITY_ITEMS } from '../../../ledger/liability.ts';
import { readPending } from '../../stores/pending-rows.ts';
import { readScorecards } from '../../stores/scorecards.ts';
import type { Answer } from '../answer.ts';
import type { SignedCall } from '../signed-route.ts';
import { isParty, notFound, supervises } from '../visibility.ts';

/** What waits for the caller's department: to answer, to deliver, to dispose of, and so on; what is overdue, and why. */
export async function showInbox(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const { timestamp } = await requireFresh(context.follower);
  await context.indexer.whenWritten();
  const { department } = call.caller;
  const { ledger } = context.follower;
  const now = context.now();
  const supervised = supervisedBy(department, ledger);
  const rows = await readPending(context.database, { me: department, supervised, now, chainTime: timestamp });
  const items = inboxOf(department, rows, ledger, now).map((item) => {
    const { title, titleZh } = TASKS[item.task];
    const late = item.liability === null ? null : LIABILITY_ITEMS[item.liability];
    return { ...item, title, titleZh, late: late?.title ?? null, lateZh: late?.titleZh ?? null };
  });
  return { status: 200, body: { department, at: now, items, truncated: rows.truncated } };
}

/** Records of every department for those who supervise, of the caller's own for anybody else. */
export async function listScorecards(context: GatewayContext, call: SignedCall): Promise<Answer> {
  await context.indexer.whenWritten();
  const { ledger } = context.follower;
  const all = ledger.departments().map(({ id }) => id);
  const departments = supervises(context, call) ? all : [call.caller.department];
  const now = context.now();
  const scorecards = await readScorecards(context.database, departments, ledger, now);
  return { status: 200, body: { at: now, scorecards } };
}

export async function showScorecard(context: GatewayContext, call: SignedCall): Promise<Answer> {
  await context.indexer.whenWritten();
  const department = parseDepartmentId(call.params['id']);
  const { ledger } = context.follower;
  if (ledger.department(department) === null || !isParty(context, call, [department])) throw notFound();
  const [scorecard] = await readScorecards(context.database, [department], ledger, context.now());
  if (scorecard === undefined) throw notFound();
  return { status: 200, body: scorecard };
}
