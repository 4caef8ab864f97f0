import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

import { Interface } from 'ethers';

import {
  buildResourceSubmission,
  buildShareAgreement,
  buildShareRequest,
  buildStep,
} from '../../ledger/acts/build-acts.ts';
import { actDigest } from '../../ledger/acts/act-digest.ts';
import { CONTRACT_NAMES } from '../../ledger/deployment.ts';
import { hashDocument, newSalt, type SaltedDocument } from '../../ledger/document-hash.ts';
import { conditionsHash, type CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import type { Quota } from '../../ledger/documents/share-authorization.ts';
import type { EvidenceLine } from '../../ledger/evidence/evidence-line.ts';
import {
  type AccessKeyId,
  deriveGrantId,
  deriveResourceId,
  type GatewayId,
  type GrantId,
  KEY_ALGORITHMS,
  parseBytes32,
  parseRequestId,
  type ResourceId,
} from '../../ledger/ids.ts';
import { encodeAnchorCall, anchoredHeadDigest } from '../../ledger/log-anchor.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { createAccessKey, exportPublicKey } from '../../ledger/signatures/signature-key.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import {
  gatewayRegistration,
  gatewayRetirement,
  keyRegistration,
  keyRevocation,
  publication,
} from '../support/act-factory.ts';
import type { Actor } from '../support/actors.ts';
import { type LedgerChain, officers } from '../support/ledger-chain.ts';
import { authorizationDocument, requestDocument, statement, suspensionDocument } from '../support/share-documents.ts';
import { PaperGateway, type ReadFacts } from './paper-gateway.ts';

const NEVER = 3_976_214_400;
const DEPARTMENT_ACCOUNT = new Interface([
  'function getSigners(uint64 start,uint64 end) view returns (bytes[])',
  'function threshold() view returns (uint64)',
]);
export const SMALL_CALENDAR = [2026, 2027];

/** A short real history: one resource, one grant that is in force and one that was suspended, and a gateway. */
export class EvidenceWorld {
  readonly chain: LedgerChain;
  gateway = new PaperGateway();
  readonly documents: SaltedDocument[] = [];
  readonly accounts: { account: string; officers: string[]; threshold: number }[] = [];
  provider!: Actor;
  requester!: Actor;
  keyId!: AccessKeyId;
  keyPair!: KeyObject;
  resourceId!: ResourceId;
  entry!: CatalogEntry;
  grantId!: GrantId;
  suspendedGrantId!: GrantId;
  /** Block and time at which everything was in force. */
  inForce!: { readonly number: number; readonly hash: string; readonly timestamp: number };
  /** After the second grant was suspended. */
  afterSuspension!: { readonly number: number; readonly hash: string; readonly timestamp: number };

  #quota: Quota = SMALL_QUOTA;

  private constructor(chain: LedgerChain) {
    this.chain = chain;
  }

  /** Nothing but the chain and an unregistered gateway, for histories that are told elsewhere. */
  static empty(chain: LedgerChain): EvidenceWorld {
    return new EvidenceWorld(chain);
  }

  /** @param grants how many; the second one, if there is one, is suspended in the end, else the only one */
  static async build(chain: LedgerChain, grants: 1 | 2 = 2, quota: Quota = SMALL_QUOTA): Promise<EvidenceWorld> {
    const world = new EvidenceWorld(chain);
    world.#quota = quota;
    await world.#enterParties();
    await world.#publish();
    world.grantId = await world.#grant();
    world.suspendedGrantId = grants === 1 ? world.grantId : await world.#grant();
    world.inForce = await chain.block();
    await world.#suspend();
    world.afterSuspension = await chain.block();
    await world.enterGateway();
    return world;
  }

  /** Officers of a contract account, as the account itself tells them. */
  async keepAccount(account: string): Promise<void> {
    const call = async (name: 'getSigners' | 'threshold', args: readonly unknown[]): Promise<unknown> => {
      const data = DEPARTMENT_ACCOUNT.encodeFunctionData(name, args);
      const answer = String(await this.chain.rpc('eth_call', [{ to: account, data }, 'latest']));
      return DEPARTMENT_ACCOUNT.decodeFunctionResult(name, answer)[0];
    };
    const officers = [...((await call('getSigners', [0, 100])) as string[])].toSorted();
    this.accounts.push({ account, officers, threshold: Number(await call('threshold', [])) });
  }

  /** A read under the grant that is in force. */
  read(changes: Partial<ReadFacts> = {}): ReadFacts {
    const { grantId, keyId } = this;
    const at = this.inForce.timestamp;
    return { grantId, caller: this.requester.id, keyId, block: this.inForce, at, ...changes };
  }

  /** A gateway with nothing in its log yet takes the place of the last one. */
  async enterGateway(): Promise<void> {
    const { chain } = this;
    this.gateway = new PaperGateway();
    const { publicKey, wallet } = this.gateway;
    const keys = { publicKey: parseBytes32(publicKey), account: wallet.address.toLowerCase() };
    await chain.record('registerGateway', gatewayRegistration(chain.authority, keys), chain.authority);
  }

  async retireGateway(): Promise<void> {
    const { chain, gateway } = this;
    await chain.record(
      'retireGateway',
      gatewayRetirement(chain.authority, parseBytes32<GatewayId>(gateway.id)),
      chain.authority,
    );
  }

  /** Has the chain take the head of the gateway's log as it is now. */
  async anchor(): Promise<void> {
    const { chain, gateway } = this;
    const root = parseBytes32(`0x${Buffer.from(await gateway.root()).toString('hex')}`);
    const head = { gateway: parseBytes32<GatewayId>(gateway.id), size: gateway.size, root };
    const path = (await gateway.anchorPath()).map((hash) => parseBytes32(hash));
    const { serialized } = gateway.wallet.signingKey.sign(anchoredHeadDigest(chain.deployment, head));
    await chain.sendFrom(gateway.wallet, encodeAnchorCall(chain.deployment, head, path, serialized));
    gateway.anchored = gateway.size;
  }

  async revokeKey(): Promise<void> {
    await this.chain.record('revokeAccessKey', keyRevocation(this.requester, this.keyId), this.requester);
  }

  /** The lines up to the last log; `block` is the last one that the bundle knows. */
  async ledgerLines(): Promise<EvidenceLine[]> {
    const { chain } = this;
    const head = await chain.block();
    const { deployment } = chain;
    const names = new Map(CONTRACT_NAMES.map((name) => [deployment.contracts[name], name]));
    const logs = (await chain.logs()).flatMap(({ address, topics, data, blockNumber }) => {
      const contract = names.get(address.toLowerCase())!;
      return isLedgerEvent(topics[0]!) ? [{ type: 'log', block: blockNumber, contract, topics, data }] : [];
    });
    const accounts = this.accounts.toSorted((one, other) => (one.account < other.account ? -1 : 1));
    return [
      { type: 'header', format: 'dxl/evidence/1', deployment, scope: { kind: 'ledger' } },
      { type: 'block', number: head.number, hash: head.hash, timestamp: head.timestamp, seal: null },
      { type: 'heads', contracts: await chain.heads(head.hash), proofs: null },
      ...accounts.map((account) => ({ type: 'account', ...account })),
      ...logs,
    ] as EvidenceLine[];
  }

  async #enterParties(): Promise<void> {
    const team = officers(3);
    const office = await this.chain.deployOfficers(team, 2, team.slice(1));
    await this.keepAccount(office.account);
    this.provider = await this.chain.register('GA', { office });
    this.requester = await this.chain.register('RS');
    const { privateKey } = generateKeyPairSync('ed25519');
    const { bytes } = exportPublicKey(createPublicKey(privateKey));
    const publicKey = `0x${Buffer.from(bytes).toString('hex')}`;
    const act = keyRegistration(this.requester, { algorithm: KEY_ALGORITHMS.ed25519, publicKey });
    await this.chain.record('registerAccessKey', act, this.requester);
    this.keyPair = privateKey;
    this.keyId = createAccessKey(privateKey, this.requester.id).keyId;
  }

  async #publish(): Promise<void> {
    const { provider, chain } = this;
    const sample = sampleResources().find(({ entry }) => entry.resourceCode === '301001/000001')!.entry;
    this.entry = { ...sample, provider: { ...sample.provider, uscc: provider.id }, sourceDept: provider.id };
    const salted = this.#keep(this.entry);
    await chain.record('submitResource', buildResourceSubmission(salted, NEVER), provider);
    this.resourceId = deriveResourceId(provider.id, this.entry.resourceCode);
    const announced = publication(chain.authority, this.resourceId, { documentHash: hashDocument(salted) });
    await chain.record('publishResource', announced, chain.authority);
  }

  async #grant(): Promise<GrantId> {
    const { chain, provider, requester, entry, resourceId } = this;
    const resource = { entry, resourceId, provider: { actor: provider } };
    const asked = this.#keep(requestDocument(requester, resource));
    const request = buildShareRequest(asked, entry, NEVER);
    await chain.record('submitRequest', request, requester);
    const requestId = parseRequestId(actDigest(chain.deployment, 'submitRequest', request));
    const answered = this.#keep(authorizationDocument({ requester, resource, requestId }, { quota: this.#quota }));
    const [published] = this.documents;
    const act = buildShareAgreement(answered, { entry, conditionsHash: conditionsHash(entry, published!.salt) }, NEVER);
    await chain.record('agree', act, provider);
    const grantId = deriveGrantId({ ...act, requestId });
    await this.#state('deliver', provider, grantId);
    await this.#state('acknowledge', requester, grantId);
    return grantId;
  }

  async #suspend(): Promise<void> {
    const salted = this.#keep(suspensionDocument(this.provider, this.suspendedGrantId));
    await this.chain.record('suspend', buildStep('suspend', salted, NEVER), this.provider);
  }

  async #state(name: 'deliver' | 'acknowledge', by: Actor, grantId: GrantId): Promise<void> {
    const salted = this.#keep(statement(name, by, grantId));
    await this.chain.record(name, buildStep(name, salted, NEVER), by);
  }

  #keep(document: unknown): SaltedDocument {
    const salted = { salt: newSalt(), document: parseStrictJson(Buffer.from(JSON.stringify(document))) };
    this.documents.push(salted);
    return salted;
  }
}

const SMALL_QUOTA: Quota = { perSecond: 5, perDay: 100, total: 1_000, maxRowsPerCall: 10, maxBytesPerDay: 100_000 };

/** Those of the access manager and of EIP-5267 are left out of bundles. */
function isLedgerEvent(topic: string): boolean {
  return !OTHER_EVENTS.includes(topic);
}

const OTHER_EVENTS = [
  '0x2f658b440c35314f52658ea8a740e05b284cdc84dc9ae01e891f21b8933e7cad',
  '0x0a6387c9ea3628b88a633bb4f3b151770f70085117a15f9bf3787cda53f13d31',
];
