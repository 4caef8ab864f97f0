import { readFileSync } from 'node:fs';

import { actDigest } from '../../../../ledger/acts/act-digest.ts';
import { buildStep } from '../../../../ledger/acts/build-acts.ts';
import { reasonCodeToBytes32 } from '../../../../ledger/documents/reason-code.ts';
import type { EvidenceLine } from '../../../../ledger/evidence/evidence-line.ts';
import { hashDocument, newSalt, type SaltedDocument } from '../../../../ledger/document-hash.ts';
import type { Statement } from '../../../../ledger/documents/statement.ts';
import { deriveResourceId, type GatewayId, parseBytes32, parseResourceId } from '../../../../ledger/ids.ts';
import { type JsonObject, parseStrictJson } from '../../../../ledger/json/strict-json.ts';
import { anchoredHeadDigest, encodeProveEquivocationCall } from '../../../../ledger/log-anchor.ts';
import {
  correctionFiling,
  disputeOpening,
  publication,
  RESOURCE_CODE,
  someHash,
  step,
  submission,
  suspension,
} from '../../../support/act-factory.ts';
import type { Actor } from '../../../support/actors.ts';
import { LedgerChain } from '../../../support/ledger-chain.ts';
import { statement } from '../../../support/share-documents.ts';
import { p256Signer, passkeySigner } from '../../../support/token-signers.ts';
import { bundleLines, exporterOf, writeBundle } from '../../../verifier/evidence-bundle.ts';
import { EvidenceWorld, SMALL_CALENDAR } from '../../../verifier/evidence-world.ts';
import { bundle } from './forged-receipts.ts';
import type { VectorFolder } from './vector-folder.ts';

const NEVER = 3_976_214_400;

/** A document from the vectors of documents, about this case. */
function documentOf(file: string, members: JsonObject): SaltedDocument {
  const text = readFileSync(`test/vectors/documents/valid/${file}.json`, 'utf8');
  const document = { ...(JSON.parse(text) as JsonObject), ...members };
  return { salt: newSalt(), document: parseStrictJson(Buffer.from(JSON.stringify(document))) };
}

/** A correction and a dispute, from the first step to the last, with their documents. */
export async function writeCases(folder: VectorFolder): Promise<void> {
  await using chain = await LedgerChain.start({ calendar: [2026] });
  const world = EvidenceWorld.empty(chain);
  await world.enterGateway();
  const [provider, requester] = [await chain.register('GA'), await chain.register('RS')];
  const resourceId = await publish(chain, provider);
  await correct(world, provider, requester, resourceId);
  const caseId = await dispute(world, provider, requester, resourceId);
  const scope = { kind: 'case', caseId: parseBytes32(caseId) } as const;
  await folder.sound('correction-and-dispute', await bundle(world, { scope, indexes: [] }));
}

async function publish(chain: LedgerChain, provider: Actor): Promise<string> {
  const resourceId = deriveResourceId(provider.id, RESOURCE_CODE);
  await chain.record('submitResource', submission(provider), provider);
  await chain.record('publishResource', publication(chain.authority, resourceId), chain.authority);
  return resourceId;
}

async function correct(world: EvidenceWorld, provider: Actor, requester: Actor, id: string): Promise<void> {
  const { chain } = world;
  const filed = keep(world, documentOf('correction-filing', { department: requester.id, resourceId: id, version: 1 }));
  const { errorKind } = filed.document as { readonly errorKind: string };
  const act = correctionFiling(requester, parseResourceId(id), {
    reasonCode: reasonCodeToBytes32(errorKind),
    documentHash: hashDocument(filed),
  });
  await chain.record('fileCorrection', act, requester);
  const caseId = actDigest(chain.deployment, 'fileCorrection', act);
  await state(world, 'verifyCorrection', provider, caseId);
  await state(world, 'correct', provider, caseId);
  await state(world, 'feedBackCorrection', provider, caseId);
  await state(world, 'closeCorrection', requester, caseId);
}

