import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { HASH_BYTES } from '../../ledger/log/merkle-tree.ts';
import { decodeEntries, encodeEntries, TILE_WIDTH, tilePath } from '../../ledger/log/tiles.ts';
import type { Tile } from '../../ledger/log/tiles.ts';
import { readIfPresent, writeAtomically } from '../stores/durable-file.ts';

/** The tiles of a log as files (C2SP tlog-tiles): what a file server would serve as it is. */
export class TileStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Durable when it resolves. */
  async write(tile: Tile, bytes: Uint8Array): Promise<void> {
    await writeAtomically(join(this.#folder, tilePath(tile)), bytes);
  }

  /** A tile as wide as asked for, also out of a wider one that is there; null if there is none. */
  async read(tile: Tile): Promise<Uint8Array | null> {
    for (const width of await this.#widths(tile)) {
      const bytes = await readIfPresent(join(this.#folder, tilePath({ ...tile, width })));
      if (bytes !== null) return narrowed({ ...tile, width }, bytes, tile.width);
    }
    return null;
  }

  /** The width asked for, the whole tile, and wider partial ones. */
  async #widths(tile: Tile): Promise<readonly number[]> {
    if (tile.width === TILE_WIDTH) return [TILE_WIDTH];
    const wider = await this.#partialWidths(tile);
    return [tile.width, TILE_WIDTH, ...wider.filter((width) => width > tile.width)];
  }

  async #partialWidths(tile: Tile): Promise<readonly number[]> {
    const path = join(this.#folder, tilePath(tile));
    try {
      return (await readdir(join(path, '..'))).map(Number).filter(Number.isSafeInteger);
    } catch {
      return [];
    }
  }
}

function narrowed(tile: Tile, bytes: Uint8Array, width: number): Uint8Array {
  if (tile.width === width) return bytes;
  if (tile.level !== 'entries') return bytes.subarray(0, width * HASH_BYTES);
  return encodeEntries(decodeEntries(bytes, tile.width).slice(0, width));
}
