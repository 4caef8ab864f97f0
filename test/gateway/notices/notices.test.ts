import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { DepartmentId } from '../../../ledger/ids.ts';
import type { Actor } from '../../support/actors.ts';
import { GatewayFixture } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { peopleEntry } from '../http/samples.ts';
import { answerWith, isSigned, Receiver, until } from './receiver.ts';
import { SECRET_TEXT } from './recipient.ts';

let folder: string;
let chain: LedgerChain;
let receiver: Receiver;
let provider: Actor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-notices-'));
  receiver = await Receiver.start();
  chain = await LedgerChain.start();
  provider = await chain.register('GA');
});
afterAll(async () => {
  await chain.stop();
  await receiver.stop();
  rmSync(folder, { recursive: true });
});

function noticesFile(department: DepartmentId, secret = SECRET_TEXT): string {
  const [path, secretFile] = [join(folder, 'notices.json'), join(folder, 'secret')];
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
  const url = `http://127.0.0.1:${String(receiver.port)}/dxl`;
  const notice = { department, url, secretFile, allowedCidrs: ['127.0.0.0/8'], allowLoopback: true };
  writeFileSync(path, JSON.stringify({ notices: [notice] }));
  return path;
}

async function metricsOf(fixture: GatewayFixture): Promise<string> {
  return await (await fetch(`${fixture.url}/metrics`)).text();
}

describe('a gateway that tells departments', () => {
  it('refuses to start with a secret that is too short', async () => {
    const config = { noticesFile: noticesFile(provider.id, `whsec_${Buffer.alloc(31).toString('base64')}`) };
    await expect(GatewayFixture.start({ chain, sources: {}, config })).rejects.toMatchObject({
      code: 'NOTICES_INVALID',
      problems: [expect.stringContaining('secretFile')],
    });
  });

  it('tells what the ledger recorded, once, through restarts and a receiver that is away', async () => {
    const config = { noticesFile: noticesFile(provider.id) };
    receiver.reply = answerWith(503);
    const first = await GatewayFixture.start({ chain, sources: {}, config });
    const authority = await first.join(chain.authority);
    await first.publish(await first.join(provider), authority, peopleEntry());
    await until(() => receiver.received.length > 0);
    expect(await metricsOf(first)).toMatch(/^dxl_notices_waiting 1$/m);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    await first.stop({ keepData: true });

    const refused = new Set(receiver.ids);
    receiver.received.length = 0;
    receiver.reply = answerWith(204);
    const second = await GatewayFixture.start({ chain, sources: {}, config, like: first });
    await until(async () => (await metricsOf(second)).includes('dxl_notices_total{result="delivered"} 1'));
    const [notice] = receiver.received;
    expect(refused).toEqual(new Set([notice!.id]));
    expect(isSigned(notice!)).toBe(true);
    expect(notice!.body).toMatchObject({
      ...{ type: 'dxl/notice/1', event: 'ResourcePublished', kind: 'resource', status: 'published' },
      ...{ department: chain.authority.id, recipient: provider.id, contract: 'ResourceCatalog' },
    });
    await second.stop({ keepData: true });

    const third = await GatewayFixture.start({ chain, sources: {}, config, like: second });
    const { follower, index, database } = third.gateway.context;
    await until(async () => (await index.cursor())?.blockNumber === follower.freshness().block?.number);
    const kept = await database.selectFrom('notices').selectAll().execute();
    expect(kept.map(({ id }) => id)).toEqual([notice!.id]);
    expect(await metricsOf(third)).toMatch(/^dxl_notices_waiting 0$/m);
    await third.stop();
    expect(receiver.ids).toEqual([notice!.id]);
  });
});
