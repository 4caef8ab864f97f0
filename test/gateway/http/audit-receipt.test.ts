import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Caller } from '../../../gateway/authn/authenticate.ts';
import { closeAudit, openAudit } from '../../../gateway/http/audit-receipt.ts';
import { keyRevocation } from '../../support/act-factory.ts';
import { CalendarShare } from '../../support/calendar-share.ts';
import type { Member } from '../../support/gateway-fixture.ts';
import { makeCaller } from './caller.factory.ts';

let share: CalendarShare;

beforeAll(async () => {
  share = await CalendarShare.start();
});

afterAll(async () => {
  await share.stop();
});

function callerOf({ actor, key }: Member): Caller {
  return makeCaller({ department: actor.id, keyId: key.keyId });
}

describe('openAudit', () => {
  it('opens a receipt at the block that the key is valid on', async () => {
    const { context } = share.fixture.gateway;
    const caller = callerOf(share.authority);
    const opened = await openAudit(context, caller, '/v1/evidence');
    await closeAudit(context, opened, { bytes: 0, digest: new Uint8Array(32), cutBy: null });
    const { block } = (await context.receipts.get(opened.receiptId))?.receipt ?? {};
    expect(block?.number).toBe(context.follower.freshness().block?.number);
  });

  it('opens none when the key was revoked since the request was authenticated', async () => {
    const { context } = share.fixture.gateway;
    const member = await share.join('SW');
    const revocation = keyRevocation(member.actor, member.key.keyId);
    await share.fixture.act(member, 'revokeAccessKey', revocation, null);

    await expect(openAudit(context, callerOf(member), '/v1/evidence')).rejects.toMatchObject({ code: 'KEY_NOT_VALID' });
  });
});
