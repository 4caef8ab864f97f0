import type { Kysely } from 'kysely';
import type { Logger } from 'pino';

import type { Follower } from '../chain/follower.ts';
import type { Indexer } from '../chain/indexer.ts';
import type { Metrics } from '../metrics.ts';
import type { LedgerIndex } from '../stores/ledger-index.ts';
import type { EntryListener } from '../stores/ledger-rows.ts';
import type { Database } from '../stores/schema.ts';
import { NoticeSender } from './notice-sender.ts';
import { NoticeStore } from './notice-store.ts';
import type { Recipients } from './notice-store.ts';
import { MAX_PER_RECIPIENT, NoticeWorker } from './notice-worker.ts';
import { NoticeWriter } from './notice-writer.ts';
import type { NoticeRecipient } from './notices-config.ts';
import { OverdueSweeper } from './overdue.ts';

const SWEEP_MS = 30_000;
/** A block that was made in time may still be on its way, and clocks differ. */
const GRACE_SECONDS = 60;

export interface NoticesOptions {
  readonly database: Kysely<Database>;
  readonly recipients: readonly NoticeRecipient[];
  readonly metrics: Pick<Metrics, 'notices'>;
  readonly logger: Logger;
}

/** What the sweeps wait for: a state that is proved current, and an index that has all of it. */
export interface NoticeSources {
  readonly follower: Pick<Follower, 'freshness' | 'onApplied'>;
  readonly indexer: Pick<Indexer, 'whenWritten'>;
  readonly index: Pick<LedgerIndex, 'cursor'>;
}

/** Tells departments by webhook what is recorded about them and what is late. Nothing waits for it. */
export class Notices {
  /** To be told by the LedgerIndex; null when nobody is configured, so that it costs nothing. */
  readonly onEntry: EntryListener | null;
  readonly #options: NoticesOptions;
  readonly #store: NoticeStore;
  readonly #senders: readonly NoticeSender[];
  readonly #worker: NoticeWorker;
  readonly #sweeper: OverdueSweeper;
  #timer: NodeJS.Timeout | null = null;
  #sweeping: Promise<void> | null = null;

  private constructor(options: NoticesOptions, store: NoticeStore, known: Recipients) {
    const { database: db, recipients, metrics, logger } = options;
    this.#options = options;
    this.#store = store;
    const onQueued = (count: number): void => metrics.notices('queued', count);
    const writer = new NoticeWriter({ recipients: known, nowMs: Date.now, onQueued });
    this.onEntry = known.size === 0 ? null : (...entry) => writer.note(...entry);
    this.#sweeper = new OverdueSweeper({ db, recipients: known, nowMs: Date.now, onQueued });
    const senders = recipients.map((each) => [each.department, new NoticeSender(each, MAX_PER_RECIPIENT)] as const);
    this.#senders = senders.map(([, sender]) => sender);
    this.#worker = new NoticeWorker({
      store,
      senders: new Map(senders),
      onProblem: (err) => logger.warn({ err, part: 'notices' }, 'Will be tried again'),
      onSettled: (result, { id, recipient, attempts }, problem) => {
        metrics.notices(result);
        const facts = { notice: id, recipient, attempts: attempts + 1, problem };
        if (result === 'failed') logger.error(facts, 'A notice was given up');
      },
    });
  }

  /** @throws GatewayError STORE_FAILED */
  static async open(options: NoticesOptions): Promise<Notices> {
    const store = new NoticeStore(options.database);
    const departments = options.recipients.map(({ department }) => department);
    return new Notices(options, store, await store.remember(departments, Math.floor(Date.now() / 1000)));
  }

  start(sources: NoticeSources): void {
    if (this.onEntry === null) return;
    this.#worker.start();
    sources.follower.onApplied(() => {
      void sources.indexer.whenWritten().then(() => this.#worker.wake());
    });
    this.#timer = setInterval(() => {
      this.#sweeping ??= this.#sweep(sources).finally(() => {
        this.#sweeping = null;
      });
    }, SWEEP_MS);
  }

  /** How many wait for those who are configured. */
  async waiting(): Promise<number> {
    return await this.#store.waiting(this.#options.recipients.map(({ department }) => department));
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#sweeping;
    await this.#worker.stop();
    await Promise.all(this.#senders.map((sender) => sender.close()));
  }

  async #sweep({ follower, indexer, index }: NoticeSources): Promise<void> {
    const until = Math.floor(Date.now() / 1000) - GRACE_SECONDS;
    const { reason, block } = follower.freshness();
    if (reason !== null || block === null) return;
    try {
      await indexer.whenWritten();
      // What could not be written, or is being written again, would look late.
      const cursor = await index.cursor();
      if (cursor === null || cursor.blockNumber < block.number) return;
      await this.#sweeper.sweep(until);
      this.#worker.wake();
    } catch (err) {
      this.#options.logger.warn({ err, part: 'overdue' }, 'Will be tried again');
    }
  }
}
