import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Act, ActName } from '../../ledger/acts/act-definitions.ts';
import { actToJson } from '../../ledger/acts/parse-act.ts';
import { buildShareAgreement, buildShareRequest, buildStep } from '../../ledger/acts/build-acts.ts';
import type { SaltedDocument } from '../../ledger/document-hash.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { END } from '../support/act-factory.ts';
import { signAct, walletSigner, type Actor } from '../support/actors.ts';
import { GatewayFixture, salt, type Member, type Published } from '../support/gateway-fixture.ts';
import { LedgerChain, officers, type RevertError } from '../support/ledger-chain.ts';
import { authorizationDocument, requestDocument, suspensionDocument } from '../support/share-documents.ts';

const sample = sampleResources().find(({ entry }) => entry.resourceCode === '301001/000001');
if (sample === undefined) throw new TypeError('The sample is missing');

let chain: LedgerChain;
let fixture: GatewayFixture;
let provider: Member;
let requester: Member;
let resource: Published;

beforeAll(async () => {
  chain = await LedgerChain.start();
  const team = officers(3);
  const office = await chain.deployOfficers(team, 2, team.slice(0, 2));
  const ga = await chain.register('GA', { office });
  const rs = await chain.register('RS');
  fixture = await GatewayFixture.start({ chain, sources: {} });
  const authority = await fixture.join(chain.authority);
  provider = await fixture.join(ga);
  requester = await fixture.join(rs);
  resource = await fixture.publish(provider, authority, sample.entry);
});

afterAll(async () => {
  await fixture.stop();
  await chain.stop();
});

/** Posts an act that `signer` signed, whoever the act says that acts; answers with the gateway's refusal. */
async function refused<Name extends ActName>(name: Name, act: Act<Name>, salted: SaltedDocument, signer: Actor) {
  const signatures = signAct(chain.deployment, name, act, signer);
  const message = { act: actToJson(act), signatures, document: salted.document, salt: salted.salt };
  const failure: unknown = await requester.client.post(`/v1/acts/${name}`, message).catch((error: unknown) => error);
  return (failure as { facts: { status: number; problem: Record<string, unknown> } }).facts;
}

const INVALID = { status: 422, problem: { code: 'ACT_REJECTED', revert: 'SignedActsInvalidSignature' } };

describe("the gateway's own key", () => {
  it('can neither request, nor grant, nor suspend, through the gateway or past it', async () => {
    const relayer = walletSigner(fixture.secrets.relayerKey);
    const asProvider: Actor = { ...provider.actor, maker: relayer, office: relayer, head: relayer };
    const asRequester: Actor = { ...requester.actor, maker: relayer, office: relayer, head: relayer };

    const request = salt(requestDocument(requester.actor, resource));
    const requestAct = buildShareRequest(request, resource.entry, END);
    expect(await refused('submitRequest', requestAct, request, asRequester)).toMatchObject(INVALID);
    await expect(chain.record('submitRequest', requestAct, asRequester)).rejects.toMatchObject({
      errorName: 'SignedActsInvalidSignature',
    } satisfies Partial<RevertError>);

    const { requestId } = await fixture.request(requester, resource);
    const authorization = salt(authorizationDocument({ requester: requester.actor, resource, requestId }));
    const agreement = buildShareAgreement(authorization, resource, END);
    expect(await refused('agree', agreement, authorization, asProvider)).toMatchObject(INVALID);
    await expect(chain.record('agree', agreement, asProvider)).rejects.toMatchObject({
      errorName: 'SignedActsInvalidSignature',
    });

    const granted = await fixture.grant(requester, resource);
    const suspension = salt(suspensionDocument(provider.actor, granted.grantId));
    const suspend = buildStep('suspend', suspension, END);
    expect(await refused('suspend', suspend, suspension, asProvider)).toMatchObject(INVALID);
  });
});

