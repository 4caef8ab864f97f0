import type { OutboxRow } from '../stores/outbox-row.ts';
import type { OutboxStore } from '../stores/outbox-store.ts';
import type { OutboxNode } from './outbox-node.ts';
import type { Relayer } from './relayer.ts';

/** EIP-7825: no transaction may have more. */
const MAX_GAS = 16_777_216;
/** Room for what changes between the estimate and the block. */
const GAS_MARGIN_PERCENT = 25;
/** Refusals without a revert after which a call that was never signed is given up. */
const MAX_REFUSALS = 5;

export interface SendOptions {
  readonly store: OutboxStore;
  readonly node: OutboxNode;
  readonly relayer: Relayer;
  /** Most transactions on their way at a time. */
  readonly window: number;
  /** Bytes without an answer for this long are sent again. */
  readonly resendMs: number;
  /** Bytes that another key signed and that have been waiting for this long are carried here too. */
  readonly adoptAfterMs: number;
  /** False while the ledger state is not proved current: nothing new is signed or judged then. */
  readonly isCurrent: () => boolean;
  readonly nowMs: () => number;
  readonly onProblem: (error: unknown) => void;
}

export interface TransactionCounts {
  readonly latest: number;
  readonly pending: number;
}

/** Signs queued rows and sends signed ones, in the order of their nonces. */
export class OutboxSender {
  readonly #options: SendOptions;
  /** When each row's bytes were last handed to the node by this process; empty at start, so all are sent again. */
  readonly #sentAtMs = new Map<string, number>();
  readonly #refusals = new Map<string, number>();

  constructor(options: SendOptions) {
    this.#options = options;
  }

  /** Keys whose transactions are on their way: our own, and any whose gateway has left them behind. */
  async senders(): Promise<readonly string[]> {
    const { store, relayer, nowMs, adoptAfterMs } = this.#options;
    const others = await store.sendersOnTheirWay(nowMs() - adoptAfterMs);
    return [relayer.address, ...others.filter((sender) => sender !== relayer.address)];
  }

  /** One pass over the rows of one key; true when something was sent. New ones are signed with our own key only. */
  async passOf(sender: string, counts: TransactionCounts): Promise<boolean> {
    const onTheirWay = await this.#unmined(sender, counts.latest);
    let sent = false;
    for (const row of onTheirWay) {
      if (!this.#isDue(row)) continue;
      // In nonce order: what follows a transaction that the node did not take would only wait there.
      if (!(await this.#send(row))) return sent;
      sent = true;
    }
    if (sender !== this.#options.relayer.address) return sent;
    const signed = await this.#signQueued(counts, onTheirWay);
    return sent || signed;
  }

  /** Rows that were found lost are sent again at once. */
  sendAllAgain(): void {
    this.#sentAtMs.clear();
  }

  async #unmined(sender: string, transactionCount: number): Promise<readonly OutboxRow[]> {
    return await this.#options.store.select((query) =>
      query
        .where('status', 'in', ['SIGNED', 'SENT'])
        .where('sender', '=', sender)
        .where('nonce', '>=', transactionCount)
        .orderBy('nonce')
        .limit(this.#options.window),
    );
  }

  #isDue(row: OutboxRow): boolean {
    const sentAtMs = this.#sentAtMs.get(row.id);
    return sentAtMs === undefined || this.#isOld(sentAtMs);
  }

  #isOld(sentAtMs: number): boolean {
    return this.#options.nowMs() - sentAtMs >= this.#options.resendMs;
  }

  #noteSent(row: OutboxRow): void {
    // What is due again anyway need not be remembered: so the map stays as small as what is on its way.
    for (const [id, sentAtMs] of this.#sentAtMs) {
      if (!this.#isOld(sentAtMs)) break;
      this.#sentAtMs.delete(id);
    }
    this.#sentAtMs.delete(row.id);
    this.#sentAtMs.set(row.id, this.#options.nowMs());
  }

  /** False when the node refused the bytes: they stay, are reported and tried again, never signed differently. */
  async #send(row: OutboxRow): Promise<boolean> {
    const { store, node, onProblem } = this.#options;
    if (row.signed === null) return false;
    try {
      await node.sendRaw(row.signed.raw);
    } catch (error) {
      onProblem(error);
      return false;
    }
    this.#noteSent(row);
    if (row.status === 'SIGNED') await store.change(row, { status: 'SENT' });
    return true;
  }

