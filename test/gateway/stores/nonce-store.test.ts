import { expect, it } from 'vitest';

import { NonceStore } from '../../../gateway/stores/nonce-store.ts';
import { makeKeyId } from './store-factory.ts';
import { describeStores } from './store-fixture.ts';
import { runTogether } from './run-together.ts';

const RACES = process.env['DXL_LONG'] === '1' ? 12_500 : 300;
const PROCESSES = 4;
/** Nonces that each process claims alone, beside the races. */
const OWN = RACES / 10;

describeStores('NonceStore', (store) => {
  it('lets a nonce be claimed once for each key', async () => {
    const nonces = new NonceStore(store.db);
    expect(await nonces.claim(makeKeyId('a'), 'n', 10)).toBe(true);
    expect(await nonces.claim(makeKeyId('a'), 'n', 99)).toBe(false);
    expect(await nonces.claim(makeKeyId('b'), 'n', 10)).toBe(true);
    expect(await new NonceStore(await store.open()).claim(makeKeyId('a'), 'n', 10)).toBe(false);
  });

  it('lets one of several claims in one commit win', async () => {
    const nonces = new NonceStore(store.db);
    const claims = ['n', 'n', 'm', 'n'].map((nonce) => nonces.claim(makeKeyId(), nonce, 10));
    expect(await Promise.all(claims)).toEqual([true, false, true, false]);
  });

  it('answers every claim of a crowd, and one of each pair with true', async () => {
    const nonces = new NonceStore(store.db);
    const claims = Array.from({ length: 3_000 }, (_, index) => `n${String(index % 1_500)}`);
    const answers = await Promise.all(claims.map((nonce) => nonces.claim(makeKeyId(), nonce, 10)));
    expect(answers.slice(0, 1_500)).toEqual(Array.from({ length: 1_500 }, () => true));
    expect(answers.slice(1_500)).toEqual(Array.from({ length: 1_500 }, () => false));
  });

  it('forgets only what is over', async () => {
    const nonces = new NonceStore(store.db);
    await Promise.all(
      Array.from({ length: 2_500 }, (_, index) => nonces.claim(makeKeyId(), `old${String(index)}`, 99)),
    );
    await nonces.claim(makeKeyId(), 'kept', 100);
    expect(await nonces.sweep(100)).toBe(2_500);
    expect(await nonces.claim(makeKeyId(), 'kept', 100)).toBe(false);
    expect(await nonces.claim(makeKeyId(), 'old7', 200)).toBe(true);
    expect(await nonces.sweep(100)).toBe(0);
  });

  it('refuses all claims of a commit that failed', async () => {
    const nonces = new NonceStore(await store.open());
    await store.db.schema.dropTable('nonces').execute();
    const answers = await Promise.allSettled(['a', 'b'].map((nonce) => nonces.claim(makeKeyId(), nonce, 1)));
    expect(answers).toMatchObject(answers.map(() => ({ status: 'rejected', reason: { code: 'STORE_FAILED' } })));
  });

  it(`accepts exactly one claim of a nonce among ${String(PROCESSES)} processes (${String(RACES)} races)`, async () => {
    const results = await runTogether(PROCESSES, ['claim', store.url, String(RACES)]);
    const wins = new Map<string, number>();
    for (const nonce of results.flat()) wins.set(nonce, (wins.get(nonce) ?? 0) + 1);
    expect([...wins.values()].every((count) => count === 1)).toBe(true);
    expect(wins.size).toBe(RACES + PROCESSES * OWN);
    for (const [index, won] of results.entries()) {
      expect(won.filter((nonce) => nonce.startsWith(`own${String(index)}-`))).toHaveLength(OWN);
    }
  });
});
