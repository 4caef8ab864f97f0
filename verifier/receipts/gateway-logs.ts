import { parseCheckpoint } from '../../ledger/log/checkpoint.ts';
import { verifyConsistency } from '../../ledger/log/consistency.ts';
import { Frontier } from '../../ledger/log/frontier.ts';
import { verifyInclusion } from '../../ledger/log/inclusion.ts';
import { isSameHash, type TreeHash, type TreeHead } from '../../ledger/log/merkle-tree.ts';
import { openNote } from '../../ledger/log/signed-note.ts';
import { LedgerError } from '../../ledger/errors.ts';
import type { EvidenceLineOf } from '../../ledger/evidence/evidence-line.ts';
import type { Findings } from '../findings.ts';
import type { Gateway, World } from '../ledger/world.ts';

/** The log of one gateway, as far as the bundle shows it. */
export interface GatewayLog {
  readonly line: number;
  readonly gateway: Gateway;
  /** Null where the checkpoint is none. */
  readonly head: TreeHead | null;
  /** All leaves follow, in order; null where each brings a proof. */
  readonly frontier: Frontier | null;
  lastIndex: number;
}

/** Checkpoints of gateways against their keys and anchored heads, and leaves against checkpoints. */
export class GatewayLogs {
  readonly logs = new Map<string, GatewayLog>();
  readonly #findings: Findings;
  #last = '';

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  take(line: number, { gateway: id, note, consistency, complete }: EvidenceLineOf<'checkpoint'>, world: World): void {
    if (id <= this.#last) {
      this.#findings.stop('LINE_ORDER', line, id);
      return;
    }
    this.#last = id;
    const gateway = world.gateways.get(id);
    if (gateway === undefined) {
      this.#findings.add('GATEWAY_UNKNOWN', line, id);
      return;
    }
    const head = this.#open(line, id, gateway, note);
    if (head !== null && !isContinued(gateway, head, consistency.map(bytesOf))) {
      const anchored = gateway.anchored?.size.toString() ?? '0';
      this.#findings.add('ANCHOR_INCONSISTENT', line, id, { anchored, size: head.size });
    }
    this.logs.set(id, { line, gateway, head, frontier: complete ? new Frontier() : null, lastIndex: -1 });
  }

  /**
   * What is wrong with the place of a leaf. Leaves of a complete log are appended and compared at the end; under a
   * checkpoint that is none nothing can be told.
   */
  placeOf(
    { head, frontier }: GatewayLog,
    index: number,
    leafHash: TreeHash,
    proof: readonly string[] | null,
  ): 'RECEIPT_NOT_INCLUDED' | 'SCOPE_INCOMPLETE' | null {
    if (head === null) return null;
    if (frontier !== null) {
      const isNext = index === frontier.size;
      frontier.append(leafHash);
      return isNext ? null : 'SCOPE_INCOMPLETE';
    }
    const isIncluded = proof !== null && verifyInclusion({ index, leafHash, head, proof: proof.map(bytesOf) });
    return isIncluded ? null : 'RECEIPT_NOT_INCLUDED';
  }

  /** A bundle of the whole ledger has the log of every gateway whose head the chain took. */
  requireAll(line: number, world: World): void {
    for (const id of this.leftOut(world)) this.#findings.add('SCOPE_INCOMPLETE', line, id);
  }

  /** Gateways whose head the chain took, and whose log is not in the bundle. */
  leftOut({ gateways }: World): readonly string[] {
    return [...gateways].filter(([id, { anchored }]) => anchored !== null && !this.logs.has(id)).map(([id]) => id);
  }

  /** Complete logs must have come to their heads. */
  finish(): void {
    for (const [id, { line, head, frontier }] of this.logs) {
      if (head === null || frontier === null) continue;
      const facts = { expected: head.size, actual: frontier.size };
      if (frontier.size < head.size) this.#findings.add('SCOPE_INCOMPLETE', line, id, facts);
      else if (!isSameHash(frontier.root(), head.root)) this.#findings.add('RECEIPT_NOT_INCLUDED', line, id, facts);
    }
  }

  #open(line: number, id: string, { publicKey }: Gateway, note: string): TreeHead | null {
    const name = `dxl/receipts/${id}`;
    try {
      const { text, signatures } = openNote(Buffer.from(note), [{ name, publicKey: bytesOf(publicKey) }]);
      const checkpoint = parseCheckpoint(text);
      if (checkpoint.origin === name && signatures.length > 0) return checkpoint;
      this.#findings.add('CHECKPOINT_INVALID', line, id, { origin: checkpoint.origin });
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#findings.add('CHECKPOINT_INVALID', line, id, { why: error.code, ...error.details });
    }
    return null;
  }
}

/** Whether the head continues the one that the chain accepted last. */
function isContinued({ anchored }: Gateway, to: TreeHead, proof: readonly TreeHash[]): boolean {
  if (anchored === null) return proof.length === 0;
  return verifyConsistency({ from: { size: Number(anchored.size), root: bytesOf(anchored.root) }, to, proof });
}

function bytesOf(hex: string): Uint8Array {
  return Buffer.from(hex.slice(2), 'hex');
}
