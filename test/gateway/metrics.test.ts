import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildShareRequest } from '../../ledger/acts/build-acts.ts';
import { peopleEntry } from './http/samples.ts';
import { BEGIN } from '../support/act-factory.ts';
import { GatewayFixture, salt, type Member } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { requestDocument } from '../support/share-documents.ts';

let chain: LedgerChain;
let fixture: GatewayFixture;
let authority: Member;

beforeAll(async () => {
  chain = await LedgerChain.start();
  fixture = await GatewayFixture.start({ chain, sources: {} });
  authority = await fixture.join(chain.authority);
});

afterAll(async () => {
  await fixture.stop();
  await chain.stop();
});

async function acts(act: string, result: string): Promise<number> {
  const text = await (await fetch(`${fixture.url}/metrics`)).text();
  return Number(new RegExp(`^dxl_acts_total\\{act="${act}",result="${result}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

describe('dxl_acts_total', () => {
  it('counts the acts that were recorded, the first key among them', async () => {
    expect(await acts('registerAccessKey', 'recorded')).toBe(1);
    const provider = await fixture.join(await chain.register('GA'));
    await fixture.publish(provider, authority, peopleEntry());
    expect(await acts('registerAccessKey', 'recorded')).toBe(2);
    expect(await acts('publishResource', 'recorded')).toBe(1);
  });

  it('counts the acts that the ledger would not have', async () => {
    const provider = await fixture.join(await chain.register('RS'));
    const resource = await fixture.publish(provider, authority, peopleEntry());
    const document = salt(requestDocument(authority.actor, resource));
    const late = buildShareRequest(document, resource.entry, BEGIN);
    await expect(fixture.act(authority, 'submitRequest', late, document)).rejects.toMatchObject({
      facts: { problem: { code: 'ACT_REJECTED' } },
    });
    expect(await acts('submitRequest', 'rejected')).toBe(1);
  });
});
