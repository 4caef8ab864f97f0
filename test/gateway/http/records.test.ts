import { createHash, createPublicKey } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from 'undici';

import { confirmDelivery } from '../../../cli/confirm-delivery.ts';
import { fetchRows, type ProvedRows } from '../../../cli/fetch-rows.ts';
import * as records from '../../../gateway/http/record-schemas.ts';
import { logOrigin, parseCheckpoint } from '../../../ledger/log/checkpoint.ts';
import { verifyConsistency } from '../../../ledger/log/consistency.ts';
import { hashLeaf } from '../../../ledger/log/merkle-tree.ts';
import { openNote } from '../../../ledger/log/signed-note.ts';
import { decodeEntries, decodeTile } from '../../../ledger/log/tiles.ts';
import { signConfirmation } from '../../../ledger/receipts/confirmation.ts';
import { receiptHash } from '../../../ledger/receipts/receipt.ts';
import { exportPublicKey } from '../../../ledger/signatures/signature-key.ts';
import { CalendarShare } from '../../support/calendar-share.ts';
import type { GatewayFixture } from '../../support/gateway-fixture.ts';
import { type Granted, type Member, readOptions } from '../../support/gateway-fixture.ts';

let share: CalendarShare;
let fixture: GatewayFixture;
let authority: Member;
let provider: Member;
let requester: Member;
let stranger: Member;
let granted: Granted;
let fetched: ProvedRows;

beforeAll(async () => {
  share = await CalendarShare.start();
  ({ fixture, authority, provider, requester, granted } = share);
  stranger = await share.join('SW');
});

afterAll(async () => {
  await share.stop();
});

async function getPublic(path: string) {
  const { statusCode, headers, body } = await request(`${fixture.url}${path}`);
  return { status: statusCode, type: headers['content-type'], bytes: Buffer.from(await body.arrayBuffer()) };
}

const statusOf = async (call: Promise<unknown>): Promise<unknown> =>
  await call.then(
    () => 'answered',
    (error: unknown) => (error as { facts?: { status?: number } }).facts?.status ?? error,
  );

describe('the log of receipts', () => {
  it('has no checkpoint before the first receipt', async () => {
    expect((await getPublic('/log/checkpoint')).status).toBe(404);
    fetched = await share.read();
    await fixture.gateway.context.log.publish();
  });

  it('shows everybody a head that the gateway signed, and the hashes below it', async () => {
    const { status, type, bytes } = await getPublic('/log/checkpoint');
    expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
    const { keyId: gateway } = fixture.gateway.context.gatewayKey;
    const { bytes: publicKey } = exportPublicKey(createPublicKey(fixture.secrets.signingKey));
    const { text } = openNote(bytes, [{ name: logOrigin(gateway), publicKey }]);
    expect(parseCheckpoint(text)).toMatchObject({ origin: logOrigin(gateway), size: 1 });
    const tile = await getPublic('/log/tile/0/000.p/1');
    expect(decodeTile(tile.bytes, 1).map((hash) => `0x${Buffer.from(hash).toString('hex')}`)).toEqual([
      receiptHash(fetched.receipt),
    ]);
  });

  it.each([
    '0/000',
    '0/000.p/2',
    '0/001.p/1',
    '1/000.p/1',
    '00/000.p/1',
    '0/000.p/01',
    '0/x000/000.p/1',
    '0/../0',
    'a/0',
  ])('has no tile %s', async (path) => {
    expect((await getPublic(`/log/tile/${path}`)).status).toBe(404);
  });

  it('shows leaves to supervisors only, and records it', async () => {
    expect((await getPublic('/log/tile/entries/000.p/1')).status).toBe(401);
    expect(await statusOf(requester.client.getBytes('/log/tile/entries/000.p/1'))).toBe(404);
    const [leaf] = decodeEntries(await authority.client.getBytes('/log/tile/entries/000.p/1'), 1);
    expect(Buffer.from(hashLeaf(leaf!)).toString('hex')).toBe(receiptHash(fetched.receipt).slice(2));
    const { body } = await authority.client.get('/v1/receipts?limit=1');
    expect(body).toMatchObject({ receipts: [{ decision: 'AUDIT', caller: authority.actor.id, grantId: null }] });
  });

  it('proves that it only grew', async () => {
    const before = fixture.gateway.context.log.head;
    await share.read();
    await fixture.gateway.context.log.publish();
    const after = fixture.gateway.context.log.head;
    const { body } = await stranger.client.get(`/v1/log/consistency?from=${String(before.size)}`);
    const { from, to, proof } = records.consistencyAnswer.parse(body);
    expect([from, to]).toEqual([before.size, after.size]);
    const hashes = proof.map((text) => Buffer.from(text, 'base64'));
    expect(verifyConsistency({ from: before, to: after, proof: hashes })).toBe(true);
  });

  it.each(['', '?from=x', '?from=2&to=1', '?from=0&to=999', '?from=-1', '?from=01'])(
    'refuses the consistency of %s',
    async (query) => {
      expect(await statusOf(stranger.client.get(`/v1/log/consistency${query}`))).toBe(400);
    },
  );
});