async function dispute(world: EvidenceWorld, provider: Actor, requester: Actor, id: string): Promise<string> {
  const { chain } = world;
  const subject = { kind: 'RESOURCE', id };
  const opened = keep(
    world,
    documentOf('dispute-opening-over-a-share-class', { department: requester.id, respondent: provider.id, subject }),
  );
  const act = disputeOpening(requester, provider, { kind: 'resource', id }, { documentHash: hashDocument(opened) });
  await chain.record('openDispute', act, requester);
  const caseId = actDigest(chain.deployment, 'openDispute', act);
  await state(world, 'applyForCoordination', provider, caseId);
  await state(world, 'coordinate', chain.authority, caseId);
  await state(world, 'escalateDispute', requester, caseId);
  await state(world, 'decideDispute', chain.government, caseId);
  await state(world, 'executeDispute', provider, caseId);
  return caseId;
}

type Stated = Extract<Statement['act'], Parameters<typeof step>[0]>;

async function state(world: EvidenceWorld, name: Stated, by: Actor, subject: string): Promise<void> {
  const document = parseStrictJson(Buffer.from(JSON.stringify(statement(name, by, subject))));
  const salted = keep(world, { salt: newSalt(), document });
  await world.chain.record(name, buildStep(name, salted, NEVER), by);
}

function keep(world: EvidenceWorld, salted: SaltedDocument): SaltedDocument {
  world.documents.push(salted);
  return salted;
}

/** Officers with tokens and passkeys, alone and in a contract account, one within another. */
export async function writeOfficers(folder: VectorFolder): Promise<void> {
  await using chain = await LedgerChain.start({ calendar: [] });
  const world = EvidenceWorld.empty(chain);
  const { p256, webauthn } = chain.deployment.verifiers;
  const inner = await chain.deployOfficers([p256Signer(p256)], 1, []);
  const team = [passkeySigner(webauthn, '局长'), p256Signer(p256)];
  const head = await chain.deployOfficers([...team, inner], 2, team);
  await world.keepAccount(head.account);
  await world.keepAccount(inner.account);
  const nested = [p256Signer(p256)];
  const within = await chain.deployOfficers(nested, 1, nested);
  const around = await chain.deployOfficers([within], 1, [within]);
  await world.keepAccount(within.account);
  await world.keepAccount(around.account);
  const provider = await chain.register('GA', { head, maker: p256Signer(p256) });
  const other = await chain.register('RS', { head: around, maker: passkeySigner(webauthn) });
  await world.enterGateway();
  for (const by of [provider, other]) {
    const salted = keep(world, { salt: newSalt(), document: { type: 'CatalogEntry', provider: by.id } });
    await chain.record('submitResource', submission(by, { documentHash: hashDocument(salted) }), by);
  }
  const scope = { kind: 'receipt', receiptId: 'receipt-of-nobody' } as const;
  await folder.defective('receipt-missing', await bundle(world, { scope, indexes: [] }), 'SCOPE_INCOMPLETE');
  await folder.sound('officers-with-passkeys', await bundle(world, { withheld: world.documents.map(hashDocument) }));
}

/** Departments whose signatures rest on contracts of their own: a verifier of keys, and an account. */
export async function writeOpaqueSigners(folder: VectorFolder): Promise<void> {
  await using chain = await LedgerChain.start({ calendar: [] });
  const world = EvidenceWorld.empty(chain);
  const [signer, silent] = [await chain.placeCredulous('verifier'), await chain.placeCredulous('account')];
  const team = await chain.deployOfficers([signer, silent], 2, [signer, silent]);
  await world.keepAccount(team.account);
  await world.enterGateway();
  for (const [key, maker] of [['GA', signer] as const, ['RS', silent] as const, ['MZ', team] as const]) {
    const by = await chain.register(key, { maker });
    const salted = keep(world, { salt: newSalt(), document: { type: 'CatalogEntry', provider: by.id } });
    await chain.record('submitResource', submission(by, { documentHash: hashDocument(salted) }), by);
  }
  const withheld = world.documents.map(hashDocument);
  await folder.defective('contract-taken-for-a-key', await bundle(world, { withheld }), 'SIGNATURE_INVALID');
  world.accounts.push({ account: silent.account, officers: [], threshold: 0 });
  await folder.sound('signatures-for-contracts-to-check', await bundle(world, { withheld }));
}

