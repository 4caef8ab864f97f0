import type { OutboxRow } from '../stores/outbox-row.ts';
import type { OutboxStore } from '../stores/outbox-store.ts';
import type { OutboxFailure, OutboxStatus } from '../stores/schema.ts';
import type { OutboxNode } from './outbox-node.ts';
import type { Relayer } from './relayer.ts';
import { RestingRows } from './resting-rows.ts';

/** EIP-7825: no transaction may have more. */
const MAX_GAS = 16_777_216;
/** Room for what changes between the estimate and the block. */
const GAS_MARGIN_PERCENT = 25;
/** Calls in one pass that the node may be unable to judge before the rest waits for the next pass. */
const MAX_RESTED = 8;

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
  /** A call that the node has refused to estimate for this long, for another reason than a revert, is given up. */
  readonly giveUpAfterMs: number;
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
  readonly #resting: RestingRows;

  constructor(options: SendOptions) {
    this.#options = options;
    this.#resting = new RestingRows(options.resendMs);
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
    let rested = 0;
    while (nonces.length < this.#options.window && rested < MAX_RESTED && this.#options.isCurrent()) {
      const nonce = freeNonce(counts, new Set(nonces));
      const row = (await this.#nextQueued()) ?? (await this.#fill(nonce, nonces));
      if (row === null) return signed;
      const outcome = await this.#sign(row, nonce);
      if (outcome === 'wait') return signed;
      if (outcome === 'rest') rested += 1;
      else signed = true;
      if (outcome === 'signed') nonces.push(nonce);
    }
    return signed;
  }

  async #nextQueued(): Promise<OutboxRow | null> {
    const resting = this.#resting.idsAt(this.#options.nowMs());
    const rows = await this.#options.store.select((query) => {
      const queued = query.where('status', '=', 'QUEUED').orderBy('position').limit(1);
      return resting.length === 0 ? queued : queued.where('id', 'not in', resting);
    });
    return rows[0] ?? null;
  }

  /** A nonce below those on their way that no row has would hold them back for ever: an empty transfer takes it. */
  async #fill(nonce: number, nonces: readonly number[]): Promise<OutboxRow | null> {
    if (nonces.every((taken) => taken < nonce)) return null;
    const { store, relayer, nowMs } = this.#options;
    const fillers = await store.select((rows) => rows.where('status', '=', 'QUEUED').where('digest', 'is', null));
    if (fillers.length > 0) return null;
    const { row } = await store.enqueue({ target: relayer.address, data: '0x', digest: null }, null, nowMs());
    return row;
  }

  /** `wait`: it may depend on what is on its way. `rest`: nothing can be said of this row now, others may pass. */
  async #sign(row: OutboxRow, nonce: number): Promise<'signed' | 'failed' | 'wait' | 'rest'> {
    const { node, relayer, onProblem } = this.#options;
    const estimate = await node.estimateGas({ from: relayer.address, target: row.target, data: row.data });
    if (estimate.kind === 'reverted') return await this.#reverted(row, estimate.revertData);
    if (estimate.kind === 'refused') {
      onProblem(estimate.error);
      return await this.#refused(row);
    }
    if (estimate.gas > MAX_GAS) return await this.#fail(row, { failure: 'GAS_TOO_HIGH' });
    const gasLimit = BigInt(Math.min(MAX_GAS, Math.ceil((estimate.gas * (100 + GAS_MARGIN_PERCENT)) / 100)));
    const { raw, hash } = relayer.sign({ nonce, target: row.target, data: row.data, gasLimit });
    const signature = { sender: relayer.address, nonce, raw, transactionHash: hash };
    // The bytes are durable before anyone else can see them (rule 7): whatever happens now, they can be sent again.
    const signed = await this.#options.store.change(row, { status: 'SIGNED', ...signature });
    if (signed === null) return 'wait';
    this.#resting.moved(row.id);
    return (await this.#send(signed)) ? 'signed' : 'wait';
  }

  /** A refusal says nothing while an act that was queued earlier, here or at another gateway, has no answer yet. */
  async #reverted(row: OutboxRow, revertData: string | null): Promise<'failed' | 'wait' | 'rest'> {
    if (await this.#isAnyEarlier(row, ['SIGNED', 'SENT'])) return 'wait';
    if (!(await this.#isAnyEarlier(row, ['QUEUED']))) return await this.#fail(row, { failure: 'REVERTED', revertData });
    this.#resting.waits(row.id, this.#options.nowMs());
    return 'rest';
  }

  async #isAnyEarlier(row: OutboxRow, statuses: readonly OutboxStatus[]): Promise<boolean> {
    const earlier = await this.#options.store.select((query) =>
      query.where('status', 'in', statuses).where('position', '<', row.position).limit(1),
    );
    return earlier.length > 0;
  }

  /** By time, not by count: a node that is syncing or starting refuses everything for minutes. */
  async #refused(row: OutboxRow): Promise<'failed' | 'rest'> {
    const forMs = this.#resting.refused(row.id, this.#options.nowMs());
    return forMs < this.#options.giveUpAfterMs ? 'rest' : await this.#fail(row, { failure: 'NODE_REFUSED' });
  }

  async #fail(
    row: OutboxRow,
    why: { readonly failure: OutboxFailure; readonly revertData?: string | null },
  ): Promise<'failed'> {
    await this.#options.store.change(row, { status: 'FAILED', ...why });
    this.#resting.moved(row.id);
    return 'failed';
  }
}

/** The lowest nonce that neither the chain, nor a row, nor a transaction unknown to us but pending has. */
function freeNonce({ latest, pending }: TransactionCounts, ours: ReadonlySet<number>): number {
  let nonce = latest;
  while (ours.has(nonce) || nonce < pending) nonce += 1;
  return nonce;
}