  async #signQueued(counts: TransactionCounts, onTheirWay: readonly OutboxRow[]): Promise<boolean> {
    const nonces = onTheirWay.flatMap(({ signed }) => (signed === null ? [] : [signed.nonce]));
    let signed = false;
    while (nonces.length < this.#options.window && this.#options.isCurrent()) {
      const nonce = freeNonce(counts, new Set(nonces));
      const row = (await this.#nextQueued()) ?? (await this.#fill(nonce, nonces));
      if (row === null) return signed;
      const outcome = await this.#sign(row, nonce);
      if (outcome === 'wait') return signed;
      signed = true;
      if (outcome === 'failed') continue;
      nonces.push(nonce);
    }
    return signed;
  }

  async #nextQueued(): Promise<OutboxRow | null> {
    const rows = await this.#options.store.select((query) =>
      query.where('status', '=', 'QUEUED').orderBy('position').limit(1),
    );
    return rows[0] ?? null;
  }

  /** A nonce below those on their way that no row has would hold them back for ever: an empty transfer takes it. */
  async #fill(nonce: number, nonces: readonly number[]): Promise<OutboxRow | null> {
    if (nonces.every((taken) => taken < nonce)) return null;
    const { store, relayer, nowMs } = this.#options;
    const { row } = await store.enqueue({ target: relayer.address, data: '0x', digest: null }, null, nowMs());
    return row;
  }

  /** `wait`: it may depend on what is on its way, or the node cannot tell; ask again later. */
  async #sign(row: OutboxRow, nonce: number): Promise<'signed' | 'failed' | 'wait'> {
    const { store, node, relayer, onProblem } = this.#options;
    const estimate = await node.estimateGas({ from: relayer.address, target: row.target, data: row.data });
    if (estimate.kind === 'reverted') {
      if (await this.#mayDepend(row)) return 'wait';
      await store.change(row, { status: 'FAILED', failure: 'REVERTED', revertData: estimate.revertData });
      return 'failed';
    }
    if (estimate.kind === 'refused') {
      onProblem(estimate.error);
      return await this.#refused(row);
    }
    if (estimate.gas > MAX_GAS) {
      await store.change(row, { status: 'FAILED', failure: 'GAS_TOO_HIGH' });
      return 'failed';
    }
    const gasLimit = BigInt(Math.min(MAX_GAS, Math.ceil((estimate.gas * (100 + GAS_MARGIN_PERCENT)) / 100)));
    const { raw, hash } = relayer.sign({ nonce, target: row.target, data: row.data, gasLimit });
    const signature = { sender: relayer.address, nonce, raw, transactionHash: hash };
    // The bytes are durable before anyone else can see them (rule 7): whatever happens now, they can be sent again.
    const signed = await store.change(row, { status: 'SIGNED', ...signature });
    if (signed === null) return 'wait';
    return (await this.#send(signed)) ? 'signed' : 'wait';
  }

  /** Acts that were queued earlier, here or at another gateway, and have no answer yet: it may build on them. */
  async #mayDepend(row: OutboxRow): Promise<boolean> {
    const earlier = await this.#options.store.select((query) =>
      query.where('status', 'in', ['SIGNED', 'SENT']).where('position', '<', row.position).limit(1),
    );
    return earlier.length > 0;
  }

  async #refused(row: OutboxRow): Promise<'failed' | 'wait'> {
    const count = (this.#refusals.get(row.id) ?? 0) + 1;
    this.#refusals.set(row.id, count);
    if (count < MAX_REFUSALS) return 'wait';
    this.#refusals.delete(row.id);
    await this.#options.store.change(row, { status: 'FAILED', failure: 'NODE_REFUSED' });
    return 'failed';
  }
}

/** The lowest nonce that neither the chain, nor a row, nor a transaction unknown to us but pending has. */
function freeNonce({ latest, pending }: TransactionCounts, ours: ReadonlySet<number>): number {
  let nonce = latest;
  while (ours.has(nonce) || nonce < pending) nonce += 1;
  return nonce;
}
