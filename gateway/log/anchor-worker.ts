import type { GatewayId } from '../../ledger/ids.ts';
import { signTreeHead } from '../../ledger/log/head-signature.ts';
import type { GatewayTreeHead } from '../../ledger/log/head-signature.ts';
import { EMPTY_ROOT, isSameHash, type TreeHash, type TreeHead } from '../../ledger/log/merkle-tree.ts';
import type { HeadOnChain } from '../../ledger/log-anchor.ts';
import type { AuditStanding } from './audit-standing.ts';
import type { LogKeys, ReceiptLog } from './receipt-log.ts';
import { RepeatedPass } from './repeated-pass.ts';

/** What the ledger holds of a gateway's log. */
export interface AnchoredLog {
  readonly status: 'none' | 'active' | 'retired' | 'equivocated';
  /** That its heads must be signed by, lower-case hex; null where it is not registered. */
  readonly account: string | null;
  readonly head: HeadOnChain;
}

/** A head with what the contract asks for: that the log of this head begins with the anchored one, and who says so. */
export interface AnchorCall {
  /** The anchored one, of size 0 before the first. */
  readonly from: TreeHead;
  readonly head: GatewayTreeHead;
  readonly proof: readonly TreeHash[];
  readonly signature: Uint8Array;
}

/** The chain, as far as anchoring needs it. */
export interface AnchorChain {
  /** @throws RpcError */
  read(gateway: GatewayId): Promise<AnchoredLog>;
  /** Resolves when the chain has answered the transaction, or it has taken long. @throws GatewayError */
  carry(call: AnchorCall): Promise<void>;
}

export interface AnchorWorkerOptions {
  readonly keys: LogKeys;
  readonly log: ReceiptLog;
  readonly chain: AnchorChain;
  readonly standing: AuditStanding;
  /** When the receipt with this number was complete; null where that is not known now. */
  readonly closedAt: (leaf: number) => Promise<number | null>;
  /** How many receipts are complete. */
  readonly leaves: () => number;
  /** A new head is anchored this long after the last attempt. */
  readonly anchorMs: number;
  readonly onProblem: (error: unknown) => void;
}

/** Brings heads of the log to the ledger, and the ledger's word on them to {@link AuditStanding}. */
export class AnchorWorker {
  readonly #options: AnchorWorkerOptions;
  readonly #passes: RepeatedPass;
  #anchored: number | null = null;

  constructor(options: AnchorWorkerOptions) {
    this.#options = options;
    const { anchorMs: everyMs, onProblem } = options;
    this.#passes = new RepeatedPass({ work: () => this.#passOnce(), everyMs, onProblem });
  }

  /** Receipts that the ledger has, as of the last look; null before the first. */
  get anchored(): number | null {
    return this.#anchored;
  }

  start(): void {
    this.#passes.start();
  }

  async stop(): Promise<void> {
    await this.#passes.stop();
  }

  /** Looks, and anchors what is published; resolves after one attempt. */
  async pass(): Promise<void> {
    await this.#passes.pass();
  }

  async #passOnce(): Promise<void> {
    const { log, chain } = this.#options;
    const anchored = await this.#look();
    if (anchored === null || log.head.size <= anchored.size) return;
    const { keys } = this.#options;
    const { size, root } = log.head;
    const head = { gateway: keys.gateway, size, root };
    const proof = await log.proveConsistency(anchored.size, size);
    await chain.carry({ from: anchored, head, proof, signature: signTreeHead(keys.place, head, keys.account) });
    await this.#look();
  }

  /** The head of our log that the ledger holds; null where nothing can be anchored on it. */
  async #look(): Promise<TreeHead | null> {
    const { chain, keys, log, standing } = this.#options;
    const { status, account, head } = await chain.read(keys.gateway);
    if (account !== null && account !== keys.address) {
      standing.refuse('TAKEN');
      return null;
    }
    // Before the status, since a gateway that is retired could still sign what convicts it.
    const own = await this.#ownHead(head);
    if (own === null) {
      standing.refuse('FORKED');
      return null;
    }
    if (status === 'retired' || status === 'equivocated') {
      standing.refuse('REVOKED');
      return null;
    }
    this.#anchored = head.size;
    await this.#tell(head.size);
    // The folder of the log may be older than the journal.
    if (head.size > log.head.size) await log.publish();
    return status === 'active' ? own : null;
  }

  /** Null for another head than ours; one of more receipts is of a history that this gateway no longer has. */
  async #ownHead({ size, rootPrefix }: HeadOnChain): Promise<TreeHead | null> {
    if (size === 0) return { size, root: EMPTY_ROOT };
    const root = await this.#options.log.rootOfFirst(size);
    const isOurs = root !== null && isSameHash(root.subarray(0, rootPrefix.length), rootPrefix);
    return isOurs ? { size, root } : null;
  }

  async #tell(size: number): Promise<void> {
    const { standing, closedAt, leaves } = this.#options;
    if (size >= leaves()) {
      standing.anchored(null);
      return;
    }
    const oldest = await closedAt(size);
    // While the index cannot tell, the receipt counts as old as the oldest one that was known.
    if (oldest !== null) standing.anchored(oldest);
  }
}
