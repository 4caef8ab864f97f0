import type { EvidenceScope } from '../../ledger/evidence/scope.ts';
import type { Findings } from '../findings.ts';
import type { ShownReceipt } from './shown-receipt.ts';

/** Scopes of which every receipt of a grant is in the bundle from the first on. */
const FROM_THE_FIRST: readonly EvidenceScope['kind'][] = ['ledger', 'gateway', 'grant', 'case'];

/** Receipts of one grant in the log of one gateway hang together: nothing can be left out between two of them. */
export class Sequences {
  readonly #last = new Map<string, { readonly sequence: number; readonly leaf: string }>();
  readonly #kind: EvidenceScope['kind'];
  readonly #findings: Findings;

  constructor({ kind }: EvidenceScope, findings: Findings) {
    this.#kind = kind;
    this.#findings = findings;
  }

  take({ line, receipt, leaf }: ShownReceipt): void {
    const { gateway, grantId, sequence, previous, receiptId } = receipt;
    const isShaped = (sequence === null) === (grantId === null) && (previous === null) === ((sequence ?? 1) === 1);
    if (!isShaped) this.#findings.add('RECEIPT_SEQUENCE', line, receiptId, { sequence, previous });
    if (sequence === null || this.#kind === 'receipt') return;
    const key = `${gateway}${grantId ?? ''}`;
    const last = this.#last.get(key);
    this.#last.set(key, { sequence, leaf });
    const expected = last === undefined ? 1 : last.sequence + 1;
    const isFirst = last === undefined && !FROM_THE_FIRST.includes(this.#kind);
    if (!isFirst && sequence !== expected) {
      this.#findings.add('RECEIPT_SEQUENCE', line, receiptId, { expected, actual: sequence });
    } else if (last !== undefined && previous !== last.leaf) {
      this.#findings.add('RECEIPT_SEQUENCE', line, receiptId, { previous, expected: last.leaf });
    }
  }
}
