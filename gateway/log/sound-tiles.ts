import { HASH_BYTES } from '../../ledger/log/merkle-tree.ts';
import type { TreeHash } from '../../ledger/log/merkle-tree.ts';
import { TILE_WIDTH, tileIn, tilePath } from '../../ledger/log/tiles.ts';
import type { Tile } from '../../ledger/log/tiles.ts';
import { LogError } from './log-error.ts';
import type { TileMending } from './tile-mending.ts';
import { narrowed } from './tile-store.ts';
import { isTileOf, readTile } from './tree-tiles.ts';

/**
 * The tiles of a published tree for one question to it. Each whole one is held against the hash above it, up to the
 * right edge, which was held against the head; one that was lost or changed is made again.
 */
export class SoundTiles {
  readonly #mending: TileMending;
  readonly #size: number;
  readonly #whole = new Map<string, Promise<Uint8Array>>();

  /** @param size of the published tree */
  constructor(mending: TileMending, size: number) {
    this.#mending = mending;
    this.#size = size;
  }

  /** @throws LogError LOG_CORRUPT for a tile that cannot be made again */
  async read(tile: Tile): Promise<Uint8Array> {
    const { level, index } = tile;
    if (tileIn(this.#size, level, index)?.width !== TILE_WIDTH) return await readTile(this.#mending.store, tile);
    return narrowed({ level, index, width: TILE_WIDTH }, await this.#readWhole({ level, index }), tile.width);
  }

  async #readWhole(place: Pick<Tile, 'level' | 'index'>): Promise<Uint8Array> {
    const tile = { ...place, width: TILE_WIDTH };
    const path = tilePath(tile);
    const known = this.#whole.get(path) ?? this.#readAndCheck(tile);
    this.#whole.set(path, known);
    return await known;
  }

  async #readAndCheck(tile: Tile): Promise<Uint8Array> {
    const root = await this.#rootOf(tile);
    const found = await this.#mending.store.read(tile);
    return found !== null && isTileOf(tile, found, root) ? found : await this.#mending.mend(tile, root);
  }

  /** The hash over a whole tile, out of the tile above; a bundle has the one over the hashes of its leaves. */
  async #rootOf({ level, index }: Tile): Promise<TreeHash> {
    const above = tileIn(this.#size, level === 'entries' ? 1 : level + 1, Math.floor(index / TILE_WIDTH));
    if (above === null) throw new LogError('LOG_CORRUPT', 'A whole tile with nothing above it', { index });
    const begin = (index % TILE_WIDTH) * HASH_BYTES;
    return (await this.read(above)).subarray(begin, begin + HASH_BYTES);
  }
}
