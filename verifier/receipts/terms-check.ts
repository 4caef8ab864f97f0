import type { ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import { departmentIdToHex } from '../../ledger/ids.ts';
import type { Findings } from '../findings.ts';
import { ACTIVE, type World } from '../ledger/world.ts';
import type { GatewayLog } from './gateway-logs.ts';
import { QuotaCounts } from './quota-counts.ts';
import type { ShownReceipt } from './shown-receipt.ts';

const MOST_ROWS = 100_000;
/** Between authenticating a request, opening its receipt and closing it a little time passes. */
const SLACK_SECONDS = 60;
/** A gateway that was retired still hands out what it recorded, as AUDIT, but serves no reads. */
const UNTRUSTED: readonly string[] = ['equivocated'];
const NOT_SERVING: readonly string[] = ['retired', ...UNTRUSTED];

/** What is let out needs besides the decision: a gateway, a key, and for a read no more than the terms give. */
export class TermsCheck {
  readonly #findings: Findings;
  readonly #world: World;
  readonly #authorizations: ReadonlyMap<string, ShareAuthorization>;
  readonly #quotas: QuotaCounts;

  constructor(world: World, authorizations: ReadonlyMap<string, ShareAuthorization>, findings: Findings) {
    this.#world = world;
    this.#authorizations = authorizations;
    this.#findings = findings;
    this.#quotas = new QuotaCounts(findings);
  }

  take(shown: ShownReceipt, log: GatewayLog): void {
    const { decision, block, grantId } = shown.receipt;
    this.#quotas.takeRefusal(shown.receipt);
    if (block === null) return;
    if (decision === 'AUDIT') this.#checkParties(shown, log, block.number, UNTRUSTED);
    if (decision !== 'PERMIT' || grantId === null) return;
    this.#checkParties(shown, log, block.number, NOT_SERVING);
    const quota = this.#authorizations.get(grantId)?.quota ?? null;
    if (quota !== null) this.#checkAmounts(shown, quota);
    this.#checkWindow(shown, grantId);
    this.#quotas.take(shown, quota);
  }

  /** Whether a refusal for the quota rests on what no receipt shows. */
  get hasUnseenUsage(): boolean {
    return this.#quotas.hasUnseen;
  }

  #checkParties(shown: ShownReceipt, log: GatewayLog, block: number, refused: readonly string[]): void {
    const { line, receipt } = shown;
    const status = log.gateway.status.at(block);
    if (status !== undefined && refused.includes(status)) {
      this.#findings.add('GATEWAY_NOT_ACTIVE', line, receipt.receiptId, { status, block });
    }
    if (this.#isKeyValid(shown, block)) return;
    this.#findings.add('KEY_NOT_VALID', line, receipt.receiptId, { keyId: receipt.keyId, block });
  }

  #isKeyValid({ receipt }: ShownReceipt, block: number): boolean {
    const key = receipt.keyId === null ? undefined : this.#world.keys.get(receipt.keyId);
    if (key === undefined || receipt.caller === null) return false;
    return (
      key.department === departmentIdToHex(receipt.caller) &&
      key.since <= block &&
      (key.revoked === null || key.revoked.block > block) &&
      key.notBefore <= BigInt(receipt.closedAt) &&
      key.notAfter >= BigInt(receipt.openedAt - SLACK_SECONDS) &&
      this.#world.departments.get(key.department)?.status.at(block) === ACTIVE
    );
  }

  #checkAmounts({ line, receipt, context }: ShownReceipt, quota: ShareAuthorization['quota']): void {
    const mostRows = Math.min(quota.maxRowsPerCall, context?.limit ?? MOST_ROWS, MOST_ROWS);
    const mostBytes = quota.maxBytesPerDay - (receipt.usage?.bytesToday ?? 0);
    if (receipt.rows <= mostRows && receipt.bytes <= mostBytes) return;
    const facts = { rows: receipt.rows, mostRows, bytes: receipt.bytes, mostBytes };
    this.#findings.add('TERMS_EXCEEDED', line, receipt.receiptId, facts);
  }

  #checkWindow({ line, receipt }: ShownReceipt, grantId: string): void {
    const notAfter = this.#world.grants.get(grantId)?.notAfter;
    if (notAfter === undefined || receipt.bytes === 0) return;
    if (BigInt(receipt.closedAt - SLACK_SECONDS) <= notAfter) return;
    const facts = { closedAt: receipt.closedAt, notAfter: notAfter.toString() };
    this.#findings.add('TERMS_EXCEEDED', line, receipt.receiptId, facts);
  }
}
