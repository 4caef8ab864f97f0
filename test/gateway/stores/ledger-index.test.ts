import { expect, it } from 'vitest';

import { LedgerIndex } from '../../../gateway/stores/ledger-index.ts';
import type { EventName, LedgerEvent } from '../../../ledger/events/ledger-event.ts';
import { parseRequestId, parseResourceId } from '../../../ledger/ids.ts';
import { makeGrantId, makeHash, PROVIDER, REQUESTER } from './store-factory.ts';
import { describeStores } from './store-fixture.ts';

const resourceId = parseResourceId(makeHash('resource'));
const requestId = parseRequestId(makeHash('request'));
const grantId = makeGrantId();
const block = (blockNumber: number) => ({ blockNumber, blockHash: makeHash(String(blockNumber)) });

/** Only what the index reads of an event. */
function makeEvent(name: EventName, blockNumber: number, contents: object): LedgerEvent {
  return { name, blockNumber, recordedAt: 1_000 + blockNumber, ...contents } as unknown as LedgerEvent;
}

const submitted = makeEvent('ResourceSubmitted', 1, {
  resourceId,
  act: { version: 1, provider: PROVIDER, documentHash: makeHash('entry') },
});
const published = makeEvent('ResourcePublished', 2, { act: { resourceId, version: 1 } });
const requested = makeEvent('ShareRequested', 3, {
  requestId,
  act: { requester: REQUESTER, resourceId, resourceVersion: 1, documentHash: makeHash('request document') },
});
const issued = makeEvent('GrantIssued', 4, {
  grantId,
  requester: REQUESTER,
  resourceId,
  resourceVersion: 1,
  act: { requestId, provider: PROVIDER, notBefore: 10, notAfter: 20, documentHash: makeHash('terms') },
});
const revoked = makeEvent('GrantRevoked', 5, { act: { grantId, documentHash: makeHash('revocation') } });
const STORY = [submitted, published, requested, issued, revoked];
const ALL = { party: null, limit: 10 };

describeStores('LedgerIndex', (store) => {
  async function told(until = 5): Promise<LedgerIndex> {
    const index = new LedgerIndex(store.db);
    for (const event of STORY.slice(0, until)) await index.apply(block(event.blockNumber), [event]);
    return index;
  }

  it('follows a share from entry to revocation', async () => {
    const index = await told();
    expect(await index.cursor()).toEqual(block(5));
    expect(await index.resources(ALL)).toMatchObject([
      { resourceId, version: 1, provider: PROVIDER, status: 'published' },
    ]);
    expect(await index.request(requestId)).toMatchObject({
      status: 'agreed',
      provider: PROVIDER,
      answerHash: makeHash('terms'),
      recordedAt: 1_003,
    });
    expect(await index.grant(grantId)).toMatchObject({
      status: 'revoked',
      notAfter: 20,
      documentHash: makeHash('terms'),
    });
    expect((await index.grantOfRequest(requestId))?.grantId).toBe(grantId);
  });

  it('notes a refusal with its document', async () => {
    const index = await told(3);
    await index.apply(block(4), [makeEvent('ShareRefused', 4, { act: { requestId, documentHash: makeHash('no') } })]);
    expect(await index.request(requestId)).toMatchObject({ status: 'refused', answerHash: makeHash('no') });
  });

  it('lists for the parties only', async () => {
    const index = await told();
    for (const party of [REQUESTER, PROVIDER]) {
      expect(await index.requests({ party, limit: 10 })).toHaveLength(1);
      expect(await index.grants({ party, limit: 10 })).toHaveLength(1);
    }
    const stranger = { party: 'STRANGER' as typeof PROVIDER, limit: 10 };
    expect(await index.requests(stranger)).toEqual([]);
    expect(await index.grants({ ...ALL, offset: 1 })).toEqual([]);
    expect(await index.grants({ ...ALL, limit: 0 })).toEqual([]);
  });

  it('may be told the same twice', async () => {
    const index = await told();
    const before = await index.grants(ALL);
    await index.apply(block(5), STORY);
    expect(await index.grants(ALL)).toEqual(before);
  });

  it.each([
    { kept: 4, grant: 'active', request: 'agreed', resource: 'published' },
    { kept: 3, grant: undefined, request: 'requested', resource: 'published' },
    { kept: 2, grant: undefined, request: undefined, resource: 'published' },
    { kept: 1, grant: undefined, request: undefined, resource: 'submitted' },
    { kept: 0, grant: undefined, request: undefined, resource: undefined },
  ])('is after a rewind to block $kept as it was there', async ({ kept, grant, request, resource }) => {
    const index = await told();
    await index.rewindTo(block(kept));
    expect(await index.cursor()).toEqual(block(kept));
    expect((await index.grant(grantId))?.status).toBe(grant);
    expect((await index.request(requestId))?.status).toBe(request);
    expect((await index.resources(ALL))[0]?.status).toBe(resource);
    for (const event of STORY.slice(kept)) await index.apply(block(event.blockNumber), [event]);
    expect((await index.grant(grantId))?.status).toBe('revoked');
  });

  it('is empty after clearing', async () => {
    const index = await told();
    await index.clear();
    expect(await index.cursor()).toBeNull();
    expect(await index.requests(ALL)).toEqual([]);
    expect(await index.resources(ALL)).toEqual([]);
  });

  it('writes a block whole or not at all', async () => {
    const index = new LedgerIndex(await store.open());
    await store.db.schema.dropTable('ledgerGrants').execute();
    await expect(index.apply(block(9), STORY)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await index.resources(ALL)).toEqual([]);
    expect(await index.cursor()).toBeNull();
  });
});
