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

  it('forgets a chain when the last of those who hold it lets go', async () => {
    const { chains, looked, write } = makeChains({ maxRemembered: 0 });
    const grantId = makeGrantId();
    await chains.hold(grantId);
    await write(grantId);
    await write(grantId);
    expect(looked).toHaveLength(1);
    chains.release(grantId);
    expect((await write(grantId)).sequence).toBe(3);
    expect(looked).toHaveLength(2);
  });

  it('remembers as many as it may', async () => {
    const { looked, write } = makeChains({ maxRemembered: 1 });
    const grantId = makeGrantId();
    await write(grantId);
    await write(grantId);
    expect(looked).toHaveLength(1);
    await write(makeGrantId('b'));
    await write(grantId);
    expect(looked).toHaveLength(3);
  });

  it('does not go back to an end that was looked up before another one was written', async () => {
    const answers: ((receipt: null) => void)[] = [];
    const lookUp = () => new Promise<null>((resolve) => answers.push(resolve));
    const chains = new GrantChains({ lookUp, isIndexed: () => true });
    const grantId = makeGrantId();
    const holds = [chains.hold(grantId), chains.hold(grantId)];
    answers[0]!(null);
    await holds[0];
    expect(chains.link(aReceipt({ grantId })).sequence).toBe(1);
    answers[1]!(null);
    await holds[1];
    expect(chains.link(aReceipt({ grantId })).sequence).toBe(2);
  });

  it('holds nothing of a failure when it succeeds later', async () => {
    let isAway = true;
    let looked = 0;
    const lookUp = () => {
      looked += 1;
      return isAway ? Promise.reject(new TypeError('away')) : Promise.resolve(null);
    };
    const chains = new GrantChains({ lookUp, isIndexed: () => true, maxRemembered: 0 });
    const grantId = makeGrantId();
    await expect(chains.hold(grantId)).rejects.toThrow(TypeError);
    isAway = false;
    for (let count = 0; count < 2; count += 1) {
      await chains.hold(grantId);
      chains.release(grantId);
    }
    expect(looked).toBe(3);
  });

  it('has no chain for what names no grant', async () => {
    const { chains, looked } = makeChains();
    await chains.hold(null);
    expect(chains.link(aRefusedReceipt()).sequence).toBeNull();
    chains.release(null);
    expect(looked).toEqual([]);
  });
});