/** A gateway that signed two logs is trusted with none, and an anchored head binds the log. */
export async function writeAnchored(folder: VectorFolder): Promise<void> {
  await using chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
  const world = await EvidenceWorld.build(chain, 1);
  for (let count = 0; count < 2; count += 1) world.gateway.deliver(world.read());
  await world.anchor();
  for (let count = 0; count < 2; count += 1) world.gateway.deliver(world.read());
  await folder.sound('anchored', await bundle(world));
  world.gateway.replace(1, { ...world.gateway.receipts[1]!.receipt, rows: 2 });
  await folder.defective('leaf-changed-after-its-anchor', await bundle(world), 'ANCHOR_INCONSISTENT');
  await proveEquivocation(world);
  await folder.defective('exporter-with-two-logs', await bundle(world), 'EXPORTER_UNKNOWN');
}

/** Two gateways of one ledger, each with its own log. */
export async function writeGatewayLogs(folder: VectorFolder): Promise<void> {
  await using chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
  const world = await EvidenceWorld.build(chain, 1);
  world.gateway.deliver(world.read());
  await world.anchor();
  await world.enterGateway();
  const { gateway } = world;
  const scope = { kind: 'gateway', gateway: parseBytes32(gateway.id) } as const;
  await folder.sound('gateway-log-empty', await bundle(world, { scope }));
  for (let count = 0; count < 2; count += 1) gateway.deliver(world.read());
  await folder.sound('gateway-log-beside-another', await bundle(world, { scope }));
  await folder.defective('ledger-without-another-log', await bundle(world), 'SCOPE_INCOMPLETE');
  const write = async (lines: readonly EvidenceLine[]): Promise<Buffer> => await writeBundle(lines, exporterOf(gateway));
  const lines = await bundleLines(world, { scope });
  await folder.defective('gateway-log-cut', await write(lines.slice(0, -1)), 'SCOPE_INCOMPLETE');
  const bare = lines.filter(({ type }) => type !== 'checkpoint' && type !== 'receipt');
  await folder.defective('gateway-log-without-checkpoint', await write(bare), 'SCOPE_INCOMPLETE');
  const unknown = { kind: 'gateway', gateway: someHash(3) } as const;
  await folder.defective('gateway-log-of-no-gateway', await bundle(world, { scope: unknown }), 'SCOPE_UNKNOWN');
}

async function proveEquivocation({ chain, gateway }: EvidenceWorld): Promise<void> {
  const head = { gateway: parseBytes32<GatewayId>(gateway.id), size: 7, root: someHash(1) };
  const otherRoot = someHash(2);
  const signer = gateway.wallet.signingKey;
  const sign = (root: typeof otherRoot): string => {
    return signer.sign(anchoredHeadDigest(chain.deployment, { ...head, root })).serialized;
  };
  const proof = { head, signature: sign(head.root), otherRoot, otherSignature: sign(otherRoot) };
  await chain.send(encodeProveEquivocationCall(chain.deployment, proof));
}

/** Documents that departments signed for although they are none, or say something else. */
export async function writeDocuments(folder: VectorFolder): Promise<void> {
  const say = async (name: string, members: JsonObject, expected: string): Promise<void> => {
    await using chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
    const world = await EvidenceWorld.build(chain, 1);
    await chain.record('resume', step('resume', world.provider, world.grantId), world.provider);
    const common = { department: world.provider.id, grantId: world.grantId };
    const salted = documentOf('grant-suspension-after-an-incident', { ...common, ...members });
    const documentHash = hashDocument(salted);
    await chain.record('suspend', suspension(world.provider, world.grantId, { documentHash }), world.provider);
    // That of the resumption stands before it.
    const scope = { kind: 'grant', grantId: parseBytes32(world.grantId) } as const;
    world.documents.push(salted);
    await folder.defective(name, await bundle(world, { scope, indexes: [] }), expected);
  };
  await say('document-about-another-grant', { grantId: `0x${'51'.repeat(32)}` }, 'DOCUMENT_CONTRADICTS_ACT');
  await say('document-of-another-type', { type: 'Statement' }, 'DOCUMENT_INVALID');
}
