import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { HASH_BYTES } from '../../ledger/log/merkle-tree.ts';
import { decodeEntries, encodeEntries, TILE_WIDTH, tilePath } from '../../ledger/log/tiles.ts';
import type { Tile } from '../../ledger/log/tiles.ts';
import { listIfPresent, readIfPresent, writeAtomically } from '../stores/durable-file.ts';

/** A partial tile that is read may be replaced by a wider one meanwhile, once with each checkpoint. */
const MAX_LOOKS = 5;

/** The tiles of a log as files (C2SP tlog-tiles): what a file server would serve for the newest checkpoint. */
export class TileStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Durable when it resolves. */
  async write(tile: Tile, bytes: Uint8Array): Promise<void> {
    await writeAtomically(this.#pathOf(tile), bytes);
  }

  /** A tile as wide as asked for, also out of a wider one that is there; null if there is none. */
  async read(tile: Tile): Promise<Uint8Array | null> {
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const partial = await this.#partialWidths(tile);
      // The whole tile comes last: it is there before the partial ones go.
      for (const width of [...partial, TILE_WIDTH]) {
        const bytes = await readIfPresent(this.#pathOf({ ...tile, width }));
        if (bytes !== null) return narrowed({ ...tile, width }, bytes, tile.width);
      }
      if (partial.length === 0) return null;
    }
    return null;
  }

  /** Removes the partial tiles that are narrower than one that is there, and what a killed process left beside them. */
  async removeNarrower(tile: Tile): Promise<void> {
    const folder = this.#partialFolder(tile);
    if (tile.width === TILE_WIDTH) {
      await rm(folder, { recursive: true, force: true });
      return;
    }
    const outgrown = (await readdir(folder)).filter((name) => !(Number(name) >= tile.width));
    for (const name of outgrown) await rm(join(folder, name), { force: true });
  }

  /** Those that are wide enough, narrowest first; none for a whole tile. */
  async #partialWidths(tile: Tile): Promise<readonly number[]> {
    if (tile.width === TILE_WIDTH) return [];
    const widths = (await listIfPresent(this.#partialFolder(tile))).map(Number);
    return widths.filter((width) => width >= tile.width).sort((left, right) => left - right);
  }

  #partialFolder({ level, index }: Tile): string {
    return dirname(this.#pathOf({ level, index, width: 1 }));
  }

  #pathOf(tile: Tile): string {
    return join(this.#folder, tilePath(tile));
  }
}

/** The first `width` of what a tile has. */
export function narrowed(tile: Tile, bytes: Uint8Array, width: number): Uint8Array {
  if (tile.width === width) return bytes;
  if (tile.level !== 'entries') return bytes.subarray(0, width * HASH_BYTES);
  return encodeEntries(decodeEntries(bytes, tile.width).slice(0, width));
}
