import { join } from 'node:path';

import type { SigningKey } from 'ethers';

import { LedgerError } from '../../ledger/errors.ts';
import type { GatewayId } from '../../ledger/ids.ts';
import { formatCheckpoint, logOrigin, parseCheckpoint } from '../../ledger/log/checkpoint.ts';
import { signTreeHead, treeHeadSignature } from '../../ledger/log/head-signature.ts';
import type { ReceiptLogPlace } from '../../ledger/log/head-signature.ts';
import { Frontier } from '../../ledger/log/frontier.ts';
import { EMPTY_ROOT, hashLeaf } from '../../ledger/log/merkle-tree.ts';
import type { TreeHash, TreeHead } from '../../ledger/log/merkle-tree.ts';
import { proveConsistency } from '../../ledger/log/consistency.ts';
import { proveInclusion } from '../../ledger/log/inclusion.ts';
import { noteKeyOf, openNote, signNote } from '../../ledger/log/signed-note.ts';
import type { NoteSigner } from '../../ledger/log/signed-note.ts';
import { rootOf } from '../../ledger/log/subtree.ts';
import type { SubtreeReader } from '../../ledger/log/subtree.ts';
import { TILE_WIDTH, tileIn, tileReader } from '../../ledger/log/tiles.ts';
import type { Tile } from '../../ledger/log/tiles.ts';
import { readIfPresent, writeAtomically } from '../stores/durable-file.ts';
import { LeafBuffer } from './leaf-buffer.ts';
import type { Leaf } from './leaf-buffer.ts';
import { LogError } from './log-error.ts';
import { restoreTiles } from './restore-tiles.ts';
import { SoundTiles } from './sound-tiles.ts';
import { TileMending } from './tile-mending.ts';
import { TileStore } from './tile-store.ts';
import type { TreeTiles } from './tree-tiles.ts';

const RETRY_MS = 1_000;
/** Leaves read back from the journal between two checkpoints, so that none takes long. */
const MAX_READ_BACK = 20_000;

/** The key pairs of a gateway: one signs notes, the other what the contract can check. */
export interface LogKeys {
  readonly gateway: GatewayId;
  readonly signer: NoteSigner['privateKey'];
  readonly account: SigningKey;
  /** Address of `account`, lower-case hex. */
  readonly address: string;
  readonly place: ReceiptLogPlace;
}

export interface ReceiptLogOptions {
  readonly folder: string;
  readonly keys: LogKeys;
  /** Complete receipts of the journal from a number on, in order. */
  readonly leavesFrom: (number: number) => AsyncIterable<Leaf>;
  /** How many the journal has. */
  readonly journalLeaves: number;
  /** A complete receipt is in a checkpoint after this time, if the disk takes it. */
  readonly checkpointMs: number;
  /** Whether a head may be signed at this moment; receipts wait for it, and those that are published are served. */
  readonly maySign: () => boolean;
  readonly onProblem: (error: unknown) => void;
}

/** A tree head that the gateway stands by; `note` is null before the first one. */
export interface PublishedHead extends TreeHead {
  readonly note: Uint8Array | null;
}

const NOTHING: PublishedHead = { size: 0, root: EMPTY_ROOT, note: null };

/**
 * The receipts of a gateway as an RFC 9162 tree: tiles and a signed checkpoint on the disk, behind the journal. A head
 * is signed only over receipts that are durable there, so that no crash makes the gateway sign two histories.
 */
export class ReceiptLog {
  readonly #options: ReceiptLogOptions;
  readonly #mending: TileMending;
  readonly #buffer: LeafBuffer;
  readonly #tiles: TreeTiles;
  readonly #listeners = new Set<(head: PublishedHead) => void>();
  #head: PublishedHead;
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  private constructor(options: ReceiptLogOptions, mending: TileMending, tiles: TreeTiles, head: PublishedHead) {
    this.#options = options;
    this.#mending = mending;
    this.#tiles = tiles;
    this.#head = head;
    this.#buffer = new LeafBuffer(tiles.size, options.journalLeaves);
  }

