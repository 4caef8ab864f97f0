import { expect, it } from 'vitest';

import { WitnessStore, type WitnessedHead } from '../../../gateway/stores/witness-store.ts';
import type { GatewayId } from '../../../ledger/ids.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import { describeStores } from './store-fixture.ts';

const ORIGIN = 'dxl/receipts/a';
const ME = parseBytes32<GatewayId>(`0x${'a1'.repeat(32)}`);
const OTHER = parseBytes32<GatewayId>(`0x${'b2'.repeat(32)}`);

function head(size: number, fill = size): WitnessedHead {
  return { size, root: Buffer.alloc(32, fill), note: Buffer.from(`note ${String(size)} ${String(fill)} —\n`) };
}

describeStores('WitnessStore', (store) => {
  it('knows nothing at first, and then what it was told, also when it is opened again', async () => {
    const seen = new WitnessStore(store.db, ME);
    expect(await seen.get(ORIGIN)).toBeNull();
    expect(await seen.advance(ORIGIN, null, head(3))).toBe(true);
    expect(await seen.advance(ORIGIN, head(3), head(9))).toBe(true);
    expect(await new WitnessStore(await store.open(), ME).get(ORIGIN)).toEqual(head(9));
  });

  it('goes on only from what it has', async () => {
    const seen = new WitnessStore(store.db, ME);
    expect(await seen.advance(ORIGIN, head(1), head(2))).toBe(false);
    expect(await seen.get(ORIGIN)).toBeNull();
    await seen.advance(ORIGIN, null, head(5));
    expect(await seen.advance(ORIGIN, null, head(6))).toBe(false);
    expect(await seen.advance(ORIGIN, head(4), head(6))).toBe(false);
    expect(await seen.advance(ORIGIN, head(5, 7), head(6))).toBe(false);
    expect(await seen.get(ORIGIN)).toEqual(head(5));
  });

  it('keeps logs and witnesses apart', async () => {
    const [mine, others] = [new WitnessStore(store.db, ME), new WitnessStore(store.db, OTHER)];
    await mine.advance(ORIGIN, null, head(5));
    expect(await others.advance(ORIGIN, null, head(2))).toBe(true);
    expect(await mine.advance('dxl/receipts/b', null, head(1))).toBe(true);
    expect(await others.advance(ORIGIN, head(2), head(3))).toBe(true);
    expect(await mine.get(ORIGIN)).toEqual(head(5));
    expect(await others.get('dxl/receipts/b')).toBeNull();
  });

  it('lets one of many at once win, the first head and each later one', async () => {
    const stores: WitnessStore[] = [];
    for (let count = 0; count < 4; count += 1) stores.push(new WitnessStore(await store.open(), ME));
    let before: WitnessedHead | null = null;
    for (const base of [10, 20, 30]) {
      const heads = Array.from({ length: 12 }, (_, index) => head(base + index));
      const known: WitnessedHead | null = before;
      const won: boolean[] = await Promise.all(
        heads.map(async (next, index) => await stores[index % stores.length]!.advance(ORIGIN, known, next)),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      before = heads[won.indexOf(true)]!;
      expect(await stores[0]!.get(ORIGIN)).toEqual(before);
    }
  });

  it('fails with its own code', async () => {
    const seen = new WitnessStore(await store.open(), ME);
    await store.db.schema.dropTable('witnessedLogs').execute();
    await expect(seen.get(ORIGIN)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(seen.advance(ORIGIN, null, head(1))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});
