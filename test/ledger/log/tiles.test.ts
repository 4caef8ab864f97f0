import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { proveConsistency } from '../../../ledger/log/consistency.ts';
import { proveInclusion } from '../../../ledger/log/inclusion.ts';
import { EMPTY_ROOT, type TreeHash } from '../../../ledger/log/merkle-tree.ts';
import {
  decodeEntries,
  decodeTile,
  encodeEntries,
  encodeTile,
  parseTilePath,
  tileIn,
  tilePath,
  tileReader,
  type Tile,
} from '../../../ledger/log/tiles.ts';
import { rootOf } from '../../../ledger/log/subtree.ts';
import { isMutationRun } from '../../support/property-runs.ts';
import { refusalOf } from '../refusal-of.ts';
import { makeTree } from './tree.factory.ts';

const invalid = (reason: string): object => ({ code: 'TREE_INVALID', details: { reason } });

describe('tilePath and parseTilePath', () => {
  it.each<[string, Tile]>([
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/1/x001/x234/067', { level: 1, index: 1_234_067, width: 256 }],
    ['tile/2/x001/000.p/17', { level: 2, index: 1_000, width: 17 }],
    ['tile/63/999.p/255', { level: 63, index: 999, width: 255 }],
    ['tile/entries/x273/999', { level: 'entries', index: 273_999, width: 256 }],
    ['tile/entries/000.p/1', { level: 'entries', index: 0, width: 1 }],
    ['tile/0/x009/x007/x199/x254/x740/991', { level: 0, index: 2 ** 53 - 1, width: 256 }],
  ])('go from and to %s', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it('are inverse for every tile', () => {
    const level = fc.oneof(fc.constant('entries' as const), fc.nat(63));
    fc.assert(
      fc.property(level, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (of, index, width) => {
        const tile = { level: of, index, width };
        expect(parseTilePath(tilePath(tile))).toEqual(tile);
      }),
    );
  });

  it.each([
    ['', 'PATH'],
    ['tile/0', 'PATH'],
    ['/tile/0/000', 'PATH'],
    ['tile/0/000/', 'PATH'],
    ['tile/0/000\n', 'PATH'],
    ['tile/00/000', 'PATH'],
    ['tile/01/000', 'PATH'],
    ['tile/64/000', 'PATH'],
    ['tile/-1/000', 'PATH'],
    ['tile/data/000', 'PATH'],
    ['tile/0/0', 'PATH'],
    ['tile/0/0000', 'PATH'],
    ['tile/0/x000/000', 'PATH'],
    ['tile/0/001/234', 'PATH'],
    ['tile/0/x001', 'PATH'],
    ['tile/0/x001/x234', 'PATH'],
    ['tile/0/../000', 'PATH'],
    ['tile/0/%30%30%30', 'PATH'],
    ['tile/0/000.p/0', 'PATH'],
    ['tile/0/000.p/01', 'PATH'],
    ['tile/0/000.p/256', 'PATH'],
    ['tile/0/000.p/257', 'WIDTH'],
    ['tile/0/000.p/', 'PATH'],
    ['tile/0/000.p', 'PATH'],
    ['tile/0/x009/x007/x199/x254/x740/992', 'INDEX'],
    [`tile/0/${'x999/'.repeat(1_000)}999`, 'INDEX'],
  ])('refuse "%s"', (path, reason) => {
    expect(refusalOf(() => parseTilePath(path))).toEqual(invalid(reason));
  });

  it.each<[string, Tile, string]>([
    ['level', { level: 64, index: 0, width: 1 }, 'PATH'],
    ['fraction of a level', { level: 0.5, index: 0, width: 1 }, 'PATH'],
    ['index', { level: 0, index: -1, width: 1 }, 'INDEX'],
    ['width', { level: 0, index: 0, width: 0 }, 'WIDTH'],
    ['width beyond', { level: 0, index: 0, width: 257 }, 'WIDTH'],
    ['fraction of a width', { level: 0, index: 0, width: 1.5 }, 'WIDTH'],
  ])('have no path for such a %s', (_, tile, reason) => {
    expect(refusalOf(() => tilePath(tile))).toEqual(invalid(reason));
  });
});

describe('tileIn', () => {
  it('gives the tiles of the example in the specification', () => {
    const size = 70_000;
    expect(tileIn(size, 0, 272)).toEqual({ level: 0, index: 272, width: 256 });
    expect(tileIn(size, 0, 273)).toEqual({ level: 0, index: 273, width: 112 });
    expect(tileIn(size, 'entries', 273)).toEqual({ level: 'entries', index: 273, width: 112 });
    expect(tileIn(size, 1, 1)).toEqual({ level: 1, index: 1, width: 17 });
    expect(tileIn(size, 2, 0)).toEqual({ level: 2, index: 0, width: 1 });
    expect([tileIn(size, 0, 274), tileIn(size, 1, 2), tileIn(size, 2, 1), tileIn(size, 3, 0)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('has a tile of one hash above a full one, and none in an empty tree', () => {
    expect(tileIn(256, 0, 0)).toEqual({ level: 0, index: 0, width: 256 });
    expect(tileIn(256, 0, 1)).toBeNull();
    expect(tileIn(256, 1, 0)).toEqual({ level: 1, index: 0, width: 1 });
    expect(tileIn(0, 0, 0)).toBeNull();
  });
});

describe('tiles', () => {
  it('hold their hashes one after the other', () => {
    const hashes = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    expect(encodeTile(hashes)).toEqual(Buffer.concat(hashes));
    expect(decodeTile(encodeTile(hashes), 2)).toEqual(hashes);
  });

  it('refuse other lengths', () => {
    expect(refusalOf(() => decodeTile(Buffer.alloc(63), 2))).toEqual(invalid('WIDTH'));
    expect(refusalOf(() => decodeTile(Buffer.alloc(96), 2))).toEqual(invalid('WIDTH'));
    expect(refusalOf(() => decodeTile(Buffer.alloc(0), 0))).toEqual(invalid('WIDTH'));
    expect(refusalOf(() => encodeTile([]))).toEqual(invalid('WIDTH'));
    expect(refusalOf(() => encodeTile(Array.from({ length: 257 }, () => EMPTY_ROOT)))).toEqual(invalid('WIDTH'));
    expect(refusalOf(() => encodeTile([Buffer.alloc(31)]))).toEqual(invalid('HASH'));
    expect(refusalOf(() => encodeTile([EMPTY_ROOT, Buffer.alloc(31)]))).toEqual(invalid('HASH'));
  });
});

describe('entry bundles', () => {
  it('hold entries of every length', () => {
    const entries = [Buffer.alloc(0), Buffer.from('{}'), Buffer.alloc(65_535, 'x')];
    const bytes = encodeEntries(entries);
    expect(Buffer.from(bytes).toString('hex', 0, 6)).toBe('000000027b7d');
    expect(decodeEntries(bytes, 3)).toEqual(entries);
  });

  it('refuse what is no bundle of that many', () => {
    const bytes = Buffer.from(encodeEntries([Buffer.from('ab'), Buffer.from('cd')]));
    expect(refusalOf(() => decodeEntries(bytes, 1))).toEqual(invalid('WIDTH'));
    expect(refusalOf(() => decodeEntries(bytes, 3))).toEqual(invalid('ENTRY'));
    expect(refusalOf(() => decodeEntries(bytes.subarray(0, -1), 2))).toEqual(invalid('ENTRY'));
    expect(refusalOf(() => decodeEntries(bytes.subarray(0, 5), 2))).toEqual(invalid('ENTRY'));
    expect(refusalOf(() => decodeEntries(Buffer.alloc(0), 0))).toEqual(invalid('WIDTH'));
    expect(refusalOf(() => encodeEntries([]))).toEqual(invalid('WIDTH'));
    expect(refusalOf(() => encodeEntries([Buffer.alloc(65_536)]))).toEqual(invalid('ENTRY'));
  });
});

describe('tileReader', () => {
  /** The larger ones have a third level of tiles. */
  const SIZES = isMutationRun ? [1, 255, 256, 257, 600] : [1, 255, 256, 257, 600, 65_535, 65_536, 65_537, 66_000];
  const tree = makeTree(SIZES.at(-1)!);
  const serve = (tile: Tile): Promise<Uint8Array> => {
    const span = 256 ** Number(tile.level);
    const first = tile.index * 256;
    const hashOf = (place: number): TreeHash => tree.root((first + place) * span, (first + place + 1) * span);
    return Promise.resolve(encodeTile(Array.from({ length: tile.width }, (_, place) => hashOf(place))));
  };

  it('reads roots and proofs of RFC 9162 out of tiles', async () => {
    for (const size of SIZES) {
      const read = tileReader(serve, size);
      const index = Math.floor(size / 3);
      const from = Math.ceil(size / 2);
      expect(Buffer.from(await rootOf(read, size))).toEqual(tree.root(0, size));
      expect((await proveInclusion(read, index, size)).map(Buffer.from)).toEqual(tree.path(index, 0, size));
      expect((await proveConsistency(read, from, size)).map(Buffer.from)).toEqual(tree.proof(from, size));
    }
  });

  it('refuses subtrees beyond the tree, and tiles of another width', async () => {
    const read = tileReader(serve, 300);
    await expect(read(0, 300)).rejects.toMatchObject(invalid('INDEX'));
    await expect(read(8, 1)).rejects.toMatchObject(invalid('INDEX'));
    await expect(read(16, 0)).rejects.toMatchObject(invalid('INDEX'));
    await expect(read(6, 4)).rejects.toMatchObject(invalid('INDEX'));
    const short = tileReader(() => Promise.resolve(new Uint8Array(32)), 300);
    await expect(short(0, 0)).rejects.toMatchObject(invalid('WIDTH'));
  });
});