  /**
   * Goes on from the checkpoint in the folder, or begins. Tiles that are missing or wrong are made again from the
   * journal: those at the right edge now, the others when they are read.
   * @throws LogError LOG_CORRUPT, LOG_OF_ANOTHER_KEY, LOG_AHEAD_OF_JOURNAL; LedgerError NOTE_MALFORMED
   */
  static async open(options: ReceiptLogOptions): Promise<ReceiptLog> {
    const mending = new TileMending(new TileStore(options.folder), options.leavesFrom);
    const head = await readHead(options);
    if (head.size > options.journalLeaves) {
      const facts = { published: head.size, journal: options.journalLeaves };
      throw new LogError('LOG_AHEAD_OF_JOURNAL', 'The journal has fewer receipts than were published', facts);
    }
    const tiles = await restoreTiles({ folder: options.folder, mending }, head);
    const log = new ReceiptLog(options, mending, tiles, head);
    if (tiles.size < options.journalLeaves) log.#publishAfter(0);
    return log;
  }

  /** The newest checkpoint. */
  get head(): PublishedHead {
    return this.#head;
  }

  /** Told of each new checkpoint. Must not throw. */
  onPublished(listener: (head: PublishedHead) => void): void {
    this.#listeners.add(listener);
  }

  /** A receipt is durable in the journal. */
  add(leaf: Leaf): void {
    this.#buffer.add(leaf);
    this.#publishAfter(this.#options.checkpointMs);
  }

