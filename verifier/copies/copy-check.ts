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

export interface CopyFacts {
  readonly gateways: World['gateways'];
  /** By gateway: those with a checkpoint in the file. */
  readonly logs: ReadonlyMap<string, unknown>;
  readonly scope: ScopeCheck;
  /** The gateway that signed the file. */
  readonly exporter: string;
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
  finish(facts: CopyFacts): void {
    for (const { source, receipt } of [...this.#copies.values()].flat()) {
      if (!isPromised(receipt, facts)) continue;
      this.#findings.add('COPY_MISSING', null, receipt.receiptId, { copy: source, gateway: receipt.gateway });
    }
  }
}

/** No gateway has the logs of the others, so a file about a grant can miss those; its exporter's own it must have. */
function isPromised(receipt: AccessReceipt, { gateways, logs, scope, exporter }: CopyFacts): boolean {
  const { gateway } = receipt;
  if (!gateways.has(gateway) || !scope.covers(receipt, null)) return false;
  return !scope.leavesLogsOut || logs.has(gateway) || gateway === exporter;
}

/** Ids are made by gateways, so two of them may use one. */
function keyOf({ gateway, receiptId }: AccessReceipt): string {
  return `${gateway} ${receiptId}`;
}
