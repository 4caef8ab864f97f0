import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { fetchRows } from '../../cli/fetch-rows.ts';
import { saveEvidence } from '../../cli/save-evidence.ts';
import { authorize } from '../../gateway/authz/authorize.ts';
import { buildStep } from '../../ledger/acts/build-acts.ts';
import { parseBytes32 } from '../../ledger/ids.ts';
import { signConfirmation } from '../../ledger/receipts/confirmation.ts';
import { recoverNatively } from '../../verifier/native/native-recovery.ts';
import { correctionFiling, keyRevocation } from '../support/act-factory.ts';
import { CalendarShare } from '../support/calendar-share.ts';
import { type Member, readOptions, salt } from '../support/gateway-fixture.ts';
import { judgeIndependently } from '../support/independent-verifier.ts';
import { statement } from '../support/share-documents.ts';
import { verifyBytes } from '../verifier/evidence-bundle.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const NEVER = 3_976_214_400;
/** Written out, its escape ends with a letter that the mark would be composed with. */
const MARKED_LINE = '\n\u0301';
/** Of a contract that says to have one officer, and that one is enough. */
const ACCOUNT_CODE = `0x36600410601157600160005260206000f35b602060005260016020526020604052601460605273${'11'.repeat(20)}60601b60805260a06000f3`;

let folder: string;
let share: CalendarShare;
let stranger: Member;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-unspoilt-'));
  share = await CalendarShare.start();
  stranger = await share.join('SW');
  await share.register();
  await share.read();
  await share.anchor();
});

afterAll(async () => {
  await share.stop();
  rmSync(folder, { recursive: true });
});

/** What both verifiers say of an export. */
async function judge(by: Member = share.authority, query = '') {
  const file = join(folder, `${String(Math.random())}.ndjson`);
  await saveEvidence(by.client, `/v1/evidence${query}`, file);
  const { verdict, findings, notProved } = await verifyBytes(readFileSync(file), { recover: recoverNatively });
  const codes = [...new Set(findings.map(({ code }) => code))].toSorted();
  expect(await judgeIndependently(file)).toEqual({ verdict, codes });
  return { verdict, codes, notProved };
}

const SOUND = { verdict: 'sound', codes: [] };

/** A read that the consumer confirms with a clock that it sets as it likes. */
async function confirmAt(receivedAt: number): Promise<string> {
  const { requester, granted } = share;
  const received = createHash('sha256');
  let bytes = 0;
  const { receipt, receiptId } = await fetchRows(requester.client, readOptions(granted.grantId), (chunk) => {
    received.update(chunk);
    bytes += chunk.length;
  });
  const signed = signConfirmation({ receipt, digest: received.digest(), bytes, receivedAt }, requester.key);
  await requester.client.post(`/v1/receipts/${receiptId}/confirmation`, signed);
  return receiptId;
}

describe('evidence is spoilt by nobody', () => {
  it('who filters by a line feed and a combining mark', async () => {
    const asked = readOptions(share.granted.grantId, { equals: new Map([['holiday', MARKED_LINE]]) });
    await expect(fetchRows(stranger.client, asked, () => undefined)).rejects.toThrow();
    expect(await judge()).toMatchObject(SOUND);
  });

  it('who writes them into a document', async () => {
    const { requester, granted, fixture } = share;
    const { grantId } = await fixture.grant(requester, granted.resource);
    const salted = salt({ ...statement('release', requester.actor, grantId), text: `x${MARKED_LINE}` });
    await fixture.act(requester, 'release', buildStep('release', salted, NEVER), salted);
    expect(await judge()).toMatchObject(SOUND);
  });

  it('who names the document of others in an act that no gateway carried', async () => {
    const { database } = share.fixture.gateway.context;
    const [document] = await database.selectFrom('documents').select('hash').execute();
    const { resourceId } = share.granted.resource;
    const act = correctionFiling(stranger.actor, resourceId, { documentHash: parseBytes32(document?.hash ?? '') });
    await share.chain.record('fileCorrection', act, stranger.actor);
    await share.fixture.follow();
    const report = await judge();
    expect(report).toMatchObject(SOUND);
    expect(report.notProved).toContain('DOCUMENTS');
  });

  it.each([
    ['a verifier of keys that only it knows', 'verifier', 'GA'],
    ['an account that does not say who its officers are', 'account', 'MZ'],
    ['an account that names officers, and asks none of them', 'officers', 'JY'],
  ] as const)('who signs by %s', async (_, kind, department) => {
    const { chain, fixture } = share;
    const actor = await chain.register(department, { office: await chain.placeCredulous(kind) });
    const { resourceId } = share.granted.resource;
    await chain.record('fileCorrection', correctionFiling(actor, resourceId), actor);
    await fixture.follow();
    const report = await judge();
    expect(report).toMatchObject(SOUND);
    expect(report.notProved).toContain('SIGNATURES');
  });

  it('whose key becomes the account of a contract afterwards', async () => {
    const { chain } = share;
    const { account } = stranger.actor.office;
    await chain.rpc('anvil_setCode', [account, ACCOUNT_CODE]);
    await chain.rpc('evm_mine', []);
    await share.fixture.follow();
    const report = await judge();
    expect(report).toMatchObject(SOUND);
    expect(report.notProved).toContain('OFFICERS');
    await chain.rpc('anvil_setCode', [account, '0x']);
    await chain.rpc('evm_mine', []);
    await share.fixture.follow();
  });
});

describe('a confirmation', () => {
  it('of a time to come is not taken', async () => {
    await expect(confirmAt(Math.floor(Date.now() / 1000) + 600)).rejects.toMatchObject({ facts: { status: 422 } });
    await expect(confirmAt(9_007_199_254_740_000)).rejects.toMatchObject({ facts: { status: 422 } });
  });

  it('is left out of evidence once its key was revoked before the time that it names', async () => {
    const member = { ...share.requester, ...(await share.fixture.join(share.requester.actor)) };
    const { requester } = share;
    Object.assign(share, { requester: member });
    const id = await confirmAt(Math.floor(Date.now() / 1000) + 50);
    expect(await judge(share.provider, `?receipt=${id}`)).toMatchObject(SOUND);
    Object.assign(share, { requester });
    await share.fixture.act(requester, 'revokeAccessKey', keyRevocation(requester.actor, member.key.keyId), null);
    expect(await judge(share.provider, `?receipt=${id}`)).toMatchObject(SOUND);
  });
});

describe('a read', () => {
  it('is not permitted on a block on which its key is revoked', async () => {
    const { requester, granted, fixture } = share;
    const { context } = fixture.gateway;
    const other = await fixture.join(requester.actor);
    await fixture.act(requester, 'revokeAccessKey', keyRevocation(requester.actor, other.key.keyId), null);
    const read = {
      ...{ caller: requester.actor.id, grantId: granted.grantId, equals: new Map<string, string>(), fields: [] },
      ...{ caseNumber: 'CASE-1', limit: null, purpose: 'BUSINESS_COLLAB', region: null, system: 'SI-TEST-01' },
    };
    // As the route goes on when the revocation is proved between authentication and decision.
    await expect(authorize(context.authorization, read, other.key.keyId)).rejects.toMatchObject({
      code: 'KEY_NOT_VALID',
    });
    await expect(authorize(context.authorization, read, requester.key.keyId)).resolves.toMatchObject({
      keyId: requester.key.keyId,
    });
  });
});
