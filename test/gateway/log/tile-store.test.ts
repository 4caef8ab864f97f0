import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TileStore } from '../../../gateway/log/tile-store.ts';
import { hashLeaf } from '../../../ledger/log/merkle-tree.ts';
import { encodeEntries, encodeTile, type Tile } from '../../../ledger/log/tiles.ts';
import { leaves } from './log-fixture.ts';

let folder: string;
let store: TileStore;
const entries = leaves(0, 256).map(({ bytes }) => bytes);
const hashes = entries.map(hashLeaf);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-tiles-'));
  store = new TileStore(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const hashTile = (width: number): Tile => ({ level: 0, index: 0, width });

async function write(...widths: readonly number[]): Promise<void> {
  for (const width of widths) await store.write(hashTile(width), encodeTile(hashes.slice(0, width)));
}

describe('TileStore', () => {
  it('reads a tile out of the narrowest that is wide enough', async () => {
    await write(7, 100, 30);
    writeFileSync(join(folder, 'tile/0/000.p/40.new'), 'not whole');
    for (const width of [1, 7, 8, 30, 31, 100]) {
      expect(await store.read(hashTile(width))).toEqual(Buffer.from(encodeTile(hashes.slice(0, width))));
    }
    expect(await store.read(hashTile(101))).toBeNull();
    await write(256);
    expect(await store.read(hashTile(101))).toEqual(Buffer.from(encodeTile(hashes.slice(0, 101))));
    expect(await store.read(hashTile(256))).toEqual(Buffer.from(encodeTile(hashes)));
  });

  it('prefers the narrowest, since a wider one may be of a head that was never signed', async () => {
    const others = leaves(300, 556).map(({ bytes }) => hashLeaf(bytes));
    await write(20);
    for (const width of [100, 3, 30, 21]) await store.write(hashTile(width), encodeTile(others.slice(0, width)));
    expect(await store.read(hashTile(20))).toEqual(Buffer.from(encodeTile(hashes.slice(0, 20))));
    expect(await store.read(hashTile(4))).toEqual(Buffer.from(encodeTile(hashes.slice(0, 4))));
  });

  it('ends although a file that is listed cannot be found', async () => {
    await write(20);
    rmSync(join(folder, 'tile/0/000.p/20'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'tile/0/000.p/20'));
    expect(await store.read(hashTile(20))).toBeNull();
  });

  it('takes a folder that cannot be read for no empty one', async () => {
    mkdirSync(join(folder, 'tile/0'), { recursive: true });
    writeFileSync(join(folder, 'tile/0/000.p'), 'no folder');
    await expect(store.read(hashTile(20))).rejects.toThrow('ENOTDIR');
  });

  it('reads a part of a bundle as a bundle', async () => {
    await store.write({ level: 'entries', index: 0, width: 20 }, encodeEntries(entries.slice(0, 20)));
    const read = await store.read({ level: 'entries', index: 0, width: 3 });
    expect(read).toEqual(Buffer.from(encodeEntries(entries.slice(0, 3))));
  });

  it('removes all partial tiles beside a whole one', async () => {
    await write(7, 100, 256);
    await store.removeNarrower(hashTile(256));
    expect(existsSync(join(folder, 'tile/0/000.p'))).toBe(false);
    expect(await store.read(hashTile(100))).toEqual(Buffer.from(encodeTile(hashes.slice(0, 100))));
    await store.removeNarrower({ level: 3, index: 9, width: 256 });
  });

  it('removes what is narrower than a partial one, and what a killed process left', async () => {
    await write(7, 30, 100);
    writeFileSync(join(folder, 'tile/0/000.p/40.new'), 'not whole');
    await store.removeNarrower(hashTile(30));
    expect(readdirSync(join(folder, 'tile/0/000.p')).toSorted()).toEqual(['100', '30']);
  });

  it('finds a tile at every moment while it grows', async () => {
    await write(1);
    let isGrowing = true;
    const missed: number[] = [];
    const read = async (width: number): Promise<void> => {
      while (isGrowing) if ((await store.read(hashTile(width))) === null) missed.push(width);
    };
    const grow = async (): Promise<void> => {
      for (let width = 2; width <= 256; width += 1) {
        await write(width);
        await store.removeNarrower(hashTile(width));
      }
      isGrowing = false;
    };
    await Promise.all([grow(), read(1), read(1), read(1)]);
    expect(missed).toEqual([]);
  });
});
