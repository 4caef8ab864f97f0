import { parseBytes32, parseDepartmentId } from '../../../ledger/ids.ts';
import type { AccessReceipt } from '../../../ledger/receipts/receipt.ts';
import type { GatewayContext } from '../../context.ts';
import { readTimeline, TIMELINE_KINDS } from '../../stores/timelines.ts';
import type { TimelineKind } from '../../stores/timelines.ts';
import type { StepRow } from '../../stores/ledger-index.ts';
import type { Answer } from '../answer.ts';
import { auditedAnswer } from '../audit-receipt.ts';
import { parsePage } from '../parse-page.ts';
import type { SignedCall } from '../signed-route.ts';
import { notFound, supervises } from '../visibility.ts';

/** One thing that happened; `at` in Unix seconds. */
type TimelineItem =
  | ({ readonly item: 'step'; readonly at: number } & StepRow)
  | ({ readonly item: 'receipt'; readonly at: number; readonly confirmed: boolean } & Pick<
      AccessReceipt,
      'receiptId' | 'grantId' | 'caller' | 'decision' | 'outcome' | 'rows' | 'bytes' | 'block' | 'openedAt'
    >);

/** What happened around a thing or by a department, in order: for supervisors, whose look is recorded as well. */
export async function showTimeline(context: GatewayContext, call: SignedCall): Promise<Answer> {
  if (!supervises(context, call)) throw notFound();
  const kind = TIMELINE_KINDS.find((known) => known === call.params['kind']);
  if (kind === undefined) throw notFound();
  const id = parseSubject(kind, call.params['id'] ?? '');
  const { limit } = parsePage(call.query);
  await context.indexer.whenWritten();
  await context.receipts.indexed();
  const { steps, receipts } = await readTimeline(context.database, kind, id, limit);
  const confirmed = await context.confirmations.find(receipts.map(({ receiptId }) => receiptId));
  const items = [...steps.map(toStep), ...receipts.map((receipt) => toReceipt(receipt, confirmed))];
  items.sort((left, right) => left.at - right.at);
  const truncated = steps.length === limit || receipts.length === limit;
  const bytes = Buffer.from(JSON.stringify({ kind, id, items, truncated }));
  return await auditedAnswer(context, call.caller, `/v1/audit/${kind}/${id}`, {
    bytes,
    contentType: 'application/json',
  });
}

function parseSubject(kind: TimelineKind, id: string): string {
  return kind === 'department' ? parseDepartmentId(id) : parseBytes32(id);
}

function toStep(step: StepRow): TimelineItem {
  return { item: 'step', at: step.recordedAt, ...step };
}

function toReceipt(
  { receiptId, grantId, caller, decision, outcome, rows, bytes, block, openedAt, closedAt }: AccessReceipt,
  confirmed: ReadonlyMap<string, unknown>,
): TimelineItem {
  const what = { receiptId, grantId, caller, decision, outcome, rows, bytes, block, openedAt };
  return { item: 'receipt', at: closedAt, confirmed: confirmed.has(receiptId), ...what };
}
