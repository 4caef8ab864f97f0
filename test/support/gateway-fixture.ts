import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Wallet } from 'ethers';
import type { Logger } from 'pino';
import { request } from 'undici';

import type { FetchOptions } from '../../cli/fetch-rows.ts';
import { GatewayClient } from '../../cli/gateway-client.ts';
import type { GatewayConfig } from '../../gateway/config/config.ts';
import type { GatewaySecrets } from '../../gateway/config/secrets.ts';
import { startGateway, type Gateway } from '../../gateway/gateway.ts';
import { createLogger } from '../../gateway/logger.ts';
import { type Act, type ActName } from '../../ledger/acts/act-definitions.ts';
import {
  buildResourceSubmission,
  buildShareAgreement,
  buildShareRequest,
  buildStep,
} from '../../ledger/acts/build-acts.ts';
import { actToJson } from '../../ledger/acts/parse-act.ts';
import { hashDocument, newSalt, type SaltedDocument } from '../../ledger/document-hash.ts';
import { type CatalogEntry, conditionsHash } from '../../ledger/documents/catalog-entry.ts';
import type { ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import type { STATEMENT_ACTS } from '../../ledger/documents/statement.ts';
import {
  type AccessKeyId,
  type Bytes32,
  deriveGrantId,
  deriveResourceId,
  KEY_ALGORITHMS,
  parseRequestId,
  type GrantId,
  type RequestId,
  type ResourceId,
} from '../../ledger/ids.ts';
import { signRequest } from '../../ledger/request-signature.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { createAccessKey, exportPublicKey, type SigningKey } from '../../ledger/signatures/signature-key.ts';
import { signAct, type Actor } from './actors.ts';
import { keyRegistration, publication } from './act-factory.ts';
import type { LedgerChain } from './ledger-chain.ts';
import { authorizationDocument, requestDocument, statement, suspensionDocument } from './share-documents.ts';

export interface FixtureOptions {
  readonly chain: LedgerChain;
  /** Content of the sources file, by resource id. */
  readonly sources: Readonly<Record<string, unknown>>;
  readonly config?: Partial<GatewayConfig>;
  /** Instead of one that writes to standard output at `config.logLevel`. */
  readonly logger?: Logger;
  /** Keep stores, keys and port of a gateway that was stopped or killed. */
  readonly like?: GatewayFixture;
}

/** A department that can call the gateway. */
export interface Member {
  readonly actor: Actor;
  readonly key: SigningKey<AccessKeyId>;
  readonly client: GatewayClient;
}

/** A real gateway in this process, on a free port of 127.0.0.1, over a real chain and real stores. */
export class GatewayFixture {
  readonly gateway: Gateway;
  readonly config: GatewayConfig;
  readonly secrets: GatewaySecrets;
  readonly url: string;
  readonly chain: LedgerChain;

  private constructor(facts: Pick<GatewayFixture, 'gateway' | 'config' | 'secrets' | 'url' | 'chain'>) {
    this.gateway = facts.gateway;
    this.config = facts.config;
    this.secrets = facts.secrets;
    this.url = facts.url;
    this.chain = facts.chain;
  }

  static async start({ chain, sources, config: changes = {}, logger, like }: FixtureOptions): Promise<GatewayFixture> {
    const dataDir = like?.config.dataDir ?? (await mkdtemp(join(tmpdir(), 'dxl-gateway-')));
    const sourcesFile = join(dataDir, 'sources.json');
    await writeFile(sourcesFile, JSON.stringify({ sources }));
    const secrets = like?.secrets ?? {
      signingKey: generateKeyPairSync('ed25519').privateKey,
      relayerKey: Wallet.createRandom().privateKey,
      storeUrl: null,
    };
    const configOn = (port: number): GatewayConfig => ({
      dataDir,
      deployment: chain.deployment,
      nodeUrl: chain.webSocketUrl,
      authority: `127.0.0.1:${String(port)}`,
      scheme: 'http',
      sourcesFile,
      storeFile: join(dataDir, 'gateway.sqlite'),
      listenHost: '127.0.0.1',
      listenPort: port,
      logLevel: process.env['DXL_TEST_LOG'] ?? 'silent',
      nodeTimeoutMs: 10_000,
      pollMs: 500,
      maxNodeSilenceMs: 30_000,
      maxBlockAgeMs: null,
      maxAnswerMs: 60_000,
      acceptHistoryLoss: false,
      checkpointMs: 50,
      anchorMs: 60_000,
      auditGraceSeconds: 14_400,
      stopMs: 25_000,
      ...changes,
    });
    const start = async (config: GatewayConfig) =>
      await startGateway(config, secrets, logger ?? createLogger(config.logLevel));
    const { gateway, config } = await startOnPort(like?.config.listenPort ?? null, configOn, start);
    const url = `http://127.0.0.1:${String(config.listenPort)}`;
    return new GatewayFixture({ gateway, config, secrets, url, chain });
  }

  /** Until the gateway has proved the block that is the newest of the chain now. */
  async follow(): Promise<void> {
    const { number } = await this.chain.block();
    const { follower } = this.gateway.context;
    for (let attempt = 0; attempt < FOLLOW_ATTEMPTS; attempt += 1) {
      const { reason, block } = follower.freshness();
      if (reason === null && block !== null && block.number >= number) return;
      await sleep(10);
    }
    throw new RangeError(`The gateway did not follow the chain to block ${String(number)}`);
  }

  async stop(options: { readonly keepData?: boolean } = {}): Promise<void> {
    await this.gateway.stop();
    if (options.keepData !== true) await rm(this.config.dataDir, { recursive: true, force: true });
  }

  /** Registers a fresh access key of the actor through the gateway. */
  async join(actor: Actor, algorithm: 'ed25519' | 'p256' = 'ed25519'): Promise<Member> {
    const { privateKey } =
      algorithm === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = createAccessKey(privateKey, actor.id);
    const publicKey = exportPublicKey(createPublicKey(privateKey));
    const act = keyRegistration(actor, {
      algorithm: KEY_ALGORITHMS[publicKey.algorithm],
      publicKey: `0x${Buffer.from(publicKey.bytes).toString('hex')}`,
    });
    const client = new GatewayClient({ url: this.url, key, pinnedKeyId: null });
    const signatures = signAct(this.chain.deployment, 'registerAccessKey', act, actor);
    await client.postUnsigned('/v1/acts/registerAccessKey', { act: actToJson(act), signatures });
    return { actor, key, client };
  }

  /** @param other the second department of a joint act */
  async act<Name extends ActName>(
    member: Member,
    name: Name,
    act: Act<Name>,
    salted: SaltedDocument | null,
    other?: Actor,
  ) {
    const signatures = signAct(this.chain.deployment, name, act, member.actor, other);
    const documented = salted === null ? {} : { document: salted.document, salt: salted.salt };
    return await member.client.post(`/v1/acts/${name}`, { act: actToJson(act), signatures, ...documented });
  }

  /** Posts a body exactly as given, signed like any other. */
  async postRaw(member: Member, path: string, text: string) {
    const unsigned = { method: 'POST', url: `${this.url}${path}`, headers: { 'content-type': 'application/json' } };
    const { url, headers, body, method } = signRequest(
      { ...unsigned, body: Buffer.from(text) },
      member.key,
      Date.now() / 1000,
    );
    const response = await request(url, { method: method as 'POST', headers, body });
    return { status: response.statusCode, problem: (await response.body.json()) as Record<string, unknown> };
  }

  /** Submits and publishes an entry whose provider is made to be this member. */
  async publish(provider: Member, authority: Member, sample: CatalogEntry): Promise<Published> {
    const entry = {
      ...sample,
      provider: { ...sample.provider, uscc: provider.actor.id },
      sourceDept: provider.actor.id,
    };
    const salted = salt(entry);
    const submission = buildResourceSubmission(salted, NEVER);
    await this.act(provider, 'submitResource', submission, salted);
    const resourceId = deriveResourceId(provider.actor.id, entry.resourceCode);
    const announced = publication(authority.actor, resourceId, { documentHash: hashDocument(salted) });
    await this.act(authority, 'publishResource', announced, null);
    return { entry, conditionsHash: conditionsHash(entry, salted.salt), resourceId, provider };
  }

  async request(requester: Member, resource: Published, changes: Partial<ShareAuthorization> = {}): Promise<Asked> {
    const salted = salt(requestDocument(requester.actor, resource, changes));
    const act = buildShareRequest(salted, resource.entry, NEVER);
    const { body } = await this.act(requester, 'submitRequest', act, salted);
    return { resource, requester, requestId: parseRequestId((body as { digest: string }).digest), changes };
  }

  async agree({ resource, requester, requestId, changes }: Asked): Promise<Agreed> {
    const document = authorizationDocument({ requester: requester.actor, resource, requestId }, changes);
    const salted = salt(document);
    const act = buildShareAgreement(salted, resource, NEVER);
    const { body } = await this.act(resource.provider, 'agree', act, salted);
    const { digest } = body as { digest: string };
    return { grantId: deriveGrantId({ ...act, requestId }), digest, resource, requester, document };
  }

  /** The provider delivers and the requester acknowledges: reads may begin. */
  async activate<Issued extends Granted>(granted: Issued): Promise<Issued> {
    const { grantId, resource, requester } = granted;
    await this.state(resource.provider, 'deliver', grantId);
    await this.state(requester, 'acknowledge', grantId);
    return granted;
  }

  /** The whole way from a request to a grant that can be read. */
  async grant(requester: Member, resource: Published, changes: Partial<ShareAuthorization> = {}): Promise<Granted> {
    return await this.activate(await this.agree(await this.request(requester, resource, changes)));
  }

  /** A step whose reason is a statement. */
  async state(by: Member, name: StatedStepName, subject: string) {
    const salted = salt(statement(name, by.actor, subject));
    return await this.act(by, name, buildStep(name, salted, NEVER), salted);
  }

  /** After an incident: from the block that holds it no answer begins. */
  async suspend({ grantId, resource }: Granted, by: Member = resource.provider) {
    const salted = salt(suspensionDocument(by.actor, grantId));
    const act = buildStep('suspend', salted, NEVER);
    return { act, answer: await this.act(by, 'suspend', act, salted) };
  }
}

/** Steps that state their reason, for one department alone and without a deadline of their own. */
export type StatedStepName = Exclude<(typeof STATEMENT_ACTS)[number], 'retireResource' | 'extendUpdate'>;

export interface Published {
  readonly entry: CatalogEntry;
  /** Of its conditions, as recorded. */
  readonly conditionsHash: Bytes32;
  readonly resourceId: ResourceId;
  readonly provider: Member;
}

export interface Asked {
  readonly resource: Published;
  readonly requester: Member;
  readonly requestId: RequestId;
  readonly changes: Partial<ShareAuthorization>;
}

export interface Granted {
  readonly grantId: GrantId;
  readonly resource: Published;
  readonly requester: Member;
  readonly document: ShareAuthorization;
}

/** A grant with the digest of the act that made it. */
export interface Agreed extends Granted {
  readonly digest: string;
}

const PORT_ATTEMPTS = 5;
/** Half a minute. */
const FOLLOW_ATTEMPTS = 3_000;
/** 2096: no act of a test expires. */
const NEVER = 3_976_214_400;

export function salt(document: unknown): SaltedDocument {
  return { salt: newSalt(), document: parseStrictJson(Buffer.from(JSON.stringify(document))) };
}

/** A read that the grants of `share-documents` permit. */
export function readOptions(grantId: string, changes: Partial<FetchOptions> = {}): FetchOptions {
  return {
    grantId,
    fields: [],
    equals: new Map(),
    region: null,
    limit: null,
    purpose: 'BUSINESS_COLLAB',
    caseNumber: 'CASE-1',
    system: 'SI-TEST-01',
    ...changes,
  };
}

/** On `port`, or on one that was free a moment ago: another process may have taken it since. */
async function startOnPort(
  port: number | null,
  configOn: (port: number) => GatewayConfig,
  start: (config: GatewayConfig) => Promise<Gateway>,
) {
  for (let attempt = 1; ; attempt += 1) {
    const config = configOn(port ?? (await freePort()));
    try {
      return { gateway: await start(config), config };
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || port !== null || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
