import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { LedgerError } from '../../ledger/errors.ts';
import { hashLeaf, isSameHash } from '../../ledger/log/merkle-tree.ts';
import type { TreeHead } from '../../ledger/log/merkle-tree.ts';
import { decodeTile, TILE_WIDTH, tileIn } from '../../ledger/log/tiles.ts';
import { LogError } from './log-error.ts';
import { SoundTiles } from './sound-tiles.ts';
import type { TileMending } from './tile-mending.ts';
import { TileStore } from './tile-store.ts';
import { TreeTiles } from './tree-tiles.ts';

/** Leaves between two writes while all tiles are made again: a multiple of what one tile has. */
const REBUILD_BATCH = 64 * TILE_WIDTH;

interface TileSource {
  /** Folder of the log. */
  readonly folder: string;
  readonly mending: TileMending;
}

/**
 * The tree of the checkpoint, from its tiles, or else from the journal.
 * @throws LogError LOG_CORRUPT if the journal does not lead to the checkpoint
 */
export async function restoreTiles(source: TileSource, head: TreeHead): Promise<TreeTiles> {
  const found = await tryRestore(source.mending.store, head);
  if (found === null) return await rebuild(source, head);
  await requireSameEnd(source.mending, head);
  return found;
}

async function tryRestore(store: TileStore, head: TreeHead): Promise<TreeTiles | null> {
  try {
    const tiles = await TreeTiles.restore(store, head.size);
    return isSame(tiles.head, head) ? tiles : null;
  } catch (error) {
    if (error instanceof LogError || error instanceof LedgerError) return null;
    throw error;
  }
}

/** A journal that was put back from a copy may have as many receipts, and others than were published. */
async function requireSameEnd(mending: TileMending, { size }: TreeHead): Promise<void> {
  const index = Math.floor((size - 1) / TILE_WIDTH);
  const tile = size === 0 ? null : tileIn(size, 0, index);
  if (tile === null) return;
  const hashes = decodeTile(await new SoundTiles(mending, size).read(tile), tile.width);
  let next = index * TILE_WIDTH;
  for await (const { number, bytes } of mending.leavesFrom(next)) {
    const hash = hashes[number % TILE_WIDTH];
    if (number !== next || hash === undefined || !isSameHash(hash, hashLeaf(bytes))) break;
    next += 1;
    if (next === size) return;
  }
  throw leadsElsewhere(size);
}

/** Apart from the tiles that are there, so that a journal which leads elsewhere changes nothing. */
async function rebuild({ folder, mending }: TileSource, head: TreeHead): Promise<TreeTiles> {
  const apart = join(folder, 'rebuilt');
  await rm(apart, { recursive: true, force: true });
  const rebuilt = TreeTiles.empty(new TileStore(apart));
  for await (const { bytes } of mending.leavesFrom(0)) {
    if (rebuilt.size === head.size) break;
    rebuilt.append(bytes);
    if (rebuilt.size % REBUILD_BATCH === 0) await rebuilt.flushWhole();
  }
  const isRight = isSame(rebuilt.head, head);
  if (isRight) {
    await rebuilt.flush();
    await rm(join(folder, 'tile'), { recursive: true, force: true });
    await rename(join(apart, 'tile'), join(folder, 'tile'));
  }
  await rm(apart, { recursive: true, force: true });
  if (!isRight) throw leadsElsewhere(head.size);
  return await TreeTiles.restore(mending.store, head.size);
}

function isSame(one: TreeHead, other: TreeHead): boolean {
  return one.size === other.size && isSameHash(one.root, other.root);
}

function leadsElsewhere(size: number): LogError {
  return new LogError('LOG_CORRUPT', 'The journal does not lead to the checkpoint', { size });
}
