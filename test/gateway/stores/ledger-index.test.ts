import { expect, it } from 'vitest';

import { LedgerIndex } from '../../../gateway/stores/ledger-index.ts';
import type { EventName, LedgerEvent } from '../../../ledger/events/ledger-event.ts';
import { reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import { parseCaseId, parseDepartmentId, parseGrantId, parseRequestId, parseResourceId } from '../../../ledger/ids.ts';
import { makeGrantId, makeHash, PROVIDER, REQUESTER } from './store-factory.ts';
import { describeStores } from './store-fixture.ts';

const resourceId = parseResourceId(makeHash('resource'));
const requestId = parseRequestId(makeHash('request'));
const grantId = makeGrantId();
const AUTHORITY = parseDepartmentId('11990100MB00000L2J');
const block = (blockNumber: number) => ({ blockNumber, blockHash: makeHash(String(blockNumber)) });

let seq = 0;

/** Only what the index reads of an event. */
function makeEvent(name: EventName, blockNumber: number, contents: object): LedgerEvent {
  seq += 1;
  const place = { contract: 'ShareLedger', seq, blockNumber, recordedAt: 1_000 + blockNumber };
  return { name, ...place, ...contents } as unknown as LedgerEvent;
}

function makeStep(name: EventName, blockNumber: number, subject: string, changes: object = {}): LedgerEvent {
  const { dueAt = 0, ...more } = changes as { dueAt?: number };
  const act = { subject, department: PROVIDER, documentHash: makeHash(name), reasonCode: REASON, ...more };
  return makeEvent(name, blockNumber, { act, dueAt });
}

const REASON = reasonCodeToBytes32('SECURITY');
const submitted = makeEvent('ResourceSubmitted', 1, {
  resourceId,
  reviewDueAt: 0,
  act: { version: 1, provider: PROVIDER, documentHash: makeHash('entry') },
});
const published = makeStep('ResourcePublished', 2, resourceId, { department: AUTHORITY });
const requested = makeEvent('ShareRequested', 3, {
  requestId,
  dueAt: 2_000,
  act: { requester: REQUESTER, kind: 1, resourceId, resourceVersion: 1, documentHash: makeHash('request document') },
});
const issued = makeEvent('GrantIssued', 4, {
  grantId,
  requester: REQUESTER,
  resourceId,
  resourceVersion: 1,
  dueAt: 3_000,
  act: {
    ...{ requestId, provider: PROVIDER, notBefore: 10, notAfter: 20 },
    ...{ disposalDays: 7, documentHash: makeHash('terms') },
  },
});
const delivered = makeStep('GrantDelivered', 5, grantId);
const activated = makeStep('GrantActivated', 6, grantId, { department: REQUESTER });
const suspended = makeStep('GrantSuspended', 7, grantId, { dueAt: 9_000 });
const STORY = [submitted, published, requested, issued, delivered, activated, suspended];
const ALL = { party: null, limit: 10 };

describeStores('LedgerIndex', (store) => {
  async function told(until = STORY.length): Promise<LedgerIndex> {
    const index = new LedgerIndex(store.db);
    for (const event of STORY.slice(0, until)) await index.apply(block(event.blockNumber), [event]);
    return index;
  }

  it('follows a share from entry to suspension', async () => {
    const index = await told();
    expect(await index.cursor()).toEqual(block(7));
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
      status: 'suspended',
      statusReason: 'SECURITY',
      suspender: PROVIDER,
      dueAt: 9_000,
      notAfter: 20,
      documentHash: makeHash('terms'),
    });
    expect((await index.grantOfRequest(requestId))?.grantId).toBe(grantId);
  });

  it('notes a refusal with its document', async () => {
    const index = await told(3);
    await index.apply(block(4), [
      makeEvent('ShareRefused', 4, {
        act: { requestId, provider: PROVIDER, reasonCode: REASON, documentHash: makeHash('no') },
      }),
    ]);
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
    await index.apply(block(7), STORY);
    expect(await index.grants(ALL)).toEqual(before);
  });

  it('keeps every step of a thing, with the clocks that it stopped and started', async () => {
    const index = await told();
    expect(await index.steps(grantId)).toMatchObject([
      { event: 'GrantIssued', status: 'issued', dueBefore: 0, dueAt: 3_000, documentHash: makeHash('terms') },
      { event: 'GrantDelivered', status: 'delivered', dueBefore: 3_000, dueAt: 0, department: PROVIDER },
      { event: 'GrantActivated', status: 'active', dueBefore: 0, dueAt: 0, department: REQUESTER },
      { event: 'GrantSuspended', status: 'suspended', dueAt: 9_000, reasonCode: 'SECURITY' },
    ]);
    expect(await index.steps(requestId)).toMatchObject([
      { event: 'ShareRequested', status: 'submitted', dueBefore: 0, dueAt: 2_000 },
      { event: 'GrantIssued', status: 'agreed', dueBefore: 2_000, dueAt: 0 },
    ]);
  });

  it('opens a refused request again', async () => {
    const index = await told(3);
    const act = { requestId, provider: PROVIDER, reasonCode: REASON, documentHash: makeHash('no') };
    await index.apply(block(4), [makeEvent('ShareRefused', 4, { act })]);
    await index.apply(block(5), [makeStep('RequestReopened', 5, requestId, { department: REQUESTER, dueAt: 5_000 })]);
    expect(await index.request(requestId)).toMatchObject({ status: 'submitted', answerHash: null, dueAt: 5_000 });
  });

  it('puts new terms beside the old ones that they replace', async () => {
    const index = await told(6);
    const changedId = parseGrantId(makeHash('changed terms'));
    const act = { ...{ grantId, provider: PROVIDER }, notBefore: 10, notAfter: 15, documentHash: makeHash('terms 2') };
    await index.apply(block(7), [makeEvent('GrantChanged', 7, { grantId: changedId, requestId, act })]);
    expect((await index.grant(grantId))?.status).toBe('changed');
    expect(await index.grant(changedId)).toMatchObject({ status: 'active', notAfter: 15, requester: REQUESTER });
    expect((await index.grantOfRequest(requestId))?.grantId).toBe(changedId);
  });

  it('says until when the disposal of a grant that ended by time was due', async () => {
    const index = await told(6);
    await index.apply(block(7), [makeStep('DisposalCertified', 7, grantId, { department: REQUESTER })]);
    const certified = (await index.steps(grantId)).at(-1);
    expect(certified).toMatchObject({ event: 'DisposalCertified', dueBefore: 20 + 7 * 86_400, dueAt: 0 });
  });

  it('says until when the disposal of a grant that was released was due', async () => {
    const index = await told(6);
    await index.apply(block(7), [makeStep('GrantReleased', 7, grantId, { department: REQUESTER, dueAt: 5_000 })]);
    await index.apply(block(8), [makeStep('DisposalCertified', 8, grantId, { department: REQUESTER })]);
    expect((await index.steps(grantId)).at(-1)).toMatchObject({ event: 'DisposalCertified', dueBefore: 5_000 });
  });

  it('gives a version that comes back its new entry, and says when the update was due', async () => {
    const index = await told(2);
    const act = { version: 2, provider: PROVIDER, documentHash: makeHash('second') };
    await index.apply(block(3), [makeStep('UpdateRequired', 3, resourceId, { dueAt: 1_004 })]);
    await index.apply(block(4), [makeEvent('ResourceSubmitted', 4, { resourceId, reviewDueAt: 7_000, act })]);
    await index.apply(block(5), [makeStep('ResourceReturned', 5, resourceId, { department: AUTHORITY })]);
    const again = { ...act, documentHash: makeHash('third') };
    await index.apply(block(6), [makeEvent('ResourceSubmitted', 6, { resourceId, reviewDueAt: 8_000, act: again })]);
    expect(await index.resources(ALL)).toMatchObject([
      { version: 2, status: 'submitted', dueAt: 8_000, documentHash: makeHash('third') },
      { version: 1, status: 'published', documentHash: makeHash('entry') },
    ]);
    const steps = await index.steps(resourceId);
    expect(steps.map(({ event, dueBefore }) => [event, dueBefore])).toEqual([
      ['ResourceSubmitted', 0],
      ['ResourcePublished', 0],
      ['UpdateRequired', 0],
      ['ResourceSubmitted', 1_004],
      ['ResourceReturned', 7_000],
      ['ResourceSubmitted', 0],
    ]);
  });

  it('follows a correction and a dispute', async () => {
    const index = await told();
    const filing = { requester: REQUESTER, resourceId, reasonCode: REASON, documentHash: makeHash('filing') };
    const caseId = parseCaseId(makeHash('case'));
    await index.apply(block(8), [makeEvent('CorrectionFiled', 8, { caseId, dueAt: 4_000, act: filing })]);
    await index.apply(block(9), [makeStep('CorrectionVerifying', 9, caseId)]);
    const sides = { claimant: REQUESTER, respondent: PROVIDER, subject: resourceId };
    expect(await index.case(caseId)).toMatchObject({ ...sides, kind: 'correction', status: 'verifying', dueAt: 4_000 });
    const disputeId = parseCaseId(makeHash('dispute'));
    const opening = { claimant: REQUESTER, respondent: PROVIDER, subject: caseId, reasonCode: REASON };
    const opened = { caseId: disputeId, act: { ...opening, documentHash: makeHash('opening') } };
    await index.apply(block(10), [makeEvent('DisputeOpened', 10, opened)]);
    await index.apply(block(11), [makeStep('DisputeCoordinated', 11, disputeId, { department: AUTHORITY })]);
    expect(await index.case(disputeId)).toMatchObject({ status: 'coordinating', coordinator: AUTHORITY });
    expect(await index.cases({ party: AUTHORITY, limit: 10 })).toHaveLength(1);
    expect(await index.cases({ party: REQUESTER, limit: 10 })).toHaveLength(2);
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
