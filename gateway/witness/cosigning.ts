import type { Logger } from 'pino';

import { cosignatureTime } from '../../ledger/log/cosignature.ts';
import { parseNote } from '../../ledger/log/signed-note.ts';
import type { NoteSignature } from '../../ledger/log/signed-note.ts';
import type { Follower } from '../chain/follower.ts';
import { requireFresh } from '../chain/require-fresh.ts';
import type { ReceiptLog } from '../log/receipt-log.ts';
import { RepeatedPass } from '../log/repeated-pass.ts';
import { newestCosignature } from './cosigned-note.ts';
import type { CosignedNote } from './cosigned-note.ts';
import { WitnessError } from './witness-error.ts';
import { WitnessPeer } from './witness-peer.ts';
import type { HeadToCosign } from './witness-peer.ts';
import type { WitnessAddress } from './witnesses-config.ts';

/** A log that nobody writes to is cosigned anew after this time: so it shows that there is nothing newer. */
const REFRESH_SECONDS = 3_600;

export interface CosigningOptions {
  readonly cosigned: CosignedNote;
  readonly log: ReceiptLog;
  readonly follower: Follower;
  readonly witnesses: readonly WitnessAddress[];
  /** The witnesses are asked this long after they were asked last. */
  readonly everyMs: number;
  /** Unix seconds. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** Brings checkpoints to the witnesses and keeps what they sign. Nothing waits for it. */
export class Cosigning {
  readonly #options: CosigningOptions;
  readonly #cosigned: CosignedNote;
  readonly #peers: readonly WitnessPeer[];
  readonly #passes: RepeatedPass;
  readonly #stopping = new AbortController();
  readonly #openedAt: number;

  constructor(options: CosigningOptions) {
    const { cosigned, witnesses, everyMs, logger, now } = options;
    this.#options = options;
    this.#cosigned = cosigned;
    this.#openedAt = now();
    this.#peers = witnesses.map((witness) => new WitnessPeer(witness, options));
    const onProblem = (err: unknown): void => logger.warn({ err, part: 'witnesses' }, 'Will be tried again');
    this.#passes = new RepeatedPass({ work: () => this.#passOnce(), everyMs, onProblem });
    for (const peer of this.#peers) {
      if (cosigned.head?.cosignatures.has(peer.name) === true) peer.knows(cosigned.head.size);
    }
  }

  /** The newest checkpoint that a witness cosigned, with the lines of all that did; null for none. */
  get note(): Uint8Array | null {
    return this.#cosigned.head?.note ?? null;
  }

  /** How many of the witnesses cosigned it. */
  get held(): number {
    return this.#peers.filter(({ name }) => this.#cosigned.head?.cosignatures.has(name) === true).length;
  }

  /** Seconds since a witness cosigned last, or since the start where none did; 0 without witnesses. */
  get ageSeconds(): number {
    if (this.#peers.length === 0) return 0;
    const { head } = this.#cosigned;
    const newest = head === null ? null : newestCosignature(head);
    return Math.max(0, this.#options.now() - (newest ?? this.#openedAt));
  }

  start(): void {
    if (this.#peers.length > 0) this.#passes.start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#passes.stop();
    await Promise.all(this.#peers.map((peer) => peer.close()));
  }

  /** Asks those witnesses that have not cosigned the newest head; resolves when each has answered or failed. */
  async pass(): Promise<void> {
    await this.#passes.pass();
  }

  async #passOnce(): Promise<void> {
    const { log, follower } = this.#options;
    const { size, note } = log.head;
    if (note === null) return;
    // A key that the ledger may have ended is not relied on.
    await requireFresh(follower);
    const head = { size, note, text: parseNote(note).text };
    const asked = this.#peers.filter((peer) => this.#isDue(peer, head));
    const answers = await Promise.all(asked.map(async (peer) => [peer.name, await this.#ask(peer, head)] as const));
    const fresh = new Map(answers.flatMap(([name, answer]) => (answer === null ? [] : [[name, answer] as const])));
    if (fresh.size > 0) await this.#cosigned.put(head, fresh);
  }

  #isDue({ name }: WitnessPeer, { text }: HeadToCosign): boolean {
    const cosigned = this.#cosigned.head;
    const cosignature = cosigned?.text === text ? cosigned.cosignatures.get(name) : undefined;
    return cosignature === undefined || this.#options.now() - cosignatureTime(cosignature) >= REFRESH_SECONDS;
  }

  async #ask(peer: WitnessPeer, head: HeadToCosign): Promise<NoteSignature | null> {
    const { logger } = this.#options;
    try {
      return await peer.cosign(head, this.#stopping.signal);
    } catch (err) {
      const facts = { err, part: 'witnesses', witness: peer.gateway, size: head.size };
      if (isAlarming(err)) logger.error(facts, 'A witness has another history of the log of this gateway');
      else if (!this.#stopping.signal.aborted) logger.warn(facts, 'A witness did not cosign; will be tried again');
      return null;
    }
  }
}

/** What a log that was rewritten, or put back from a backup, looks like from outside. */
function isAlarming(error: unknown): boolean {
  return error instanceof WitnessError && (error.code === 'WITNESS_AHEAD' || error.code === 'WITNESS_FORKED');
}
