import { afterEach, describe, expect, it, vi } from 'vitest';

import { Timeline } from '../../../verifier/ledger/timeline.ts';
import { ACTIVE, KIND, NOBODY, World } from '../../../verifier/ledger/world.ts';

const DEEP = 3_000;

/** A government below another one for each place, the highest first. */
function enterChain(world: World, side: string, top: string): string {
  let superior = top;
  for (let place = 0; place < DEEP; place += 1) {
    const id = `0x${side}${place.toString(16).padStart(35, '0')}`;
    const accounts = { office: '', head: '', maker: '' };
    const status = new Timeline(1, ACTIVE);
    world.departments.set(id, { kind: KIND.government, superior, region: '', status, ...accounts });
    superior = id;
  }
  return superior;
}

describe('commonGovernmentOf', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('finds the lowest one above both, however long the way', () => {
    const world = new World();
    const common = enterChain(world, 'c', NOBODY);
    const [one, other] = [enterChain(world, 'a', common), enterChain(world, 'b', common)];

    expect(world.commonGovernmentOf(one, other)).toBe(common);
    expect(world.commonGovernmentOf(one, common)).toBe(common);
    expect(world.commonGovernmentOf(one, one)).toBe(one);
  });

  it('walks through neither list once for each of the other', () => {
    const world = new World();
    const [one, other] = [enterChain(world, 'a', NOBODY), enterChain(world, 'b', NOBODY)];
    const walks = (['includes', 'indexOf', 'find', 'some'] as const).map((name) => vi.spyOn(Array.prototype, name));

    expect(world.commonGovernmentOf(one, other)).toBeNull();
    expect(walks.reduce((sum, walk) => sum + walk.mock.calls.length, 0)).toBeLessThan(DEEP / 10);
  });
});
