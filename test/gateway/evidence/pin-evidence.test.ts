import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { confirmDelivery } from '../../../cli/confirm-delivery.ts';
import { type EvidenceContext, exportEvidence } from '../../../gateway/evidence/export-evidence.ts';
import { type EvidencePoint, pinEvidence } from '../../../gateway/evidence/pin-evidence.ts';
import type { EvidenceLine } from '../../../ledger/evidence/evidence-line.ts';
import type { EvidenceScope } from '../../../ledger/evidence/scope.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import { CalendarShare } from '../../support/calendar-share.ts';
import { judgeBytesIndependently } from '../../support/independent-verifier.ts';
import { verifyBytes } from '../../verifier/evidence-bundle.ts';

const SOUND = { verdict: 'sound', findings: [] };

let share: CalendarShare;
/** Exported before there was a receipt. */
let empty: Buffer;

beforeAll(async () => {
  share = await CalendarShare.start();
  await share.register();
  empty = await exportAt(await pinEvidence(share.fixture.gateway.context));
  await share.read();
});

afterAll(async () => {
  await share.stop();
});

/** A read that is decided on a block that was not there before, with its receipt under a head that is anchored. */
async function readOnLaterBlock(): Promise<void> {
  await share.fixture.join(share.requester.actor);
  await share.read();
  await share.anchor();
}

async function exportAt(
  point: EvidencePoint,
  scope: EvidenceScope = { kind: 'gateway', gateway: parseBytes32(share.fixture.gateway.context.gatewayKey.keyId) },
  context: EvidenceContext = share.fixture.gateway.context,
): Promise<Buffer> {
  const order = {
    scope,
    grantOfCase: null,
    point,
    maySee: () => Promise.resolve(true),
    maySeeContext: () => true,
    withContentSalts: true,
  } as const;
  const lines: Uint8Array[] = [];
  for await (const line of exportEvidence(context, order)) lines.push(line);
  return Buffer.concat(lines);
}

function receiptsIn(file: Buffer): number {
  const lines = file.toString('utf8').trimEnd().split('\n');
  return lines.filter((line) => (JSON.parse(line) as EvidenceLine).type === 'receipt').length;
}

describe('the point of a bundle', () => {
  it('has no confirmation by a key that was registered after it', async () => {
    const { requester, fixture } = share;
    const point = await pinEvidence(fixture.gateway.context);
    const rows = await share.read();
    const known = await pinEvidence(fixture.gateway.context);
    await confirmDelivery(await fixture.join(requester.actor), rows);
    for (const each of [point, known]) expect(await verifyBytes(await exportAt(each))).toMatchObject(SOUND);
    const now = await exportAt(await pinEvidence(fixture.gateway.context));
    expect(await verifyBytes(now)).toMatchObject({ ...SOUND, checked: { confirmed: 1 } });
  });

  it('is not of a profile whose blocks cannot be proved yet', async () => {
    const { context } = share.fixture.gateway;
    const deployment = { ...context.deployment, profile: 'comet' } as const;
    await expect(pinEvidence({ ...context, deployment })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('is signed also while the log is empty', async () => {
    expect(await verifyBytes(empty)).toMatchObject({ verdict: 'sound', findings: [], checked: { receipts: 0 } });
    expect(await judgeBytesIndependently(empty)).toEqual({ verdict: 'sound', codes: [] });
  });

  it('keeps out what is decided, and anchored, on blocks that come while it is written', async () => {
    const point = await pinEvidence(share.fixture.gateway.context);
    await readOnLaterBlock();

    const file = await exportAt(point);

    expect(await verifyBytes(file)).toMatchObject({ verdict: 'sound', findings: [] });
    expect(receiptsIn(file)).toBe(point.head.size);
    expect(share.fixture.gateway.context.log.head.size).toBeGreaterThan(point.head.size);
  });

  it('is looked for again when a larger log was anchored in between', async () => {
    const { context } = share.fixture.gateway;
    const older = context.log.head;
    await readOnLaterBlock();
    let looks = 0;
    // The log as it stood before, for whoever looked just before the anchor.
    const log = {
      publish: async () => await context.log.publish(),
      get head() {
        looks += 1;
        return looks === 1 ? older : context.log.head;
      },
    };

    const point = await pinEvidence({ ...context, log });

    expect(point.head.size).toBeGreaterThan(older.size);
    expect(await verifyBytes(await exportAt(point))).toMatchObject({ verdict: 'sound', findings: [] });
  });
});

describe('evidence of one receipt', () => {
  it('reads the journal from this receipt on, and no further', async () => {
    for (let count = 0; count < 3; count += 1) await share.read();
    const { context } = share.fixture.gateway;
    const point = await pinEvidence(context);
    const index = point.head.size - 2;
    const { receipts } = context;
    const first = await receipts.receiptsFrom(index).next();
    if (first.done === true) throw new TypeError('There is no such receipt');
    const { receiptId } = first.value.saved.receipt;
    const seen: number[] = [];
    async function* receiptsFrom(from: number): ReturnType<typeof receipts.receiptsFrom> {
      for await (const found of receipts.receiptsFrom(from)) {
        seen.push(found.leaf);
        yield found;
      }
    }
    const watched = {
      receiptsFrom,
      leafOf: async (id: string) => await receipts.leafOf(id),
    };

    const file = await exportAt(point, { kind: 'receipt', receiptId }, { ...context, receipts: watched });

    expect(seen).toEqual([index]);
    expect(await verifyBytes(file)).toMatchObject({ verdict: 'sound', findings: [], checked: { receipts: 1 } });
  });
});

describe('the point of a bundle of a gateway with less than the ledger has', () => {
  it('is none', { timeout: 120_000 }, async () => {
    await share.startAgainFromCopy(readOnLaterBlock);

    await expect(pinEvidence(share.fixture.gateway.context)).rejects.toMatchObject({ code: 'AUDIT_BACKLOG' });
  });
});
