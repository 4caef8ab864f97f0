import { describe, expect, it } from 'vitest';

import { GrantChains } from '../../../gateway/receipts/grant-chains.ts';
import type { GrantId } from '../../../ledger/ids.ts';
import type { AccessReceipt } from '../../../ledger/receipts/receipt.ts';
import { aReceipt, aRefusedReceipt } from '../../ledger/receipts/receipt.factory.ts';
import { makeGrantId } from '../stores/store-factory.ts';

/** Chains over an index that knows what was put into it. */
function makeChains(options: { isIndexed?: () => boolean; maxRemembered?: number } = {}) {
  const index = new Map<GrantId, AccessReceipt>();
  const looked: GrantId[] = [];
  const chains = new GrantChains({
    lookUp: (grantId) => (looked.push(grantId), Promise.resolve(index.get(grantId) ?? null)),
    isIndexed: () => true,
    ...options,
  });
  const write = async (grantId: GrantId): Promise<AccessReceipt> => {
    await chains.hold(grantId);
    const receipt = chains.link(aReceipt({ grantId }));
    index.set(grantId, receipt);
    chains.release(grantId);
    return receipt;
  };
  return { chains, looked, write, index };
}

describe('GrantChains', () => {
  it('looks a chain up once and goes on from there', async () => {
    const { looked, write } = makeChains();
    const grantId = makeGrantId();
    const receipts = [await write(grantId), await write(grantId), await write(grantId)];
    expect(receipts.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(looked).toEqual([grantId]);
  });

  it('takes an end that was looked up late for nothing', async () => {
    const { chains, write } = makeChains();
    const grantId = makeGrantId();
    const holding = chains.hold(grantId);
    await write(grantId);
    await holding;
    expect(chains.link(aReceipt({ grantId })).sequence).toBe(2);
  });

  it('forgets only what nobody holds and the index knows', async () => {
    let isIndexed = false;
    const { chains, looked, write } = makeChains({ maxRemembered: 2, isIndexed: () => isIndexed });
    const grants = ['a', 'b', 'c'].map(makeGrantId);
    await chains.hold(grants[0]!);
    for (const grantId of grants) await write(grantId);
    for (const grantId of grants) await write(grantId);
    expect(looked).toHaveLength(3);
    isIndexed = true;
    await write(grants[2]!);
    const again = [await write(grants[0]!), await write(grants[1]!), await write(grants[2]!)];
    expect(again.map(({ sequence }) => sequence)).toEqual([3, 3, 4]);
    expect(looked.slice(3)).not.toContain(grants[0]);
    expect(looked.slice(3)).toContain(grants[1]);
  });

  it('holds nothing when the look-up fails', async () => {
    const failure = new TypeError('away');
    const chains = new GrantChains({ lookUp: () => Promise.reject(failure), isIndexed: () => true, maxRemembered: 0 });
    await expect(chains.hold(makeGrantId())).rejects.toBe(failure);
    await expect(chains.hold(makeGrantId())).rejects.toBe(failure);
  });

  it('has no chain for what names no grant', async () => {
    const { chains, looked } = makeChains();
    await chains.hold(null);
    expect(chains.link(aRefusedReceipt()).sequence).toBeNull();
    chains.release(null);
    expect(looked).toEqual([]);
  });
});
