import type { AccessReceipt } from '../../ledger/receipts/receipt.ts';
import { receiptHash } from '../../ledger/receipts/receipt.ts';
import type { Findings } from '../findings.ts';
import type { World } from '../ledger/world.ts';
import type { ScopeCheck } from '../receipts/scope-check.ts';
import type { ShownReceipt } from '../receipts/shown-receipt.ts';

/** A receipt that a counterparty kept; `source` names where, such as a file. */
export interface ReceiptCopy {
  readonly source: string;
  readonly receipt: AccessReceipt;
}

/** Compares with what counterparties kept: a tail that was cut off shows nowhere else. */
export class CopyCheck {
  compared = 0;
  readonly #copies: Map<string, readonly ReceiptCopy[]>;
  readonly #findings: Findings;

  constructor(copies: readonly ReceiptCopy[], findings: Findings) {
    this.#copies = Map.groupBy(copies, ({ receipt }) => keyOf(receipt));
    this.#findings = findings;
  }

  take({ line, receipt, leaf }: ShownReceipt): void {
    if (this.#copies.size === 0) return;
    const key = keyOf(receipt);
    for (const copy of this.#copies.get(key) ?? []) {
      this.compared += 1;
      if (receiptHash(copy.receipt) === leaf) continue;
      this.#findings.add('COPY_DIFFERS', line, receipt.receiptId, { copy: copy.source });
    }
    this.#copies.delete(key);
  }

  /** What is left over was promised by the scope, and is not there, even if no log of its gateway is. */
  finish(gateways: World['gateways'], scope: ScopeCheck): void {
    for (const { source, receipt } of [...this.#copies.values()].flat()) {
      if (!gateways.has(receipt.gateway) || !scope.covers(receipt, null)) continue;
      this.#findings.add('COPY_MISSING', null, receipt.receiptId, { copy: source, gateway: receipt.gateway });
    }
  }
}

/** Ids are made by gateways, so two of them may use one. */
function keyOf({ gateway, receiptId }: AccessReceipt): string {
  return `${gateway} ${receiptId}`;
}
