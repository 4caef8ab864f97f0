import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { confirmDelivery } from '../../../cli/confirm-delivery.ts';
import { fetchRows, type ProvedRows } from '../../../cli/fetch-rows.ts';
import { saveEvidence } from '../../../cli/save-evidence.ts';
import * as records from '../../../gateway/http/record-schemas.ts';
import { buildDisputeOpening } from '../../../ledger/acts/build-acts.ts';
import { type EvidenceLineOf, evidenceLineSchema } from '../../../ledger/evidence/evidence-line.ts';
import { keyRevocation } from '../../support/act-factory.ts';
import { CalendarShare } from '../../support/calendar-share.ts';
import type { GatewayFixture } from '../../support/gateway-fixture.ts';
import { type Granted, type Member, readOptions, salt } from '../../support/gateway-fixture.ts';
import { LyingNode } from '../../support/lying-node.ts';

/** 2096: no act of a test expires. */
const NEVER = 3_976_214_400;

let folder: string;
let share: CalendarShare;
let fixture: GatewayFixture;
let authority: Member;
let provider: Member;
let requester: Member;
let stranger: Member;
let granted: Granted;
let rows: ProvedRows;
/** SHA-256 of the rows, which opens them to who can try all that they may be. */
let bareDigest: string;
/** The receipt of the refused read of a stranger. */
let refusedId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-visibility-'));
  share = await CalendarShare.start();
  ({ fixture, authority, provider, requester, granted } = share);
  stranger = await share.join('SW');
  const received = createHash('sha256');
  rows = await fetchRows(requester.client, readOptions(granted.grantId), (bytes) => void received.update(bytes));
  bareDigest = `0x${received.digest('hex')}`;
  await confirmDelivery(requester, rows);
  const asked = readOptions(granted.grantId, {
    equals: new Map([['holiday', '春节']]),
    caseNumber: 'CASE-OF-A-STRANGER',
  });
  await expect(fetchRows(stranger.client, asked, () => undefined)).rejects.toThrow();
  const { body } = await stranger.client.get('/v1/receipts');
  refusedId = records.receiptsAnswer.parse(body).receipts[0]!.receiptId;
});

afterAll(async () => {
  await share.stop();
  rmSync(folder, { recursive: true });
});

async function save(by: Member, query: string): Promise<string> {
  const file = join(folder, `${String(Math.random())}.ndjson`);
  await saveEvidence(by.client, `/v1/evidence${query}`, file);
  return readFileSync(file, 'utf8');
}

function receiptsIn(file: string): readonly EvidenceLineOf<'receipt'>[] {
  const lines = file.trimEnd().split('\n');
  return lines
    .map((line) => evidenceLineSchema.parse(JSON.parse(line)))
    .filter((line): line is EvidenceLineOf<'receipt'> => line.type === 'receipt');
}

function contextOf(file: string, receiptId: string): unknown {
  return receiptsIn(file).find(({ receipt }) => (receipt as { receiptId: string }).receiptId === receiptId)!.context;
}

/** A dispute about the grant that the authority coordinates. */
async function openDispute(): Promise<string> {
  const base = JSON.parse(readFileSync('test/vectors/documents/valid/dispute-opening.json', 'utf8')) as object;
  const salted = salt({
    ...base,
    ...{ department: requester.actor.id, respondent: provider.actor.id },
    ...{ subject: { kind: 'GRANT', id: granted.grantId }, attachments: [] },
  });
  const { body } = await fixture.act(requester, 'openDispute', buildDisputeOpening(salted, NEVER), salted);
  const caseId = (body as { digest: string }).digest;
  await fixture.state(requester, 'applyForCoordination', caseId);
  await fixture.state(authority, 'coordinate', caseId);
  return caseId;
}

describe('the digest of rows that were delivered', () => {
  it('is shown beside a receipt to its sides; a supervisor learns only that they were confirmed', async () => {
    const shownTo = async ({ client }: Member) =>
      records.receiptAnswer.parse((await client.get(`/v1/receipts/${rows.receiptId}`)).body);

    const bySupervisor = await shownTo(authority);
    expect(bySupervisor).toMatchObject({ contentSalt: null, confirmation: null, confirmed: true });
    expect(JSON.stringify(bySupervisor).includes(bareDigest)).toBe(false);
    for (const side of [provider, requester]) {
      const shown = await shownTo(side);
      expect(shown).toMatchObject({ confirmed: true, confirmation: { confirmation: { contentDigest: bareDigest } } });
      expect(shown.contentSalt).not.toBeNull();
    }
  });

  it.each(['', '&redact=yes', '&redact=no'])('is in no evidence for a supervisor%s', async (redact) => {
    const file = await save(authority, `?grant=${granted.grantId}${redact}`);
    expect(file.includes(bareDigest)).toBe(false);
  });

  it('is in evidence for a side, unless it asks for none', async () => {
    const query = `?grant=${granted.grantId}`;
    for (const side of [provider, requester]) {
      const [whole, redacted] = [await save(side, query), await save(side, `${query}&redact=yes`)];
      expect([whole.includes(bareDigest), redacted.includes(bareDigest)]).toEqual([true, false]);
    }
  });

  it('is not for who coordinates a dispute about the grant, nor are content salts', async () => {
    const caseId = await openDispute();
    const byCoordinator = await save(authority, `?case=${caseId}`);
    expect(byCoordinator.includes(bareDigest)).toBe(false);
    expect(receiptsIn(byCoordinator).map(({ contentSalt }) => contentSalt)).toEqual([null, null]);
    const byClaimant = await save(requester, `?case=${caseId}`);
    expect(byClaimant.includes(bareDigest)).toBe(true);
    expect(receiptsIn(byClaimant)[0]!.contentSalt).not.toBeNull();
  });
});

