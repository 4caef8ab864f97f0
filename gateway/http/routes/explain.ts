import { DENY_CODES } from '../../../ledger/deny-codes.ts';
import type { DenyCode } from '../../../ledger/deny-codes.ts';
import { EXPLANATIONS } from '../../../ledger/explanations.ts';
import type { AccessReceipt } from '../../../ledger/receipts/receipt.ts';
import type { GatewayContext } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import type { StepRow } from '../../stores/ledger-index.ts';
import type { Answer } from '../answer.ts';
import type { SignedCall } from '../signed-route.ts';
import { isParty } from '../visibility.ts';
import { findReceipt } from './receipts.ts';

/** Something that the ledger held when the read was refused. `sinceBlock` is null for what no entry says. */
interface Fact {
  readonly name: string;
  readonly value: string;
  readonly sinceBlock: number | null;
}

/** Which rule refused a read, by which fact, since which block, and what can be done; from the receipt of the refusal. */
export async function explainReceipt(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const { receipt } = await findReceipt(context, call);
  const code = receipt.endedBy?.code ?? receipt.decision;
  if (!isDenyCode(code)) {
    throw new GatewayError('REQUEST_INVALID', 'This read was not refused by the ledger', { code });
  }
  const { title, titleZh } = DENY_CODES[code];
  const { receiptId, block } = receipt;
  const facts = await readFacts(context, call, receipt, code);
  return { status: 200, body: { receiptId, block, code, title, titleZh, ...EXPLANATIONS[code], facts } };
}

function isDenyCode(code: string): code is DenyCode {
  return Object.hasOwn(DENY_CODES, code);
}

/** A grant that is not the caller's to see is as unknown as one that does not exist. */
async function readFacts(
  context: GatewayContext,
  call: SignedCall,
  receipt: AccessReceipt,
  code: DenyCode,
): Promise<readonly Fact[]> {
  const { grantId } = receipt;
  await context.indexer.whenWritten();
  const grant = grantId === null ? null : await context.index.grant(grantId);
  const isShown = grant !== null && isParty(context, call, [grant.requester, grant.provider]);
  if (!isShown) return [{ name: 'grant', value: 'unknown', sinceBlock: null }];
  const until = receipt.endedBy?.block?.number ?? receipt.block?.number ?? Number.MAX_SAFE_INTEGER;
  const window = `${String(grant.notBefore)}..${String(grant.notAfter)}`;
  const facts: Fact[] = [
    ...lastStep('grant', await context.index.steps(grant.grantId), until),
    { name: 'window', value: window, sinceBlock: grant.blockNumber },
  ];
  if (code !== 'RESOURCE_WITHDRAWN' && code !== 'NOT_ACTIVE') return facts;
  const sides = [grant.requester, grant.provider].map((id) => context.follower.ledger.department(id));
  const departments = sides.flatMap((side): readonly Fact[] =>
    side === null ? [] : [{ name: `department ${side.id}`, value: side.status, sinceBlock: null }],
  );
  return [...facts, ...lastStep('resource', await context.index.steps(grant.resourceId), until), ...departments];
}

/** The newest step that the decision could know. */
function lastStep(name: string, steps: readonly StepRow[], until: number): readonly Fact[] {
  const last = steps.findLast(({ blockNumber }) => blockNumber <= until);
  if (last === undefined) return [];
  const { status, event, department, reasonCode, blockNumber } = last;
  const why = reasonCode === null ? '' : `, ${reasonCode}`;
  return [{ name, value: `${status} (${event} by ${department}${why})`, sinceBlock: blockNumber }];
}
