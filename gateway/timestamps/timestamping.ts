import { hash, randomBytes } from 'node:crypto';

import type { Logger } from 'pino';

import { formatCheckpoint, logOrigin } from '../../ledger/log/checkpoint.ts';
import type { GatewayId } from '../../ledger/ids.ts';
import type { AnchorWorker } from '../log/anchor-worker.ts';
import type { ReceiptLog } from '../log/receipt-log.ts';
import { RepeatedPass } from '../log/repeated-pass.ts';
import { GuardedPost } from '../sources/guarded-post.ts';
import { checkTimestampAnswer } from './timestamp-answer.ts';
import type { TimestampAuthority } from './timestamp-config.ts';
import { TimestampError } from './timestamp-error.ts';
import type { TimestampFiles } from './timestamp-files.ts';
import { encodeTimestampRequest, NONCE_BYTES } from './timestamp-request.ts';

const QUERY_TYPE = 'application/timestamp-query';
const REPLY_TYPE = 'application/timestamp-reply';

export interface TimestampingOptions {
  readonly gateway: GatewayId;
  readonly log: ReceiptLog;
  readonly anchorWorker: Pick<AnchorWorker, 'anchored'>;
  readonly files: TimestampFiles;
  /** Null where none is configured; what was stamped before is served all the same. */
  readonly authority: TimestampAuthority | null;
  /** The authority is asked this long after it was asked last. */
  readonly everyMs: number;
  /** Unix seconds. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** Has anchored heads stamped by an authority whose clock is not this gateway's, nor the ledger's. Nothing waits for it. */
export class Timestamping {
  readonly #options: TimestampingOptions;
  readonly #post: GuardedPost | null;
  readonly #passes: RepeatedPass;
  readonly #stopping = new AbortController();
  /** Null until the files have been looked at. */
  #stamped: number | null = null;

  constructor(options: TimestampingOptions) {
    const { authority, everyMs, logger } = options;
    this.#options = options;
    this.#post = authority === null ? null : new GuardedPost(authority);
    const onProblem = (err: unknown): void => logger.warn({ err, part: 'timestamps' }, 'Will be tried again');
    this.#passes = new RepeatedPass({ work: () => this.#passOnce(), everyMs, onProblem });
  }

  /** Receipts under the newest time stamp, as far as is known. */
  get stamped(): number {
    return this.#stamped ?? 0;
  }

  start(): void {
    if (this.#post !== null) this.#passes.start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#passes.stop();
    await this.#post?.close();
  }

  /** Has the anchored head stamped unless it is; resolves after one attempt. */
  async pass(): Promise<void> {
    await this.#passes.pass();
  }

  /** What the authority answered for the checkpoint of this size; null for none. */
  async answerFor(size: number): Promise<Uint8Array | null> {
    return await this.#options.files.read(size);
  }

  async #passOnce(): Promise<void> {
    const { anchorWorker, authority, files, gateway, log, now } = this.#options;
    this.#stamped ??= await files.newest();
    const size = anchorWorker.anchored ?? 0;
    if (authority === null || this.#post === null || size <= this.#stamped) return;
    const text = formatCheckpoint({ origin: logOrigin(gateway), size, root: await log.rootAt(size) });
    const request = {
      digest: hash('sha256', text, 'buffer'),
      nonce: randomBytes(NONCE_BYTES),
      policy: authority.policy,
    };
    const answer = await this.#ask(this.#post, encodeTimestampRequest(request));
    checkTimestampAnswer(answer, request, now());
    await files.write(size, answer);
    this.#stamped = size;
  }

  async #ask(post: GuardedPost, query: Uint8Array): Promise<Uint8Array> {
    const { status, headers, body } = await post.send(QUERY_TYPE, query, this.#stopping.signal);
    if (status === 200 && headers['content-type'] === REPLY_TYPE) return body;
    throw new TimestampError('TIMESTAMP_REFUSED', 'The authority gave no time stamp', `HTTP ${String(status)}`);
  }
}
