import { hashNode, isHash, isTreeSize, treeInvalid, HASH_BYTES, type TreeHash } from './merkle-tree.ts';
import type { SubtreeReader } from './subtree.ts';

/** Levels of the tree in one tile, and the hashes in its lowest one (C2SP tlog-tiles). */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;

/** The length of an entry is written in 16 bits. */
const MAX_ENTRY_BYTES = 65_535;
const LENGTH_BYTES = 2;
const MAX_LEVEL = 63;
const TILE_PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/**
 * A file of the log: the hashes with numbers `index * 256` and on of tree level `8 * level`, or the leaves themselves.
 * `width`: how many; less than 256 in a partial tile at the right edge.
 */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/**
 * The path of a tile below the prefix of the log, such as `tile/0/x001/234.p/17`.
 * @throws LedgerError TREE_INVALID
 */
export function tilePath({ level, index, width }: Tile): string {
  if (level !== 'entries' && (!isTreeSize(level) || level > MAX_LEVEL)) throw treeInvalid('PATH');
  if (!isTreeSize(index)) throw treeInvalid('INDEX');
  assertWidth(width);
  return `tile/${level}/${encodeIndex(index)}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/**
 * Attacker-controlled: it may come from the path of a request.
 * @throws LedgerError TREE_INVALID unless `path` is the one path of a tile
 */
export function parseTilePath(path: string): Tile {
  const [, level, digits, width] = TILE_PATH.exec(path) ?? [];
  if (level === undefined || digits === undefined) throw treeInvalid('PATH');
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(digits.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  // A width of 256, needless leading groups and numbers beyond 2^53 have no path that reads back the same.
  if (tilePath(tile) !== path) throw treeInvalid('PATH');
  return tile;
}

/** The tile with this level and index in a tree of `size` leaves; null when it would be empty. */
export function tileIn(size: number, level: Tile['level'], index: number): Tile | null {
  const nodes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  const width = Math.min(TILE_WIDTH, nodes - index * TILE_WIDTH);
  return width > 0 ? { level, index, width } : null;
}

/** @throws LedgerError TREE_INVALID */
export function encodeTile(hashes: readonly TreeHash[]): Uint8Array {
  assertWidth(hashes.length);
  if (!hashes.every(isHash)) throw treeInvalid('HASH');
  return Buffer.concat(hashes);
}

/** @throws LedgerError TREE_INVALID unless `bytes` are `width` hashes */
export function decodeTile(bytes: Uint8Array, width: number): readonly TreeHash[] {
  assertWidth(width);
  if (bytes.length !== width * HASH_BYTES) throw treeInvalid('WIDTH');
  return Array.from({ length: width }, (_, place) => bytes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES));
}

/**
 * An entry bundle: each leaf after its length in two bytes, the high one first.
 * @throws LedgerError TREE_INVALID
 */
export function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  assertWidth(entries.length);
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > MAX_ENTRY_BYTES) throw treeInvalid('ENTRY');
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/** @throws LedgerError TREE_INVALID unless `bytes` are `width` entries and nothing more */
export function decodeEntries(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  assertWidth(width);
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (entries.length < width) {
    const [high, low] = bytes.subarray(offset, offset + LENGTH_BYTES);
    if (high === undefined || low === undefined) throw treeInvalid('ENTRY');
    const begin = offset + LENGTH_BYTES;
    offset = begin + high * 256 + low;
    if (offset > bytes.length) throw treeInvalid('ENTRY');
    entries.push(bytes.subarray(begin, offset));
  }
  if (offset !== bytes.length) throw treeInvalid('WIDTH');
  return entries;
}

/**
 * Reads subtrees of a tree of `size` leaves out of its tiles.
 * @param readTile the bytes of a tile; they are not believed, since what is proved from them leads to a signed head.
 */
export function tileReader(readTile: (tile: Tile) => Promise<Uint8Array>, size: number): SubtreeReader {
  return async (level, index) => {
    const height = level % TILE_HEIGHT;
    const count = 2 ** height;
    const first = index * count;
    const tile = tileIn(size, Math.floor(level / TILE_HEIGHT), Math.floor(first / TILE_WIDTH));
    const begin = first % TILE_WIDTH;
    if (tile === null || begin + count > tile.width) throw treeInvalid('INDEX');
    return hashComplete(decodeTile(await readTile(tile), tile.width).slice(begin, begin + count));
  };
}

/** The root over 2^n hashes. */
function hashComplete(hashes: readonly TreeHash[]): TreeHash {
  const [left, right] = hashes;
  if (left === undefined) throw treeInvalid('HASH');
  if (right === undefined) return left;
  const half = hashes.length / 2;
  return hashNode(hashComplete(hashes.slice(0, half)), hashComplete(hashes.slice(half)));
}

/** 1234067 is `x001/x234/067`: folders of at most a thousand files, and no name is both a file and a folder. */
function encodeIndex(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/[0-9]{3}/g) ?? [];
  return groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join('/');
}

function assertWidth(width: number): void {
  if (!isTreeSize(width) || width < 1 || width > TILE_WIDTH) throw treeInvalid('WIDTH');
}
