import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

import { Wallet } from 'ethers';

import { newSalt } from '../../ledger/document-hash.ts';
import {
  type AccessKeyId,
  type DepartmentId,
  deriveGatewayId,
  parseGatewayId,
  type GrantId,
  parseBytes32,
} from '../../ledger/ids.ts';
import { formatCheckpoint, logOrigin } from '../../ledger/log/checkpoint.ts';
import { consistencyPath, proveConsistency } from '../../ledger/log/consistency.ts';
import { proveInclusion } from '../../ledger/log/inclusion.ts';
import { hashLeaf, hashNode, type TreeHash } from '../../ledger/log/merkle-tree.ts';
import { signNote } from '../../ledger/log/signed-note.ts';
import { rootOf } from '../../ledger/log/subtree.ts';
import { contentHash } from '../../ledger/receipts/content-hash.ts';
import { type AccessContext, contextHash } from '../../ledger/receipts/context-hash.ts';
import { type AccessReceipt, parseReceipt, receiptLeaf } from '../../ledger/receipts/receipt.ts';
import { exportPublicKey } from '../../ledger/signatures/signature-key.ts';

/** A receipt with what is kept beside it. */
export interface SavedReceipt {
  readonly receipt: AccessReceipt;
  readonly context: AccessContext;
  readonly contextSalt: string;
  readonly contentSalt: string | null;
  readonly content: Uint8Array;
}

/** Whose read a receipt is about, and when. */
export interface ReadFacts {
  readonly grantId: GrantId;
  readonly caller: DepartmentId;
  readonly keyId: AccessKeyId;
  readonly block: { readonly number: number; readonly hash: string };
  /** Unix seconds. */
  readonly at: number;
}

export const READ: AccessContext = {
  purpose: 'BUSINESS_COLLAB',
  caseNumber: 'CASE-1',
  system: 'SI-TEST-01',
  fields: [],
  equals: {},
  region: null,
  limit: null,
};

/** A gateway's keys and its log of receipts, honest unless it is told otherwise. */
export class PaperGateway {
  readonly id: string;
  readonly publicKey: string;
  /** Signs tree heads for the chain. */
  readonly wallet = new Wallet(Wallet.createRandom().privateKey);
  /** Size of the head that the chain accepted last. */
  anchored = 0;
  readonly privateKey: KeyObject;
  readonly receipts: SavedReceipt[] = [];
  readonly #leaves: TreeHash[] = [];
  readonly #last = new Map<string, { sequence: number; leaf: string }>();
  #used = 0;

  constructor(privateKey: KeyObject = generateKeyPairSync('ed25519').privateKey) {
    this.privateKey = privateKey;
    const { bytes } = exportPublicKey(createPublicKey(privateKey));
    this.publicKey = `0x${Buffer.from(bytes).toString('hex')}`;
    this.id = deriveGatewayId('ed25519', bytes);
  }

  get size(): number {
    return this.#leaves.length;
  }

