import type { EvidenceScope } from '../../ledger/evidence/scope.ts';
import type { Findings } from '../findings.ts';
import type { ShownReceipt } from './shown-receipt.ts';

/** Scopes of which every receipt of a grant is in the bundle from the first on. */
const FROM_THE_FIRST: readonly EvidenceScope['kind'][] = ['ledger', 'gateway', 'grant', 'case'];

/** The last receipt of a grant. */
interface Last {
  readonly sequence: number;
  /** Hex. */
  readonly leaf: string;
}

/**
 * Receipts of one grant in the log of one gateway hang together: nothing can be left out between two of them. Of each
 * grant that a receipt names, whether the ledger has it or not, the last one is kept, in a quarter of a kilobyte.
 */
export class Sequences {
  readonly #lastOf = new Map<string, Map<string, string>>();
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
    const last = this.#replaceLast(gateway, grantId ?? '', { sequence, leaf });
    const expected = last === null ? 1 : last.sequence + 1;
    const isFirst = last === null && !FROM_THE_FIRST.includes(this.#kind);
    if (!isFirst && sequence !== expected) {
      this.#findings.add('RECEIPT_SEQUENCE', line, receiptId, { expected, actual: sequence });
    } else if (last !== null && previous !== last.leaf) {
      this.#findings.add('RECEIPT_SEQUENCE', line, receiptId, { previous, expected: last.leaf });
    }
  }

  #replaceLast(gateway: string, grantId: string, next: Last): Last | null {
    let grants = this.#lastOf.get(gateway);
    if (grants === undefined) this.#lastOf.set(gateway, (grants = new Map<string, string>()));
    const key = pack(grantId);
    const last = grants.get(key);
    grants.set(key, `${pack(next.leaf)}${next.sequence.toString()}`);
    return last === undefined ? null : unpack(last);
  }
}

/** 32 bytes as so many characters, a string of its own. */
function pack(hex: string): string {
  return Buffer.from(hex.slice(2), 'hex').toString('latin1');
}

function unpack(packed: string): Last {
  const leaf = `0x${Buffer.from(packed.slice(0, 32), 'latin1').toString('hex')}`;
  return { sequence: Number(packed.slice(32)), leaf };
}
