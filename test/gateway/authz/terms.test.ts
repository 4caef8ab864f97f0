import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildResourceSubmission } from '../../../ledger/acts/build-acts.ts';
import { hashDocument } from '../../../ledger/document-hash.ts';
import type { CatalogEntry } from '../../../ledger/documents/catalog-entry.ts';
import { deriveResourceId, resourceCodeHash } from '../../../ledger/ids.ts';
import { END, publication } from '../../support/act-factory.ts';
import { GatewayFixture, type Granted, type Member, type Published, salt } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { grantMany } from '../../support/many-grants.ts';
import { PEOPLE_CODE, peopleEntry } from '../http/samples.ts';

let chain: LedgerChain;
let fixture: GatewayFixture;
let provider: Member;
let requester: Member;

beforeAll(async () => {
  chain = await LedgerChain.start();
  const [ga, rs] = [await chain.register('GA'), await chain.register('RS')];
  fixture = await GatewayFixture.start({ chain, sources: {} });
  provider = await fixture.join(ga);
  requester = await fixture.join(rs);
});

afterAll(async () => {
  await fixture.stop();
  await chain.stop();
});

/** Publishes version 1 of a resource by acts that no gateway compared with the entry that they commit to. */
async function publishUnchecked(code: string, entry: CatalogEntry): Promise<Published> {
  const { actor } = provider;
  const salted = salt(entry);
  await fixture.gateway.context.documents.put(salted);
  const own = { provider: actor.id, codeHash: resourceCodeHash(code), version: 1 };
  const submission = { ...buildResourceSubmission(salted, END), ...own };
  await chain.record('submitResource', submission, actor);
  const resourceId = deriveResourceId(actor.id, code);
  const announced = publication(chain.authority, resourceId, { documentHash: hashDocument(salted) });
  await chain.record('publishResource', announced, chain.authority);
  // Everything else of the grant is as it should be, so that only the entry can be found wrong.
  const { conditionsHash } = submission;
  return { entry: { ...entry, version: 1 }, conditionsHash, resourceId, provider };
}

function ownEntry(changes: Partial<CatalogEntry> = {}): CatalogEntry {
  const { id } = provider.actor;
  const entry = peopleEntry();
  return { ...entry, provider: { ...entry.provider, uscc: id }, sourceDept: id, ...changes };
}

async function load({ grantId }: Granted) {
  const { follower, authorization } = fixture.gateway.context;
  await expect.poll(() => follower.ledger.grant(grantId)).not.toBeNull();
  const grant = follower.ledger.grant(grantId);
  return grant === null ? null : await authorization.terms.load(follower.ledger, grant);
}

describe('the documents behind a grant', () => {
  it('are the entry of its resource version and its authorization', async () => {
    const [granted] = await grantMany(fixture, requester, await publishUnchecked(PEOPLE_CODE, ownEntry()), 1);
    if (granted === undefined) throw new TypeError('No grant');
    expect(await load(granted)).toEqual({ entry: ownEntry(), authorization: granted.document });
  });

  it.each([
    ['resource', '301001/000021', () => ownEntry()],
    ['version', '301001/000022', () => ownEntry({ resourceCode: '301001/000022', version: 2 })],
    [
      'provider',
      '301001/000023',
      () => {
        const { id } = requester.actor;
        return ownEntry({ resourceCode: '301001/000023', provider: { name: '某局', uscc: id }, sourceDept: id });
      },
    ],
  ])('are unavailable when the ledger names the entry of another %s', async (_, code, makeEntry) => {
    const [granted] = await grantMany(fixture, requester, await publishUnchecked(code, makeEntry()), 1);
    if (granted === undefined) throw new TypeError('No grant');
    await expect(load(granted)).rejects.toMatchObject({
      code: 'DOCUMENT_UNAVAILABLE',
      extensions: { document: 'CatalogEntry' },
    });
  });
});
