import { Wallet } from 'ethers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { anchoredHeadDigest, encodeProveEquivocationCall } from '../../../ledger/log-anchor.ts';
import { gatewayRetirement, someHash } from '../../support/act-factory.ts';
import { CalendarShare } from '../../support/calendar-share.ts';

let share: CalendarShare;

beforeEach(async () => {
  share = await CalendarShare.start({ config: { auditGraceSeconds: 3_600 } });
});

afterEach(async () => {
  await share.stop();
});

describe('AnchorWorker', () => {
  it('brings each head to the ledger, one after the other', async () => {
    await share.register();
    const { log, anchorWorker, standing, now } = share.fixture.gateway.context;
    for (let round = 1; round <= 3; round += 1) {
      await share.read();
      await share.anchor();
      expect([log.head.size, anchorWorker.anchored]).toEqual([round, round]);
      expect(standing.behindSeconds(now())).toBe(0);
    }
    expect((await share.requester.client.getPublic('/readyz')).body).toMatchObject({
      anchored_size: 3,
      audit_problem: null,
    });
  });

  it('counts receipts as not anchored while the gateway is not registered', async () => {
    await share.read();
    await share.anchor();
    const { anchorWorker, standing, now } = share.fixture.gateway.context;
    expect(anchorWorker.anchored).toBe(0);
    expect(standing.problem(now() + 3_599)).toBeNull();
    expect(standing.problem(now() + 3_602)).toBe('BEHIND');
  });

  it('ends every read when the gateway is retired', async () => {
    const gateway = await share.register();
    await share.read();
    await share.fixture.act(share.authority, 'retireGateway', gatewayRetirement(share.chain.authority, gateway), null);
    await share.anchor();
    expect(await share.outcomeOfRead()).toBe('AUDIT_BACKLOG');
    const ready = await share.requester.client.getPublic('/readyz');
    expect([ready.status, (ready.body as { audit_problem: string }).audit_problem]).toEqual([503, 'REVOKED']);
  });

  it('ends every read when somebody shows two histories under its key', async () => {
    const gateway = await share.register();
    await share.read();
    const account = new Wallet(share.fixture.secrets.relayerKey).signingKey;
    const head = { gateway, size: 1, root: someHash(1) };
    const otherRoot = someHash(2);
    const sign = (root: typeof otherRoot): string =>
      account.sign(anchoredHeadDigest(share.chain.deployment, { ...head, root })).serialized;
    const proof = { head, signature: sign(head.root), otherRoot, otherSignature: sign(otherRoot) };
    await share.chain.send(encodeProveEquivocationCall(share.chain.deployment, proof));
    await share.fixture.follow();
    expect(share.fixture.gateway.context.follower.ledger.gateway(gateway)?.status).toBe('equivocated');
    await share.anchor();
    expect(await share.outcomeOfRead()).toBe('AUDIT_BACKLOG');
  });
});
