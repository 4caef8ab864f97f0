import { LedgerError } from '../../ledger/errors.ts';
import { Frontier } from '../../ledger/log/frontier.ts';
import { hashLeaf, isSameHash } from '../../ledger/log/merkle-tree.ts';
import type { TreeHash, TreeHead } from '../../ledger/log/merkle-tree.ts';
import type { SubtreeReader } from '../../ledger/log/subtree.ts';
import { decodeEntries, decodeTile, encodeEntries, encodeTile } from '../../ledger/log/tiles.ts';
import { TILE_WIDTH, tileIn, tileReader } from '../../ledger/log/tiles.ts';
import type { Tile } from '../../ledger/log/tiles.ts';
import { LogError } from './log-error.ts';
import type { TileStore } from './tile-store.ts';

/** The right edge of a tree in memory, and the way of its tiles to the disk. */
export class TreeTiles {
  readonly #store: TileStore;
  readonly #frontier: Frontier;
  /** The hashes of the last, incomplete tile of each level. */
  readonly #edges: TreeHash[][];
  /** The leaves of the last, incomplete bundle. */
  #entries: Uint8Array[];
  /** Complete tiles that are not on the disk yet. */
  #complete: { readonly tile: Tile; readonly bytes: Uint8Array }[] = [];
  /** Tiles on the disk that narrower ones may lie beside, as long as an older checkpoint is the published one. */
  #grown: Tile[] = [];
  #writtenSize: number;

  private constructor(store: TileStore, edge: Edge) {
    this.#store = store;
    this.#frontier = edge.frontier;
    this.#edges = edge.edges;
    this.#entries = edge.entries;
    this.#writtenSize = edge.frontier.size;
  }

  /** The tree before its first leaf. */
  static empty(store: TileStore): TreeTiles {
    return new TreeTiles(store, { frontier: new Frontier(), edges: [], entries: [] });
  }

  /**
   * The tree of `size` leaves as the disk has it. Whether it is the right one only its root tells.
   * @throws LogError LOG_CORRUPT when tiles are missing; LedgerError TREE_INVALID when they are malformed
   */
  static async restore(store: TileStore, size: number): Promise<TreeTiles> {
    const edges: TreeHash[][] = [];
    for (let level = 0, nodes = size; nodes > 0; level += 1, nodes = Math.floor(nodes / TILE_WIDTH)) {
      edges.push(await readEdge(store, size, level, nodes));
    }
    const last = size % TILE_WIDTH === 0 ? null : tileIn(size, 'entries', Math.floor(size / TILE_WIDTH));
    const entries = last === null ? [] : [...decodeEntries(await readTile(store, last), last.width)];
    const read = tileReader((tile) => readTile(store, tile), size);
    return new TreeTiles(store, { frontier: await readFrontier(read, size), edges, entries });
  }

  get size(): number {
    return this.#frontier.size;
  }

  get head(): TreeHead {
    return { size: this.#frontier.size, root: this.#frontier.root() };
  }

  /** Adds a leaf in memory. */
  append(entry: Uint8Array): void {
    const index = this.#frontier.size;
    const leafHash = hashLeaf(entry);
    this.#frontier.append(leafHash);
    this.#entries.push(entry);
    if (this.#entries.length === TILE_WIDTH) {
      const tile: Tile = { level: 'entries', index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH };
      this.#complete.push({ tile, bytes: encodeEntries(this.#entries) });
      this.#entries = [];
    }
    this.#push(0, leafHash, index);
  }

  /** Everything that a reader of the tree as it is now needs is on the disk when it resolves. */
  async flush(): Promise<void> {
    await this.flushWhole();
    const { size } = this.#frontier;
    if (size === this.#writtenSize) return;
    for (const [level, hashes] of this.#edges.entries()) await this.#writePartial(level, hashes);
    if (this.#entries.length > 0) {
      const index = Math.floor(size / TILE_WIDTH);
      await this.#write({ level: 'entries', index, width: this.#entries.length }, encodeEntries(this.#entries));
    }
    this.#writtenSize = size;
  }

  /** All but the right edge is on the disk when it resolves. */
  async flushWhole(): Promise<void> {
    while (this.#complete[0] !== undefined) {
      const { tile, bytes } = this.#complete[0];
      await this.#write(tile, bytes);
      this.#complete.shift();
    }
  }

  /** Removes what the tiles of the last flush replace. Only when a checkpoint over them is durable. */
  async removeOutgrown(): Promise<void> {
    while (this.#grown[0] !== undefined) {
      await this.#store.removeNarrower(this.#grown[0]);
      this.#grown.shift();
    }
  }

  async #writePartial(level: number, hashes: readonly TreeHash[]): Promise<void> {
    if (hashes.length === 0) return;
    const index = Math.floor(this.#frontier.size / TILE_WIDTH ** (level + 1));
    await this.#write({ level, index, width: hashes.length }, encodeTile(hashes));
  }

  async #write(tile: Tile, bytes: Uint8Array): Promise<void> {
    await this.#store.write(tile, bytes);
    this.#grown.push(tile);
  }

  /** @param index number of the hash in its level */
  #push(level: number, hash: TreeHash, index: number): void {
    const edge = (this.#edges[level] ??= []);
    edge.push(hash);
    if (edge.length < TILE_WIDTH) return;
    const tile: Tile = { level, index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH };
    this.#complete.push({ tile, bytes: encodeTile(edge) });
    this.#edges[level] = [];
    this.#push(level + 1, rootOver(edge), tile.index);
  }
}

interface Edge {
  readonly frontier: Frontier;
  readonly edges: TreeHash[][];
  readonly entries: Uint8Array[];
}

/** The root over hashes of one level. */
export function rootOver(hashes: readonly TreeHash[]): TreeHash {
  const frontier = new Frontier();
  for (const hash of hashes) frontier.append(hash);
  return frontier.root();
}

/** Whether `bytes` are the whole tile under this hash. */
export function isTileOf({ level, width }: Tile, bytes: Uint8Array, root: TreeHash): boolean {
  try {
    const hashes = level === 'entries' ? decodeEntries(bytes, width).map(hashLeaf) : decodeTile(bytes, width);
    return isSameHash(rootOver(hashes), root);
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}

async function readEdge(store: TileStore, size: number, level: number, nodes: number): Promise<TreeHash[]> {
  const tile = nodes % TILE_WIDTH === 0 ? null : tileIn(size, level, Math.floor(nodes / TILE_WIDTH));
  return tile === null ? [] : [...decodeTile(await readTile(store, tile), tile.width)];
}

/** The peaks of the tree, the largest first. */
async function readFrontier(read: SubtreeReader, size: number): Promise<Frontier> {
  const peaks: TreeHash[] = [];
  let begin = 0;
  for (let level = Math.ceil(Math.log2(size + 1)); level >= 0; level -= 1) {
    const leaves = 2 ** level;
    if (Math.floor(size / leaves) % 2 === 0) continue;
    peaks.push(await read(level, begin / leaves));
    begin += leaves;
  }
  return new Frontier({ size, peaks });
}

/** @throws LogError LOG_CORRUPT */
export async function readTile(store: TileStore, tile: Tile): Promise<Uint8Array> {
  const bytes = await store.read(tile);
  if (bytes === null) throw new LogError('LOG_CORRUPT', 'A tile of the receipt log is missing', { index: tile.index });
  return bytes;
}