describe('a confirmation', () => {
  const path = (rows: ProvedRows): string => `/v1/receipts/${rows.receiptId}/confirmation`;
  const signed = (rows: ProvedRows, by: Member = requester, bytes = rows.bytes) =>
    signConfirmation({ ...rows, bytes, receivedAt: rows.receipt.closedAt }, by.key);

  it('is listed as missing until the consumer signs, and shown to the sides then', async () => {
    const rows = await share.read();
    const unconfirmed = async (): Promise<readonly string[]> =>
      records.receiptsAnswer.parse((await provider.client.get('/v1/receipts')).body).unconfirmed;
    expect(await unconfirmed()).toContain(rows.receiptId);
    const confirmation = await confirmDelivery(requester, rows);
    expect(await unconfirmed()).not.toContain(rows.receiptId);
    const { body } = await provider.client.get(`/v1/receipts/${rows.receiptId}`);
    expect(records.receiptAnswer.parse(body).confirmation).toEqual(confirmation);
  });

  it('may come twice, but not another one', async () => {
    const rows = await share.read();
    const first = signed(rows);
    expect((await requester.client.post(path(rows), first)).status).toBe(201);
    expect((await requester.client.post(path(rows), first)).status).toBe(201);
    const other = signConfirmation({ ...rows, receivedAt: rows.receipt.closedAt + 1 }, requester.key);
    expect(await statusOf(requester.client.post(path(rows), other))).toBe(422);
  });

  it.each<[string, (rows: ProvedRows) => { by: Member; body: unknown; status: number }]>([
    ['by the provider', (rows) => ({ by: provider, body: signed(rows, provider), status: 404 })],
    ['by a stranger', (rows) => ({ by: stranger, body: signed(rows, stranger), status: 404 })],
    ['by another key', (rows) => ({ by: requester, body: signed(rows, provider), status: 401 })],
    ['of more bytes', (rows) => ({ by: requester, body: signed(rows, requester, 9), status: 422 })],
    [
      'of other content',
      (rows) => ({ by: requester, body: signed({ ...rows, digest: createHash('sha256').digest() }), status: 422 }),
    ],
    ['with a broken signature', (rows) => ({ by: requester, body: flipped(signed(rows)), status: 401 })],
    ['without a signature', (rows) => ({ by: requester, body: { ...signed(rows), signature: '0x' }, status: 400 })],
    ['with one member more', (rows) => ({ by: requester, body: { ...signed(rows), more: 1 }, status: 400 })],
    ['of nothing', () => ({ by: requester, body: {}, status: 400 })],
  ])('is refused %s', async (_name, make) => {
    const rows = await share.read();
    const { by, body, status } = make(rows);
    expect(await statusOf(by.client.post(path(rows), body))).toBe(status);
    expect(await fixture.gateway.context.confirmations.get(rows.receiptId)).toBeNull();
  });

  function flipped(confirmation: ReturnType<typeof signed>): unknown {
    const last = confirmation.signature.endsWith('0') ? '1' : '0';
    return { ...confirmation, signature: `${confirmation.signature.slice(0, -1)}${last}` };
  }

  it('is refused for a refusal', async () => {
    const { body } = await requester.client.get('/v1/receipts?limit=1');
    const rows = await share.read();
    const refusal: unknown = await fetchRows(
      requester.client,
      readOptions(granted.grantId, { purpose: 'OTHER' }),
      () => undefined,
    ).catch((error: unknown) => error);
    const { receiptId } = (refusal as { facts: { receiptId: string } }).facts;
    expect(body).toBeDefined();
    expect(await statusOf(requester.client.post(`/v1/receipts/${receiptId}/confirmation`, signed(rows)))).toBe(422);
  });
});

describe('a timeline', () => {
  const KINDS: [string, () => string, string][] = [
    ['grant', () => granted.grantId, 'GrantActivated'],
    ['resource', () => granted.resource.resourceId, 'ResourcePublished'],
    ['department', () => requester.actor.id, 'ShareRequested'],
  ];
  it.each(KINDS)('of a %s has its steps and receipts in order, for supervisors', async (kind, id, event) => {
    const { body, receiptId } = await authority.client.get(`/v1/audit/${kind}/${id()}`);
    const { items, truncated } = records.timelineAnswer.parse(body);
    expect(items.some((item) => item.item === 'step' && item.event === event)).toBe(true);
    expect(items.some((item) => item.item === 'receipt' && item.outcome === 'DELIVERED')).toBe(true);
    expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).toSorted((left, right) => left - right));
    expect(truncated).toBe(false);
    const { body: own } = await authority.client.get(`/v1/receipts/${String(receiptId)}`);
    expect(own).toMatchObject({ receipt: { decision: 'AUDIT', outcome: 'DELIVERED' } });
  });

  it('says that there is more than it shows', async () => {
    const { body } = await authority.client.get(`/v1/audit/grant/${granted.grantId}?limit=1`);
    expect(records.timelineAnswer.parse(body)).toMatchObject({ truncated: true });
  });

  it.each(['grant/0x12', 'department/x', 'receipt/1'])('is not there for %s', async (path) => {
    expect([400, 404]).toContain(await statusOf(authority.client.get(`/v1/audit/${path}`)));
  });

  it('is not for the sides', async () => {
    expect(await statusOf(requester.client.get(`/v1/audit/grant/${granted.grantId}`))).toBe(404);
  });
});
