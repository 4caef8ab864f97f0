import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { CliError } from '../../../cli/cli-error.ts';
import { actDigest } from '../../../ledger/acts/act-digest.ts';
import { deriveResourceId, parseBytes32, type Bytes32 } from '../../../ledger/ids.ts';
import { shareRequest, submission } from '../../support/act-factory.ts';
import type { Granted, Member, Published } from '../../support/gateway-fixture.ts';
import { GatewayFixture } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { PEOPLE_CODE, peopleEntry } from './samples.ts';

let chain: LedgerChain;
let fixture: GatewayFixture;
let authority: Member;
let provider: Member;
let requester: Member;
let stranger: Member;
let resource: Published;
let granted: Granted;

beforeAll(async () => {
  chain = await LedgerChain.start();
  fixture = await GatewayFixture.start({ chain, sources: {} });
  authority = await fixture.join(chain.authority);
  provider = await fixture.join(await chain.register('GA'));
  requester = await fixture.join(await chain.register('RS'));
  stranger = await fixture.join(await chain.register('MZ'));
  resource = await fixture.publish(provider, authority, peopleEntry());
  granted = await fixture.grant(requester, resource);
});

afterAll(async () => {
  await fixture.stop();
  await chain.stop();
});

async function statusOf(member: Member, path: string): Promise<number> {
  return await member.client.get(path).then(
    ({ status }) => status,
    (error: unknown) => Number((error as CliError).facts['status']),
  );
}

async function show(member: Member, path: string): Promise<Record<string, unknown>> {
  return (await member.client.get(path)).body as Record<string, unknown>;
}

/** Hashes of the request and of its answer, which the ledger shows to everybody. */
async function hashesOfShare(): Promise<readonly [Bytes32, Bytes32]> {
  const { requestId } = await show(requester, `/v1/grants/${granted.grantId}`);
  const request = await show(requester, `/v1/requests/${String(requestId)}`);
  return [parseBytes32(request['documentHash']), parseBytes32(request['answerHash'])];
}

describe('visibility of documents', () => {
  it('shows a request and its answer to the two sides and to supervisors, and to nobody else', async () => {
    for (const hash of await hashesOfShare()) {
      const path = `/v1/documents/${hash}`;
      expect(await statusOf(provider, path)).toBe(200);
      expect(await statusOf(requester, path)).toBe(200);
      expect(await statusOf(authority, path)).toBe(200);
      expect(await statusOf(stranger, path)).toBe(404);
    }
  });

  it('shows a catalogue entry to every department', async () => {
    const hash = fixture.gateway.context.follower.ledger.resourceVersion(resource.resourceId, 1)?.documentHash;
    expect(await statusOf(stranger, `/v1/documents/${String(hash)}`)).toBe(200);
  });

  it('shows nothing to a department that names the hash in a request of its own', async () => {
    const [documentHash] = await hashesOfShare();
    const act = shareRequest(stranger.actor, resource.resourceId, { documentHash });
    await chain.record('submitRequest', act, stranger.actor);
    await fixture.follow();
    expect(await statusOf(stranger, `/v1/documents/${documentHash}`)).toBe(404);
    const own = await show(stranger, `/v1/requests/${actDigest(chain.deployment, 'submitRequest', act)}`);
    expect(own).toMatchObject({ requester: stranger.actor.id, document: null });
  });

  it('shows nothing to everybody when the hash is named as a catalogue entry', async () => {
    const [, documentHash] = await hashesOfShare();
    await chain.record('submitResource', submission(stranger.actor, { documentHash }), stranger.actor);
    await fixture.follow();
    expect(await statusOf(stranger, `/v1/documents/${documentHash}`)).toBe(404);
    const id = deriveResourceId(stranger.actor.id, PEOPLE_CODE);
    expect(await show(stranger, `/v1/resources/${id}`)).toMatchObject({ entry: null });
  });
});
