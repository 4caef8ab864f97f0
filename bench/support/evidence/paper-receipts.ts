import { createHash, randomBytes } from 'node:crypto';

import type { EvidenceLineOf } from '../../../ledger/evidence/evidence-line.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import { Frontier } from '../../../ledger/log/frontier.ts';
import { hashLeaf } from '../../../ledger/log/merkle-tree.ts';
import type { JsonValue } from '../../../ledger/json/strict-json.ts';
import { contextHash } from '../../../ledger/receipts/context-hash.ts';
import { contentHash } from '../../../ledger/receipts/content-hash.ts';
import { type AccessReceipt, receiptLeaf } from '../../../ledger/receipts/receipt.ts';
import { READ, type ReadFacts } from '../../../test/verifier/paper-gateway.ts';

type ReceiptLine = EvidenceLineOf<'receipt'>;

/** Every seventh read is of the suspended grant and refused. */
const REFUSED_EVERY = 7;
const BYTES = 12;

/** Receipts of one gateway one after the other, of which nothing is kept but the edge of the tree and two chain ends. */
export class PaperReceipts {
  readonly frontier = new Frontier();
  readonly #gateway: string;
  readonly #permitted: ReadFacts;
  readonly #refused: ReadFacts;
  readonly #ends = new Map<string, { readonly sequence: number; readonly leaf: string }>();
  #used = 0;

  constructor(gateway: string, permitted: ReadFacts, refused: ReadFacts) {
    this.#gateway = gateway;
    this.#permitted = permitted;
    this.#refused = refused;
  }

  next(): ReceiptLine {
    const index = this.frontier.size;
    const isRefused = index % REFUSED_EVERY === REFUSED_EVERY - 1;
    const facts = isRefused ? this.#refused : this.#permitted;
    const contextSalt = newSalt();
    const contentSalt = isRefused ? null : newSalt();
    const end = this.#ends.get(facts.grantId);
    const block = { number: facts.block.number, hash: parseBytes32(facts.block.hash) };
    const receipt: AccessReceipt = {
      type: 'AccessReceipt',
      schema: 'dxl/receipt/1',
      receiptId: `receipt-${String(index).padStart(12, '0')}`,
      gateway: this.#gateway,
      grantId: facts.grantId,
      caller: facts.caller,
      keyId: facts.keyId,
      block,
      requestHash: parseBytes32(sha256(String(index))),
      contextHash: contextHash(contextSalt, READ),
      openedAt: facts.at,
      closedAt: facts.at,
      suppressed: 0,
      sequence: (end?.sequence ?? 0) + 1,
      previous: end === undefined ? null : parseBytes32(end.leaf),
      ...(contentSalt === null ? refusal(block) : this.#delivery(index, contentSalt)),
    };
    this.#append(receipt, facts);
    return {
      type: 'receipt',
      index,
      receipt: jsonOf(receipt),
      context: READ_CONTEXT,
      contextSalt,
      contentSalt,
      proof: null,
    };
  }

  #append(receipt: AccessReceipt, { grantId }: ReadFacts): void {
    const leaf = hashLeaf(receiptLeaf(receipt));
    this.frontier.append(leaf);
    this.#ends.set(grantId, {
      sequence: receipt.sequence ?? 0,
      leaf: `0x${Buffer.from(leaf).toString('hex')}`,
    });
  }

  #delivery(index: number, salt: string) {
    const usage = { second: 0, day: this.#used, total: this.#used, bytesToday: this.#used * BYTES };
    this.#used += 1;
    const digest = Buffer.from(sha256(`row ${String(index)}`).slice(2), 'hex');
    const outcome = { decision: 'PERMIT', outcome: 'DELIVERED', status: 200, rows: 1, bytes: BYTES } as const;
    return { ...outcome, contentHash: contentHash(salt, digest), endedBy: null, usage };
  }
}

const READ_CONTEXT = { ...READ, fields: [...READ.fields], equals: { ...READ.equals } };

function refusal(block: NonNullable<AccessReceipt['block']>) {
  const outcome = { decision: 'NOT_ACTIVE', outcome: 'REFUSED', status: 403, rows: 0, bytes: 0 } as const;
  return { ...outcome, contentHash: null, endedBy: { code: 'NOT_ACTIVE', block }, usage: null };
}

function jsonOf(receipt: AccessReceipt): JsonValue {
  return receipt;
}

function newSalt(): string {
  return randomBytes(32).toString('base64url');
}

function sha256(text: string): string {
  return `0x${createHash('sha256').update(text).digest('hex')}`;
}
