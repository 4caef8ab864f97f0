import { expect, it } from 'vitest';

import { HighWaterStore } from '../../../gateway/stores/high-water-store.ts';
import { describeStores } from './store-fixture.ts';

describeStores('HighWaterStore', (store) => {
  it('only rises', async () => {
    const marks = new HighWaterStore(store.db);
    expect(await marks.read()).toEqual(new Map());
    await marks.raise(
      new Map([
        ['ShareLedger', 5],
        ['Directory', 1],
      ]),
    );
    await marks.raise(
      new Map([
        ['ShareLedger', 3],
        ['Directory', 2],
      ]),
    );
    expect(await new HighWaterStore(await store.open()).read()).toEqual(
      new Map([
        ['Directory', 2],
        ['ShareLedger', 5],
      ]),
    );
  });

  it('is forgotten when the operator accepts it', async () => {
    const marks = new HighWaterStore(store.db);
    await marks.raise(new Map([['ShareLedger', 5]]));
    await marks.clear();
    expect(await marks.read()).toEqual(new Map());
  });
});
