import type { EvidenceLineOf } from '../../ledger/evidence/evidence-line.ts';
import type { AccessReceipt } from '../../ledger/receipts/receipt.ts';

/** A receipt of the bundle with all that is shown beside it. */
export interface ShownReceipt {
  readonly line: number;
  readonly index: number;
  readonly receipt: AccessReceipt;
  /** Leaf hash in hex. */
  readonly leaf: string;
  /** Null if it is withheld, or is not the one that the receipt commits to. */
  readonly context: EvidenceLineOf<'receipt'>['context'];
  readonly contentSalt: string | null;
}