describe('what a stranger asked for under a grant', () => {
  it('is withheld from the requester of the grant, whose own reads are shown', async () => {
    const file = await save(requester, `?grant=${granted.grantId}`);
    expect(contextOf(file, refusedId)).toBeNull();
    expect(file.includes('CASE-OF-A-STRANGER')).toBe(false);
    expect(contextOf(file, rows.receiptId)).not.toBeNull();
  });

  it('is shown to the provider, to a supervisor and to the stranger', async () => {
    for (const query of [`?grant=${granted.grantId}`, `?receipt=${refusedId}`]) {
      expect(contextOf(await save(provider, query), refusedId)).not.toBeNull();
      expect(contextOf(await save(authority, query), refusedId)).not.toBeNull();
    }
    expect(contextOf(await save(stranger, `?receipt=${refusedId}`), refusedId)).not.toBeNull();
  });
});

describe('a parameter', () => {
  it.each([
    'redact=true',
    'redact=YES',
    'redact=',
    'redact=yes&redact=yes',
    'redact=no&redact=yes',
    'from=0&from=0&to=1',
  ])('%s is refused', async (query) => {
    const path = query.startsWith('from') ? `?${query}` : `?grant=${granted.grantId}&${query}`;
    await expect(save(authority, path)).rejects.toMatchObject({ facts: { status: 400 } });
  });
});

describe('evidence that is still on its way', () => {
  let node: LyingNode;
  /** How many exports have begun to read the ledger. */
  let begun: number;
  let release: (value?: undefined) => void;

  beforeAll(async () => {
    node = await LyingNode.start(share.chain.webSocketUrl);
    await share.fixture.stop({ keepData: true });
    await share.startAgain({ nodeUrl: node.url });
    await share.fixture.follow();
    return async () => await node.stop();
  });
  beforeEach(() => {
    const held = Promise.withResolvers<undefined>();
    [begun, release] = [0, () => held.resolve(undefined)];
    const start = `0x${share.chain.deployment.startBlock.toString(16)}`;
    node.hold = (method, [filter]) => {
      if (method !== 'eth_getLogs' || (filter as { fromBlock: string }).fromBlock !== start) return null;
      begun += 1;
      return held.promise;
    };
  });

  it('is cut when the key that asked for it is revoked', async () => {
    const other = await share.fixture.join(authority.actor);
    const saved = save(other, '').catch((error: unknown) => error);
    await expect.poll(() => begun).toBe(1);
    await share.chain.record('revokeAccessKey', keyRevocation(other.actor, other.key.keyId), other.actor);
    await share.fixture.follow();
    release();

    expect(await saved).toMatchObject({ code: 'STREAM_CUT' });
    const { body } = await authority.client.get('/v1/receipts?limit=1');
    expect(body).toMatchObject({
      receipts: [{ decision: 'AUDIT', outcome: 'ABORTED', keyId: other.key.keyId, endedBy: { code: 'KEY_NOT_VALID' } }],
    });
  });

  it('is of two for a department, and of four for all but supervisors', async () => {
    const [ofGrant, ofReceipt] = [`?grant=${granted.grantId}`, `?receipt=${refusedId}`];
    const refusal = { facts: { problem: { code: 'TOO_MANY_REQUESTS' } } };
    const saved = [save(requester, ofGrant), save(requester, ofGrant)];
    await expect.poll(() => begun).toBe(2);
    await expect(save(requester, ofGrant)).rejects.toMatchObject(refusal);
    saved.push(save(provider, ofGrant), save(provider, ofGrant));
    await expect.poll(() => begun).toBe(4);
    await expect(save(stranger, ofReceipt)).rejects.toMatchObject(refusal);
    saved.push(save(authority, ''), save(authority, ''));
    await expect.poll(() => begun).toBe(6);
    await expect(save(authority, '')).rejects.toMatchObject(refusal);
    release();
    await Promise.all(saved);
    await save(stranger, ofReceipt);
  });
});
