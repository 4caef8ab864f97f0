import { expect, it } from 'vitest';

import { readScorecards } from '../../../gateway/stores/scorecards.ts';
import type { ResourceState } from '../../../ledger/projection/catalog-state.ts';
import { PROVIDER } from './store-factory.ts';
import { describeStores } from './store-fixture.ts';

describeStores('readScorecards', (store) => {
  it.each([
    ['none', 1],
    ['frozen', 1],
    ['retired', 0],
  ] as const)('counts the update that a resource under restraint %s owes: %i', async (restraint, overdue) => {
    const resource = { provider: PROVIDER, restraint, updateDueAt: 1_000 } as ResourceState;
    const ledger = { resources: () => [resource] };
    expect(await readScorecards(store.db, [PROVIDER], ledger, 1_000)).toMatchObject([{ updates: { overdue } }]);
  });
});
