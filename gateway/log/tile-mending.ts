import { Frontier } from '../../ledger/log/frontier.ts';
import { hashLeaf, isSameHash } from '../../ledger/log/merkle-tree.ts';
import type { TreeHash } from '../../ledger/log/merkle-tree.ts';
import { encodeEntries, encodeTile, TILE_WIDTH, tilePath } from '../../ledger/log/tiles.ts';
import type { Tile } from '../../ledger/log/tiles.ts';
import type { Leaf } from './leaf-buffer.ts';
import { LogError } from './log-error.ts';
import type { TileStore } from './tile-store.ts';
import { isTileOf, rootOver } from './tree-tiles.ts';

/** Complete receipts of the journal from a number on, in order. */
type LeavesFrom = (number: number) => AsyncIterable<Leaf>;

/** Makes whole tiles again from the journal, one after the other: two at once would write one file. */
export class TileMending {
  readonly store: TileStore;
  readonly leavesFrom: LeavesFrom;
  /** Paths of tiles that the journal does not lead to. It is not asked again: everybody may ask for tiles. */
  readonly #lost = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: TileStore, leavesFrom: LeavesFrom) {
    this.store = store;
    this.leavesFrom = leavesFrom;
  }

  /**
   * A whole tile with this root, on the disk when it resolves.
   * @throws LogError LOG_CORRUPT if the journal does not lead to it
   */
  async mend(tile: Tile, root: TreeHash): Promise<Uint8Array> {
    const mended = this.#last.then(() => this.#mendNext(tile, root));
    this.#last = mended.catch(() => undefined);
    return await mended;
  }

  async #mendNext(tile: Tile, root: TreeHash): Promise<Uint8Array> {
    const path = tilePath(tile);
    if (this.#lost.has(path)) throw lost(tile);
    // Whoever waited for the same tile has it now.
    const found = await this.store.read(tile);
    if (found !== null && isTileOf(tile, found, root)) return found;
    const bytes = await this.#make(tile, root);
    if (bytes === null) {
      this.#lost.add(path);
      throw lost(tile);
    }
    await this.store.write(tile, bytes);
    return bytes;
  }

  async #make({ level, index }: Tile, root: TreeHash): Promise<Uint8Array | null> {
    const count = TILE_WIDTH ** (level === 'entries' ? 0 : level);
    const hashes: TreeHash[] = [];
    const entries: Uint8Array[] = [];
    let beneath = new Frontier();
    for await (const { bytes } of this.leavesFrom(index * TILE_WIDTH * count)) {
      if (level === 'entries') entries.push(bytes);
      beneath.append(hashLeaf(bytes));
      if (beneath.size < count) continue;
      hashes.push(beneath.root());
      beneath = new Frontier();
      if (hashes.length === TILE_WIDTH) break;
    }
    if (hashes.length < TILE_WIDTH || !isSameHash(rootOver(hashes), root)) return null;
    return level === 'entries' ? encodeEntries(entries) : encodeTile(hashes);
  }
}

function lost({ index }: Tile): LogError {
  return new LogError('LOG_CORRUPT', 'A tile is lost, and the journal does not lead to it', { index });
}
