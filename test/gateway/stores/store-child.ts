import { once } from 'node:events';

import type { Kysely } from 'kysely';

import { openDatabase } from '../../../gateway/stores/database.ts';
import { NonceStore } from '../../../gateway/stores/nonce-store.ts';
import { QuotaStore } from '../../../gateway/stores/quota-store.ts';
import type { Database } from '../../../gateway/stores/schema.ts';
import { DAY_BYTES, makeGrantId, makeKeyId } from './store-factory.ts';

/** One of several processes that do the same at the same time; run by run-together.ts. */
const [task = '', url = '', countText = '', indexText = ''] = process.argv.slice(2);
const count = Number(countText);
/** Jobs that each process has under way at a time. */
const WIDTH = 16;
/** After so many races a process claims a nonce of its own. */
const OWN_EVERY = 10;

const isOpening = task === 'open';
let db = isOpening ? null : await openDatabase(url);
process.stdout.write('ready\n');
await once(process.stdin, 'data');
db ??= await openDatabase(url);
process.stdout.write(`${JSON.stringify(await work(db))}\n`);
await db.destroy();

async function work(store: Kysely<Database>): Promise<string[]> {
  if (task === 'claim') return await claimAll(new NonceStore(store));
  if (task === 'reserve') return await reserveAll(new QuotaStore(store));
  if (task === 'hold') return await holdAll(new QuotaStore(store));
  return (await store.selectFrom('storeLocks').selectAll().execute()).map(({ name }) => name);
}

/**
 * The nonces that this process won; each process begins at another place, half of them go backwards. Between the races
 * it claims nonces of its own, which nobody can take from it however the machine divides its time.
 */
async function claimAll(nonces: NonceStore): Promise<string[]> {
  const won: string[] = [];
  const claim = async (nonce: string): Promise<void> => {
    if (await nonces.claim(makeKeyId(), nonce, 1_000)) won.push(nonce);
  };
  await inWidth(async (step) => {
    const index = Number(indexText);
    const forward = (step + index * 7) % count;
    await claim(`race${String(index % 2 === 0 ? forward : count - 1 - forward)}`);
    if (step % OWN_EVERY === 0) await claim(`own${indexText}-${String(step / OWN_EVERY)}`);
  });
  return won;
}

/** The total that stood before each call of this process that was counted. */
async function reserveAll(quotas: QuotaStore): Promise<string[]> {
  const limits = { perSecond: 1_000_000, perDay: 1_000_000, total: count, maxBytesPerDay: 1_000_000 };
  const before: string[] = [];
  await inWidth(async (step) => {
    const { reserved, usage } = await quotas.reserve(makeGrantId(String(step % 2)), limits, 1, 1_000);
    if (reserved) before.push(`${String(step % 2)}:${String(usage.total)}`);
  });
  return before;
}

/** The bytes that this process got of a day that has fewer than all ask for. */
async function holdAll(quotas: QuotaStore): Promise<string[]> {
  const limits = { perSecond: 1_000_000, perDay: 1_000_000, total: 1_000_000, maxBytesPerDay: DAY_BYTES };
  const got: string[] = [];
  await inWidth(async () => {
    const { held } = await quotas.reserve(makeGrantId(), limits, 100, 1_000);
    got.push(String(held.bytes));
  });
  return got;
}

async function inWidth(job: (step: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const step = next;
      next += 1;
      await job(step);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, lane));
}
