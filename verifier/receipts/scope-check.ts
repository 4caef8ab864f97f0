import type { EvidenceScope } from '../../ledger/evidence/scope.ts';
import type { AccessReceipt } from '../../ledger/receipts/receipt.ts';
import type { Findings } from '../findings.ts';
import type { World } from '../ledger/world.ts';
import type { ShownReceipt } from './shown-receipt.ts';

const GRANT_DISPUTE = 2;

/** Holds the receipts of a bundle to its scope: none outside it, and none missing as far as that can be seen. */
export class ScopeCheck {
  readonly scope: EvidenceScope;
  readonly #findings: Findings;
  #grantId: string | null = null;
  #next: number;
  #count = 0;
  #hasCheckpoint = false;

  constructor(scope: EvidenceScope, findings: Findings) {
    this.scope = scope;
    this.#findings = findings;
    this.#next = scope.kind === 'range' ? scope.first : 0;
  }

  /** Once the ledger is known. `line`: of the header. */
  begin(line: number, world: World): void {
    if (this.scope.kind === 'grant') {
      this.#grantId = this.scope.grantId;
      if (!world.grants.has(this.scope.grantId)) this.#findings.add('SCOPE_UNKNOWN', line, this.scope.grantId);
    } else if (this.scope.kind === 'case') {
      const item = world.cases.get(this.scope.caseId);
      if (item === undefined) this.#findings.add('SCOPE_UNKNOWN', line, this.scope.caseId);
      else if (item.subjectKind === GRANT_DISPUTE) this.#grantId = item.subject;
    } else if (this.scope.kind === 'gateway' && !world.gateways.has(this.scope.gateway)) {
      this.#findings.add('SCOPE_UNKNOWN', line, this.scope.gateway);
    }
  }

  /** A log of which not every leaf is there cannot be in a bundle of the whole ledger, or of this gateway. */
  takeCheckpoint(line: number, gateway: string, complete: boolean): void {
    const isNamed = this.scope.kind === 'gateway' && this.scope.gateway === gateway;
    if (isNamed) this.#hasCheckpoint = true;
    if ((isNamed || this.scope.kind === 'ledger') && !complete) {
      this.#findings.add('SCOPE_INCOMPLETE', line, gateway);
    }
  }

  /** Other gateways may have receipts of what the scope is about, which it does not promise. */
  get leavesLogsOut(): boolean {
    return this.scope.kind === 'gateway' || this.#grantId !== null;
  }

  take({ line, index, receipt }: ShownReceipt): void {
    if (!this.covers(receipt, index)) {
      this.#findings.add('RECEIPT_OUT_OF_SCOPE', line, receipt.receiptId);
      return;
    }
    this.#count += 1;
    if (this.scope.kind !== 'range') return;
    if (index !== this.#next) {
      this.#findings.add('SCOPE_INCOMPLETE', line, receipt.receiptId, { expected: this.#next, actual: index });
    }
    this.#next = index + 1;
  }

  /** `index` null for a receipt whose place is not known: then a range cannot tell. */
  covers({ grantId, receiptId, gateway }: AccessReceipt, index: number | null): boolean {
    switch (this.scope.kind) {
      case 'ledger':
        return true;
      case 'gateway':
        return gateway === this.scope.gateway;
      case 'grant':
      case 'case':
        return this.#grantId !== null && grantId === this.#grantId;
      case 'receipt':
        return receiptId === this.scope.receiptId;
      case 'range':
        return index !== null && gateway === this.scope.gateway && index >= this.scope.first && index < this.scope.end;
    }
  }

  /** `line`: of the header. */
  finish(line: number): void {
    if (this.scope.kind === 'gateway' && !this.#hasCheckpoint) {
      this.#findings.add('SCOPE_INCOMPLETE', line, this.scope.gateway);
    }
    if (this.scope.kind === 'range' && this.#next !== this.scope.end) {
      this.#findings.add('SCOPE_INCOMPLETE', line, this.scope.gateway, {
        expected: this.scope.end,
        actual: this.#next,
      });
    }
    if (this.scope.kind === 'receipt' && this.#count === 0) {
      this.#findings.add('SCOPE_INCOMPLETE', line, this.scope.receiptId, { expected: 1, actual: this.#count });
    }
  }
}
