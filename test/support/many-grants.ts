import { buildShareAgreement, buildShareRequest } from '../../ledger/acts/build-acts.ts';
import { actDigest } from '../../ledger/acts/act-digest.ts';
import type { Act } from '../../ledger/acts/act-definitions.ts';
import { type ActCall, encodeActCall } from '../../ledger/acts/encode-act-call.ts';
import type { ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import { deriveGrantId, parseRequestId } from '../../ledger/ids.ts';
import { END, step } from './act-factory.ts';
import { signAct } from './actors.ts';
import { type GatewayFixture, type Granted, type Member, type Published, salt } from './gateway-fixture.ts';
import { authorizationDocument, requestDocument } from './share-documents.ts';

/** As many transactions as surely fit into one block of the embedded chain. */
const PER_BLOCK = 40;

/**
 * Many grants at once: documents go straight into the gateway's store and acts straight to the chain, many to a block,
 * so that 200 grants take seconds.
 */
export async function grantMany(
  fixture: GatewayFixture,
  requester: Member,
  resource: Published,
  count: number,
  changes: Partial<ShareAuthorization> = {},
): Promise<Granted[]> {
  const { chain } = fixture;
  const { deployment } = chain;
  const requests: ActCall[] = [];
  const agreements: ActCall[] = [];
  const deliveries: ActCall[] = [];
  const acknowledgements: ActCall[] = [];
  const grants: Granted[] = [];
  for (let made = 0; made < count; made += 1) {
    const asked = await store(fixture, requestDocument(requester.actor, resource, changes));
    const request = buildShareRequest(asked, resource.entry, END);
    requests.push(encode('submitRequest', request, requester));
    const requestId = parseRequestId(actDigest(deployment, 'submitRequest', request));
    const document = authorizationDocument({ requester: requester.actor, resource, requestId }, changes);
    const agreement = buildShareAgreement(await store(fixture, document), resource, END);
    agreements.push(encode('agree', agreement, resource.provider));
    const grantId = deriveGrantId(agreement);
    const [provider, receiver] = [resource.provider.actor, requester.actor];
    deliveries.push(encode('deliver', step('deliver', provider, grantId), resource.provider));
    acknowledgements.push(encode('acknowledge', step('acknowledge', receiver, grantId), requester));
    grants.push({ grantId, resource, requester, document });
  }
  await carry(fixture, [...requests, ...agreements, ...deliveries, ...acknowledgements]);
  return grants;

  function encode<Name extends 'submitRequest' | 'agree' | 'deliver' | 'acknowledge'>(
    name: Name,
    act: Act<Name>,
    by: Member,
  ): ActCall {
    return encodeActCall(deployment, name, act, signAct(deployment, name, act, by.actor));
  }
}

async function store(fixture: GatewayFixture, document: unknown) {
  const salted = salt(document);
  await fixture.gateway.context.documents.put(salted);
  return salted;
}

async function carry(fixture: GatewayFixture, calls: readonly ActCall[]): Promise<void> {
  for (let from = 0; from < calls.length; from += PER_BLOCK) {
    await fixture.chain.sendTogether(calls.slice(from, from + PER_BLOCK));
  }
  await fixture.follow();
}