describe('acts at the gateway', () => {
  it('refuses one officer where two are needed, and the head where the office must sign', async () => {
    const { requestId } = await fixture.request(requester, resource);
    const authorization = salt(authorizationDocument({ requester: requester.actor, resource, requestId }));
    const agreement = buildShareAgreement(authorization, resource, END);
    const [lone] = officers(1);
    if (lone === undefined) throw new TypeError('no officer');
    expect(await refused('agree', agreement, authorization, { ...provider.actor, office: lone })).toMatchObject(
      INVALID,
    );
    const asHead = { ...provider.actor, office: provider.actor.head };
    expect(await refused('agree', agreement, authorization, asHead)).toMatchObject(INVALID);
    const asOther = { ...provider.actor, office: requester.actor.office };
    expect(await refused('agree', agreement, authorization, asOther)).toMatchObject(INVALID);
  });

  it('refuses an act for another chain or another contract', async () => {
    const request = salt(requestDocument(requester.actor, resource));
    const act = buildShareRequest(request, resource.entry, END);
    const elsewhere = { ...chain.deployment, chainId: 1 };
    const { ShareLedger, ResourceCatalog } = chain.deployment.contracts;
    const swapped = {
      ...chain.deployment,
      contracts: { ...chain.deployment.contracts, ShareLedger: ResourceCatalog, ResourceCatalog: ShareLedger },
    };
    for (const deployment of [elsewhere, swapped]) {
      const signatures = signAct(deployment, 'submitRequest', act, requester.actor);
      const message = { act: actToJson(act), signatures, document: request.document, salt: request.salt };
      await expect(requester.client.post('/v1/acts/submitRequest', message)).rejects.toMatchObject({ facts: INVALID });
    }
  });

  it('refuses an act whose document says something else, and stores nothing', async () => {
    const request = salt(requestDocument(requester.actor, resource));
    const act = buildShareRequest(request, resource.entry, END);
    const changes: Partial<Act<'submitRequest'>>[] = [{ fields: 1n }, { notAfter: END - 1 }, { resourceVersion: 2 }];
    for (const change of changes) {
      const facts = await refused('submitRequest', { ...act, ...change }, request, requester.actor);
      expect(facts).toMatchObject({ status: 422, problem: { code: 'DOCUMENT_MISMATCH' } });
    }
    const other = salt(requestDocument(requester.actor, resource, { fields: ['name'] }));
    expect(await refused('submitRequest', act, other, requester.actor)).toMatchObject({
      problem: { code: 'DOCUMENT_MISMATCH', member: 'documentHash' },
    });
    expect(await fixture.gateway.context.documents.get(act.documentHash)).toBeNull();
  });

  it('carries the same act once, however often it is posted', async () => {
    const request = salt(requestDocument(requester.actor, resource));
    const act = buildShareRequest(request, resource.entry, END);
    const { seq } = (await chain.heads((await chain.block()).hash)).ShareLedger;
    const answers = await Promise.all([1, 2, 3].map(() => fixture.act(requester, 'submitRequest', act, request)));
    expect(new Set(answers.map(({ body }) => (body as { digest: string }).digest)).size).toBe(1);
    expect((await chain.heads((await chain.block()).hash)).ShareLedger.seq).toBe(seq + 1);
  });

  it.each([
    ['a key twice', '{"act":{},"act":{},"signature":"0x00"}'],
    ['__proto__', '{"act":{"__proto__":{}},"signature":"0x00"}'],
    ['a text that is not NFC', '{"act":{"a":"e\u0301"},"signature":"0x00"}'],
    ['2^53', '{"act":{"a":9007199254740993},"signature":"0x00"}'],
    ['33 levels', `{"act":{"a":${'['.repeat(33)}${']'.repeat(33)}},"signature":"0x00"}`],
    ['no JSON', 'act'],
    ['a member too many', '{"act":{},"signature":"0x00","from":"x"}'],
  ])('refuses a body with %s', async (_what, body) => {
    const { status, problem } = await fixture.postRaw(requester, '/v1/acts/submitRequest', body);
    expect([status, problem['code']]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('refuses a body of 257 KiB', async () => {
    const body = `{"act":{"a":"${'x'.repeat(257 * 1024)}"},"signature":"0x00"}`;
    const { status, problem } = await fixture.postRaw(requester, '/v1/acts/submitRequest', body);
    expect([status, problem['code']]).toEqual([413, 'BODY_TOO_LARGE']);
  });
});
