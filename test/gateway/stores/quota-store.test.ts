import { expect, it } from 'vitest';

import { QuotaStore } from '../../../gateway/stores/quota-store.ts';
import { runTogether } from './run-together.ts';
import { DAY_BYTES, makeGrantId } from './store-factory.ts';
import { describeStores } from './store-fixture.ts';

const LIMITS = { perSecond: 2, perDay: 4, total: 6, maxBytesPerDay: 1_000 };
const CALLS = 400;
const PROCESSES = 3;
/** 2026-11-23 00:00:00 in Asia/Shanghai. */
const MIDNIGHT = Date.UTC(2026, 10, 22, 16) / 1000;
const GRANT = makeGrantId();

describeStores('QuotaStore', (store) => {
  it('counts to each limit and gives the counts before the call', async () => {
    const quotas = new QuotaStore(store.db);
    const at = async (now: number) => await quotas.reserve(GRANT, LIMITS, 1, now);
    const nothing = { second: 0, day: 0, total: 0, bytesToday: 0 };
    expect(await at(MIDNIGHT)).toMatchObject({ reserved: true, usage: nothing });
    expect(await at(MIDNIGHT + 0.9)).toMatchObject({ reserved: true, usage: { second: 1, day: 1, total: 1 } });
    expect(await at(MIDNIGHT)).toMatchObject({ reserved: false, usage: { second: 2, day: 2, total: 2 } });
    expect(await at(MIDNIGHT + 1)).toMatchObject({ reserved: true, usage: { second: 0, day: 2, total: 2 } });
    expect(await at(MIDNIGHT + 2)).toMatchObject({ reserved: true, usage: { second: 0, day: 3, total: 3 } });
    expect(await at(MIDNIGHT + 3)).toMatchObject({ reserved: false, usage: { second: 0, day: 4, total: 4 } });
    expect(await at(MIDNIGHT + 86_400)).toMatchObject({ reserved: true, usage: { day: 0, total: 4 } });
    expect(await at(MIDNIGHT + 86_401)).toMatchObject({ reserved: true, usage: { day: 1, total: 5 } });
    expect(await at(MIDNIGHT + 86_402)).toMatchObject({ reserved: false, usage: { day: 2, total: 6 } });
  });

  it('begins a day at midnight in Asia/Shanghai', async () => {
    const quotas = new QuotaStore(store.db);
    await quotas.reserve(GRANT, LIMITS, 600, MIDNIGHT - 1);
    expect(await quotas.usage(GRANT, MIDNIGHT - 1)).toMatchObject({ bytesToday: 600 });
    expect(await quotas.usage(GRANT, MIDNIGHT)).toMatchObject({ bytesToday: 0 });
  });

  it('refuses when the bytes of the day are used up', async () => {
    const quotas = new QuotaStore(store.db);
    await quotas.reserve(GRANT, LIMITS, 999, MIDNIGHT);
    expect((await quotas.reserve(GRANT, LIMITS, 999, MIDNIGHT)).held.bytes).toBe(1);
    expect(await quotas.reserve(GRANT, LIMITS, 999, MIDNIGHT + 1)).toMatchObject({
      reserved: false,
      usage: { bytesToday: 1_000 },
      held: { bytes: 0 },
    });
    expect((await quotas.reserve(makeGrantId('other'), LIMITS, 999, MIDNIGHT)).reserved).toBe(true);
  });

  it('gives back what was held and not delivered, to its own day only', async () => {
    const quotas = new QuotaStore(store.db);
    const { held } = await quotas.reserve(GRANT, LIMITS, 900, MIDNIGHT - 1);
    const late = await quotas.reserve(GRANT, LIMITS, 900, MIDNIGHT - 1);
    await quotas.settle(held, 300);
    expect(await quotas.usage(GRANT, MIDNIGHT - 1)).toMatchObject({ bytesToday: 400 });
    await quotas.reserve(GRANT, LIMITS, 50, MIDNIGHT);
    await quotas.settle(late.held, 0);
    expect(await quotas.usage(GRANT, MIDNIGHT)).toMatchObject({ bytesToday: 50 });
  });

  it('keeps counted what a gateway held that never came back', async () => {
    await new QuotaStore(store.db).reserve(GRANT, LIMITS, 1_000, MIDNIGHT);
    const later = new QuotaStore(await store.open());
    expect(await later.reserve(GRANT, LIMITS, 1, MIDNIGHT + 1)).toMatchObject({ reserved: false });
  });

  it.each([
    { window: 'second', limits: { ...LIMITS, perSecond: 2, perDay: 99, total: 99 }, back: 5 },
    { window: 'day', limits: { ...LIMITS, perSecond: 99, perDay: 2, total: 99 }, back: 86_400 },
  ])('gives nothing of a $window back when the clock goes back', async ({ limits, back }) => {
    const quotas = new QuotaStore(store.db);
    for (let call = 0; call < 2; call += 1) await quotas.reserve(GRANT, limits, 1, MIDNIGHT);
    expect((await quotas.reserve(GRANT, limits, 1, MIDNIGHT - back)).reserved).toBe(false);
  });

  it('keeps its counts over a restart', async () => {
    await new QuotaStore(store.db).reserve(GRANT, LIMITS, 7, MIDNIGHT);
    const later = new QuotaStore(await store.open());
    expect(await later.usage(GRANT, MIDNIGHT)).toEqual({ second: 1, day: 1, total: 1, bytesToday: 7 });
  });

  it('says that the store failed when it did', async () => {
    const quotas = new QuotaStore(await store.open());
    await store.db.schema.dropTable('quotas').execute();
    await expect(quotas.reserve(GRANT, LIMITS, 1, 1)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(quotas.usage(GRANT, 1)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });

  it(`never counts two calls for one place among ${String(PROCESSES)} processes`, async () => {
    const results = await runTogether(PROCESSES, ['reserve', store.url, String(CALLS)]);
    const places = results.flat();
    expect(new Set(places).size).toBe(places.length);
    expect(places.filter((place) => place.startsWith('0:'))).toHaveLength(CALLS);
    expect(places.filter((place) => place.startsWith('1:'))).toHaveLength(CALLS);
  });

  it(`never holds more bytes than a day has among ${String(PROCESSES)} processes`, async () => {
    const results = await runTogether(PROCESSES, ['hold', store.url, String(CALLS)]);
    expect(results.flat().reduce((sum, bytes) => sum + Number(bytes), 0)).toBe(DAY_BYTES);
  });
});