  /** A permitted and delivered read; `changes` are what a forger would write instead. */
  deliver(facts: ReadFacts, changes: Partial<AccessReceipt> = {}, context: AccessContext = READ): SavedReceipt {
    const content = Buffer.from(`{"row":${String(this.size)}}\n`);
    const salt = newSalt();
    const usage = { second: 0, day: this.#used, total: this.#used, bytesToday: this.#used * 10 };
    this.#used += 1;
    const outcome = { decision: 'PERMIT', outcome: 'DELIVERED', status: 200, rows: 1, bytes: content.length } as const;
    const digest = createHash('sha256').update(content).digest();
    const members = { ...outcome, contentHash: contentHash(salt, digest), endedBy: null, usage };
    return this.#append(facts, { ...members, ...changes }, context, salt, content);
  }

  refuse(facts: ReadFacts, code: string, changes: Partial<AccessReceipt> = {}, context: AccessContext = READ) {
    const endedBy = { code, block: { number: facts.block.number, hash: parseBytes32(facts.block.hash) } };
    const outcome = { decision: code, outcome: 'REFUSED', status: 403, rows: 0, bytes: 0 } as const;
    const members = { ...outcome, contentHash: null, endedBy, usage: null, ...changes };
    return this.#append(facts, members, context, null, Buffer.alloc(0));
  }

  /** Begins its log anew, as it can as long as no head of it is anchored. */
  forget(): void {
    this.receipts.length = 0;
    this.#leaves.length = 0;
    this.#last.clear();
    this.#used = 0;
  }

  checkpoint(size = this.size): Promise<string> {
    return this.#note(size);
  }

  async root(size = this.size): Promise<TreeHash> {
    return await rootOf(this.#read, size);
  }

  async inclusion(index: number, size = this.size): Promise<string[]> {
    return (await proveInclusion(this.#read, index, size)).map(hex);
  }

  async consistency(from: number, to = this.size): Promise<string[]> {
    return from === 0 ? [] : (await proveConsistency(this.#read, from, to)).map(hex);
  }

  /** From the head that the chain accepted last, as `ReceiptLog` takes it. */
  async anchorPath(): Promise<string[]> {
    const from = { size: this.anchored, root: await this.root(this.anchored) };
    return consistencyPath(from, await proveConsistency(this.#read, from.size, this.size)).map(hex);
  }

  sign(statement: Uint8Array): Uint8Array {
    return sign(null, statement, this.privateKey);
  }

  /** Puts a receipt where another was, as whoever has the key can before the head is anchored. */
  replace(index: number, receipt: AccessReceipt): void {
    this.receipts[index] = { ...this.receipts[index]!, receipt };
    this.#leaves[index] = hashLeaf(receiptLeaf(receipt));
  }

  #append(
    { grantId, caller, keyId, block, at }: ReadFacts,
    members: Partial<AccessReceipt>,
    context: AccessContext,
    contentSalt: string | null,
    content: Uint8Array,
  ): SavedReceipt {
    const contextSalt = newSalt();
    const last = this.#last.get(grantId);
    const parsed = parseReceipt({
      type: 'AccessReceipt',
      schema: 'dxl/receipt/1',
      receiptId: `receipt-${String(this.size).padStart(12, '0')}`,
      gateway: this.id,
      grantId,
      caller,
      keyId,
      block: { number: block.number, hash: parseBytes32(block.hash) },
      requestHash: parseBytes32(`0x${createHash('sha256').update(String(this.size)).digest('hex')}`),
      contextHash: contextHash(contextSalt, context),
      suppressed: 0,
      sequence: (last?.sequence ?? 0) + 1,
      previous: last?.leaf ?? null,
      ...members,
      openedAt: at,
      closedAt: at,
    });
    // A forger's times need not fit each other.
    const receipt = { ...parsed, openedAt: members.openedAt ?? at, closedAt: members.closedAt ?? at };
    const leaf = hashLeaf(receiptLeaf(receipt));
    this.#leaves.push(leaf);
    this.#last.set(grantId, { sequence: receipt.sequence!, leaf: hex(leaf) });
    const saved = { receipt, context, contextSalt, contentSalt, content };
    this.receipts.push(saved);
    return saved;
  }

  async #note(size: number): Promise<string> {
    const origin = logOrigin(parseGatewayId(this.id));
    const text = formatCheckpoint({ origin, size, root: await this.root(size) });
    return Buffer.from(signNote(text, [{ name: origin, privateKey: this.privateKey }])).toString();
  }

  readonly #read = async (level: number, index: number): Promise<TreeHash> => {
    if (level === 0) return this.#leaves[index]!;
    const [left, right] = await Promise.all([this.#read(level - 1, index * 2), this.#read(level - 1, index * 2 + 1)]);
    return hashNode(left, right);
  };
}

function hex(hash: TreeHash): string {
  return `0x${Buffer.from(hash).toString('hex')}`;
}
