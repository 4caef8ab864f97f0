import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CliError } from '../../cli/cli-error.ts';
import { fetchRows } from '../../cli/fetch-rows.ts';
import type { GatewayClient } from '../../cli/gateway-client.ts';
import type { AccessReceipt } from '../../ledger/receipts/receipt.ts';
import { readOptions } from '../support/gateway-fixture.ts';
import { rawReceipt } from '../ledger/receipts/receipt.factory.ts';
import { type LyingGateway, startWithClient } from './lying-gateway.ts';

const grantId = rawReceipt().grantId!;

let gateway: LyingGateway;
let client: GatewayClient;

beforeAll(async () => {
  const started = await startWithClient();
  ({ gateway, client } = started);
  return started.stop;
});
beforeEach(() => {
  gateway.lies.receipt = {};
  gateway.lies.notYet = 0;
});

async function fetchOnce() {
  return await fetchRows(client, readOptions(grantId), () => undefined);
}

describe('fetchRows', () => {
  it('is content when the closed receipt is that of the read', async () => {
    expect(await fetchOnce()).toMatchObject({ rows: 2, receiptId: rawReceipt().receiptId });
  });

  const { grantId: other, requestHash, keyId } = rawReceipt({ grantId: `0x${'9'.repeat(64)}` });
  const LIES: [string, Partial<AccessReceipt>][] = [
    ['another receipt', { receiptId: 'another-receipt-of-this-gateway' }],
    ['another grant', { grantId: other }],
    ['another key', { keyId }],
    ['another request', { requestHash }],
    ['an answer that was cut', { outcome: 'ABORTED', endedBy: { code: 'NOT_ACTIVE', block: null } }],
    ['an end that nobody knows', { outcome: 'UNKNOWN', rows: 0, bytes: 0 }],
    ['a refusal', { decision: 'NOT_ACTIVE', outcome: 'UNKNOWN', rows: 0, bytes: 0 }],
    ['other bytes', { bytes: 7 }],
    ['other rows', { rows: 3 }],
  ];
  it.each(LIES)('takes no rows whose receipt tells of %s, although the answer has a signed digest', async (_, lie) => {
    gateway.lies.receipt = lie;
    const error: unknown = await fetchOnce().catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(CliError);
    expect(error).toMatchObject({ code: 'RECEIPT_MISMATCH', exitCode: 3, facts: { member: Object.keys(lie)[0] } });
  });

  it('takes no rows whose receipt has another digest', async () => {
    gateway.lies.receipt = { contentHash: rawReceipt().contentHash };
    await expect(fetchOnce()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH', exitCode: 3 });
  });

  it('takes no rows whose receipt is none', async () => {
    gateway.lies.receipt = { bytes: -1 };
    await expect(fetchOnce()).rejects.toMatchObject({ code: 'ANSWER_UNVERIFIED', exitCode: 3 });
  });

  it.each([
    ['BJ-2025-0002', 'BJ-2025-0002'],
    ['A[1]', 'A[1]'],
    ['50%', '50%'],
    ['示 1', '%E7%A4%BA%201'],
  ])('sends the case number %s as %s', async (caseNumber, sent) => {
    await fetchRows(client, readOptions(grantId, { caseNumber }), () => undefined);
    expect(gateway.caseNumber()).toBe(sent);
  });

  it('waits for the receipt of an answer that has just ended', { timeout: 30_000 }, async () => {
    gateway.lies.notYet = 22;
    expect(await fetchOnce()).toMatchObject({ rows: 2 });
  });
});
