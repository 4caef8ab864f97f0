import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { SoundTiles } from '../../../gateway/log/sound-tiles.ts';
import { TileMending } from '../../../gateway/log/tile-mending.ts';
import { TileStore } from '../../../gateway/log/tile-store.ts';
import { TreeTiles } from '../../../gateway/log/tree-tiles.ts';
import { leaf } from './log-fixture.ts';

/** The first whole tile of the second level, and one of the first level after it. */
const SIZE = 256 * 257 + 3;
let folder: string;
let mending: TileMending;
const asked: number[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-sound-'));
  const store = new TileStore(folder);
  const tiles = TreeTiles.empty(store);
  for (let number = 0; number < SIZE; number += 1) tiles.append(leaf(number).bytes);
  await tiles.flush();
  mending = new TileMending(store, async function* (from) {
    asked.push(from);
    for (let number = from; number < SIZE; number += 1) yield await Promise.resolve(leaf(number));
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['tile/1/000', { level: 1, index: 0, width: 256 }, 0],
  ['tile/0/255', { level: 0, index: 255, width: 256 }, 65_280],
  ['tile/0/256', { level: 0, index: 256, width: 256 }, 65_536],
  ['tile/entries/256', { level: 'entries', index: 256, width: 256 }, 65_536],
] as const)('makes %s again from its leaves', async (path, tile, from) => {
  const file = join(folder, path);
  const before = readFileSync(file);
  asked.length = 0;
  expect(Buffer.from(await new SoundTiles(mending, SIZE).read(tile))).toEqual(before);
  expect(asked).toEqual([]);
  const changed = Buffer.from(before);
  changed[40]! ^= 1;
  writeFileSync(file, changed);
  const part = await new SoundTiles(mending, SIZE).read({ ...tile, width: 2 });
  expect(before.subarray(0, part.length)).toEqual(Buffer.from(part));
  expect(readFileSync(file)).toEqual(before);
  expect(asked).toEqual([from]);
});

it('makes again what is above a tile before the tile', async () => {
  const files = ['tile/1/000', 'tile/0/003'].map((path) => join(folder, path));
  const before = files.map((file) => readFileSync(file));
  for (const file of files) rmSync(file);
  asked.length = 0;
  const tiles = new SoundTiles(mending, SIZE);
  await Promise.all([tiles.read({ level: 0, index: 3, width: 256 }), tiles.read({ level: 0, index: 3, width: 9 })]);
  expect(asked).toEqual([0, 768]);
  expect(files.map((file) => readFileSync(file))).toEqual(before);
});

it('reads the right edge as it is', async () => {
  asked.length = 0;
  const file = join(folder, 'tile/0/257.p/3');
  const read = await new SoundTiles(mending, SIZE).read({ level: 0, index: 257, width: 3 });
  expect(Buffer.from(read)).toEqual(readFileSync(file));
  rmSync(file);
  const lost = new SoundTiles(mending, SIZE).read({ level: 0, index: 257, width: 3 });
  await expect(lost).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  expect(asked).toEqual([]);
});
