import type { Findings } from '../findings.ts';
import { wordOf, keccakOf } from './abi.ts';
import type { Entry } from './entry.ts';
import { type Contract, CONTRACTS } from './events.ts';
import { ZERO } from './world.ts';

export interface Head {
  readonly seq: number;
  readonly head: string;
}

/** Recomputes the history heads of all contracts. */
export class Histories {
  readonly #heads = new Map<Contract, { readonly seq: bigint; readonly head: string }>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** After a finding the history goes on from what the entry says, so that each fault is told once. */
  take(line: number, { contract, seq, head, actHash, name }: Entry): void {
    const last = this.#heads.get(contract) ?? { seq: 0n, head: ZERO };
    this.#heads.set(contract, { seq, head });
    const place = { contract, event: name, seq: seq.toString() };
    if (seq !== last.seq + 1n) {
      this.#findings.add('HISTORY_GAP', line, null, { ...place, expected: (last.seq + 1n).toString() });
    } else if (head !== keccakOf(`${last.head.slice(2)}${wordOf(seq)}${actHash.slice(2)}`)) {
      this.#findings.add('HISTORY_HEAD_MISMATCH', line, null, place);
    }
  }

  /** Compares with the heads that the chain has. */
  finish(line: number, heads: Readonly<Record<Contract, Head>>): void {
    for (const contract of CONTRACTS) {
      const { seq, head } = this.#heads.get(contract) ?? { seq: 0n, head: ZERO };
      if (BigInt(heads[contract].seq) === seq && heads[contract].head === head) continue;
      const facts = { contract, expected: heads[contract].seq, actual: seq.toString() };
      this.#findings.add('HISTORY_INCOMPLETE', line, null, facts);
    }
  }
}
