import { Wallet } from 'ethers';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { pinEvidence } from '../../../gateway/evidence/pin-evidence.ts';
import { encodeActCall } from '../../../ledger/acts/encode-act-call.ts';
import { gatewayRetirement } from '../../support/act-factory.ts';
import { signAct } from '../../support/actors.ts';
import { CalendarShare } from '../../support/calendar-share.ts';

/** Only what happens at the start and on a block makes a pass. */
const config = { anchorMs: 3_600_000 };

let share: CalendarShare;
/** Of the gateway's log. */
let lines: string[];

beforeEach(async () => {
  lines = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
  share = await CalendarShare.start({ config, logger });
});

afterEach(async () => {
  await share.stop();
});

it('serves nothing from the block on that retires it', { timeout: 60_000 }, async () => {
  const gateway = await share.register();
  expect(await share.outcomeOfRead()).toBe('served');
  await share.anchor();
  await share.fixture.act(share.authority, 'retireGateway', gatewayRetirement(share.chain.authority, gateway), null);

  expect(share.fixture.gateway.context.follower.ledger.gateway(gateway)?.status).toBe('retired');
  expect(await share.outcomeOfRead()).toBe('AUDIT_BACKLOG');
});

it('serves at once after a restart when all that it has is anchored', { timeout: 60_000 }, async () => {
  await share.register();
  expect(await share.outcomeOfRead()).toBe('served');
  await share.anchor();
  await share.fixture.stop({ keepData: true });
  // By the journal alone the first receipt would be too old.
  await share.startAgain({ auditGraceSeconds: 0 });

  expect(await share.outcomeOfRead()).toBe('served');
});

it('serves nothing from the block on that registers its key for another account', { timeout: 60_000 }, async () => {
  expect(await share.outcomeOfRead()).toBe('served');
  await share.register(Wallet.createRandom().privateKey);

  expect(await share.outcomeOfRead()).toBe('AUDIT_BACKLOG');
  await share.anchor();
  expect((await share.requester.client.getPublic('/readyz')).body).toMatchObject({ audit_problem: 'TAKEN' });
  await expect(pinEvidence(share.fixture.gateway.context)).rejects.toMatchObject({ code: 'AUDIT_BACKLOG' });
});

it('tells of a tree head that the ledger refuses', { timeout: 60_000 }, async () => {
  const { chain } = share;
  const gateway = await share.register();
  expect(await share.outcomeOfRead()).toBe('served');
  lines = [];
  await chain.rpc('evm_setAutomine', [false]);
  const { authority } = chain;
  const act = gatewayRetirement(authority, gateway);
  const signatures = signAct(chain.deployment, 'retireGateway', act, authority);
  await chain.submitFrom(
    new Wallet(Wallet.createRandom().privateKey),
    encodeActCall(chain.deployment, 'retireGateway', act, signatures),
  );
  // Refused in the block that retires the gateway, after a look at the one before.
  const anchored = share.anchor();
  await expect.poll(async () => await chain.rpc('txpool_status', [])).toMatchObject({ pending: '0x2' });
  await chain.rpc('evm_mine', []);
  await anchored;
  await chain.rpc('evm_setAutomine', [true]);

  expect(lines.map((line) => (JSON.parse(line) as { err?: { code?: string } }).err?.code)).toEqual(['ANCHOR_REFUSED']);
  expect(share.fixture.gateway.context.anchorWorker.anchored).toBe(0);
});

describe('a gateway whose folder was put back from an older copy', () => {
  it('neither serves nor signs anything', { timeout: 120_000 }, async () => {
    await share.register();
    expect(await share.outcomeOfRead()).toBe('served');
    await share.anchor();
    await share.startAgainFromCopy(async () => {
      expect(await share.outcomeOfRead()).toBe('served');
      await share.anchor();
      expect(share.fixture.gateway.context.log.head.size).toBe(2);
    });

    // Refusals have receipts too, and the second one would be signed over as another second receipt.
    for (let count = 0; count < 2; count += 1) expect(await share.outcomeOfRead()).toBe('AUDIT_BACKLOG');
    const { context } = share.fixture.gateway;
    await context.log.publish();
    expect([context.log.head.size, context.standing.problem(context.now())]).toEqual([1, 'FORKED']);
    expect((await share.requester.client.getPublic('/readyz')).body).toMatchObject({ audit_problem: 'FORKED' });
  });
});