  /** Publishes what is complete; resolves when it is in a checkpoint, or an attempt has failed. */
  async publish(): Promise<void> {
    const { told } = this.#buffer;
    // What is under way may have begun before the last of them were told.
    await this.#running;
    if (this.#head.size >= told) return;
    this.#clearTimer();
    this.#running ??= this.#run();
    await this.#running;
  }

  async stop(): Promise<void> {
    await this.publish();
    this.#isStopped = true;
    this.#clearTimer();
  }

  /** @throws LogError LOG_CORRUPT; LedgerError TREE_INVALID unless index < size <= the size of the head */
  async proveInclusion(index: number, size: number): Promise<readonly TreeHash[]> {
    return await proveInclusion(this.#reader(size), index, size);
  }

  /** @throws as `proveInclusion`, unless from <= to <= the size of the head */
  async proveConsistency(from: number, to: number): Promise<readonly TreeHash[]> {
    return await proveConsistency(this.#reader(to), from, to);
  }

  /** @throws as `proveInclusion` */
  async rootAt(size: number): Promise<TreeHash> {
    return await rootOf(this.#reader(size), size);
  }

  /** The root over the first receipts, published or not; null where there are not so many. @throws as `rootAt` */
  async rootOfFirst(size: number): Promise<TreeHash | null> {
    if (size <= this.#head.size) return await this.rootAt(size);
    if (size > this.#buffer.told) return null;
    const frontier = new Frontier();
    for await (const { bytes } of this.#options.leavesFrom(0)) {
      frontier.append(hashLeaf(bytes));
      if (frontier.size === size) break;
    }
    return frontier.size === size ? frontier.root() : null;
  }

  /** A tile of the published tree; null for one that it does not have. @throws LogError LOG_CORRUPT */
  async tile(tile: Tile): Promise<Uint8Array | null> {
    const { size } = this.#head;
    const isWhole = tileIn(size, tile.level, tile.index)?.width === TILE_WIDTH;
    return isWhole ? await new SoundTiles(this.#mending, size).read(tile) : await this.#mending.store.read(tile);
  }

  #reader(size: number): SubtreeReader {
    if (size > this.#head.size) throw new LedgerError('TREE_INVALID', 'The tree is not published so far');
    const tiles = new SoundTiles(this.#mending, this.#head.size);
    return tileReader((tile) => tiles.read(tile), size);
  }

  #publishAfter(delayMs: number): void {
    if (this.#isStopped || this.#timer !== null || this.#running !== null) return;
    this.#timer = setTimeout(() => void this.publish(), delayMs);
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #run(): Promise<void> {
    // Lets the caller note the promise before it is forgotten below.
    await Promise.resolve();
    let delayMs = this.#options.maySign() ? this.#options.checkpointMs : RETRY_MS;
    // What comes meanwhile has a checkpoint of its own: under load there would be no end, and one with each flush.
    const { told } = this.#buffer;
    try {
      // A long way behind is covered in several checkpoints.
      for (let size = -1; size < this.#head.size && this.#head.size < told;) {
        ({ size } = this.#head);
        await this.#publishOnce();
      }
    } catch (error) {
      this.#options.onProblem(error);
      delayMs = RETRY_MS;
    }
    this.#running = null;
    if (this.#buffer.told > this.#head.size) this.#publishAfter(delayMs);
  }

  async #publishOnce(): Promise<void> {
    if (!this.#options.maySign()) return;
    // What was taken and could not be published goes first: taking more each time would fill the memory.
    if (this.#tiles.size === this.#head.size) await this.#take();
    if (this.#tiles.size === this.#head.size) return;
    await this.#tiles.flush();
    if (!this.#options.maySign()) return;
    const head = this.#tiles.head;
    const note = signCheckpoint(this.#options.keys, head);
    await writeAtomically(checkpointPath(this.#options.folder), note);
    this.#head = { ...head, note };
    for (const listener of this.#listeners) listener(this.#head);
    await this.#tiles.removeOutgrown();
  }

  async #take(): Promise<void> {
    for (const entry of this.#buffer.take()) this.#tiles.append(entry);
    if (this.#tiles.size < this.#buffer.told) await this.#readBack();
  }

  /** What the buffer had no room for, and what was complete before this process began. */
  async #readBack(): Promise<void> {
    let left = MAX_READ_BACK;
    for await (const { number, bytes } of this.#options.leavesFrom(this.#tiles.size)) {
      if (number !== this.#tiles.size) throw new LogError('LOG_CORRUPT', 'The journal misses a receipt', { number });
      this.#tiles.append(bytes);
      // At once, since the journal may fail before its end: what was told meanwhile would be taken a second time.
      this.#buffer.skipTo(this.#tiles.size);
      left -= 1;
      if (left === 0) break;
    }
  }
}

function checkpointPath(folder: string): string {
  return join(folder, 'checkpoint');
}

function signCheckpoint({ gateway, signer, account, address, place }: LogKeys, head: TreeHead): Uint8Array {
  const origin = logOrigin(gateway);
  const onChain = treeHeadSignature(gateway, address, signTreeHead(place, { gateway, ...head }, account));
  return signNote(formatCheckpoint({ origin, ...head }), [{ name: origin, privateKey: signer }], [onChain]);
}

/**
 * What the gateway signed last; its own signature is checked, since the folder may be another gateway's.
 * @throws LogError LOG_OF_ANOTHER_KEY
 */
export async function readHead({ folder, keys }: Pick<ReceiptLogOptions, 'folder' | 'keys'>): Promise<PublishedHead> {
  const note = await readIfPresent(checkpointPath(folder));
  if (note === null) return NOTHING;
  const name = logOrigin(keys.gateway);
  try {
    const { origin, size, root } = parseCheckpoint(openNote(note, [noteKeyOf({ name, privateKey: keys.signer })]).text);
    if (origin === name) return { size, root, note };
  } catch (cause) {
    const facts = { code: cause instanceof LedgerError ? cause.code : 'INTERNAL' };
    throw new LogError('LOG_OF_ANOTHER_KEY', 'The checkpoint is not signed by this gateway', facts, cause);
  }
  throw new LogError('LOG_OF_ANOTHER_KEY', 'The checkpoint is of another log');
}
