import { createPublicKey } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { computeAddress, Wallet } from 'ethers';

import { fetchRows, type ProvedRows } from '../../cli/fetch-rows.ts';
import { deriveGatewayId, deriveResourceId, type GatewayId, parseBytes32 } from '../../ledger/ids.ts';
import { exportPublicKey } from '../../ledger/signatures/signature-key.ts';
import type { DepartmentKey } from '../../scripts/samples/departments.ts';
import { CALENDAR_CODE, calendarEntry } from '../gateway/http/samples.ts';
import { gatewayRegistration } from './act-factory.ts';
import { type FixtureOptions, GatewayFixture, type Granted, type Member, readOptions } from './gateway-fixture.ts';
import { LedgerChain } from './ledger-chain.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from './upstream-server.ts';

const ROW = { date: '2026-01-01', working: false, weekday: 4, holiday: '元旦' };

type GatewayOptions = Pick<FixtureOptions, 'config' | 'logger'>;
type Facts = Pick<CalendarShare, 'chain' | 'fixture' | 'authority' | 'provider' | 'requester' | 'granted'> & {
  readonly upstream: Upstream;
  readonly options: GatewayOptions;
};

/** A share that can be read: chain, source of one row, gateway, two departments with their authority, and the grant. */
export class CalendarShare {
  readonly chain: LedgerChain;
  readonly authority: Member;
  readonly provider: Member;
  readonly requester: Member;
  readonly granted: Granted;
  readonly #upstream: Upstream;
  readonly #options: GatewayOptions;
  fixture: GatewayFixture;

  private constructor(facts: Facts) {
    this.chain = facts.chain;
    this.authority = facts.authority;
    this.provider = facts.provider;
    this.requester = facts.requester;
    this.granted = facts.granted;
    this.#upstream = facts.upstream;
    this.#options = facts.options;
    this.fixture = facts.fixture;
  }

  static async start(options: GatewayOptions = {}): Promise<CalendarShare> {
    const chain = await LedgerChain.start();
    const upstream = await startUpstream(sendRows([ROW]));
    const [rs, zw] = [await chain.register('RS'), await chain.register('ZW')];
    const sources = { [deriveResourceId(rs.id, CALENDAR_CODE)]: httpConfig(upstream.port) };
    const fixture = await GatewayFixture.start({ chain, sources, ...options });
    const authority = await fixture.join(chain.authority);
    const [provider, requester] = [await fixture.join(rs), await fixture.join(zw)];
    const granted = await fixture.grant(requester, await fixture.publish(provider, authority, calendarEntry()));
    return new CalendarShare({ chain, upstream, options, fixture, authority, provider, requester, granted });
  }

  async stop(): Promise<void> {
    await this.fixture.stop();
    await this.#upstream.stop();
    await this.chain.stop();
  }

  /** A gateway with the stores, keys and port of the last one, which was stopped and kept its data. */
  async startAgain(changes: FixtureOptions['config'] = {}): Promise<void> {
    const sources = { [this.granted.resource.resourceId]: httpConfig(this.#upstream.port) };
    const options = { ...this.#options, config: { ...this.#options.config, ...changes } };
    this.fixture = await GatewayFixture.start({ chain: this.chain, sources, like: this.fixture, ...options });
  }

  /** Like {@link startAgain}, with the data as they were before `meanwhile`, which happened on the same gateway. */
  async startAgainFromCopy(meanwhile: () => Promise<unknown>): Promise<void> {
    const copy = mkdtempSync(join(tmpdir(), 'dxl-copy-'));
    const { dataDir } = this.fixture.config;
    await this.fixture.stop({ keepData: true });
    cpSync(dataDir, copy, { recursive: true });
    await this.startAgain();
    await meanwhile();
    await this.fixture.stop({ keepData: true });
    rmSync(dataDir, { recursive: true });
    cpSync(copy, dataDir, { recursive: true });
    rmSync(copy, { recursive: true });
    await this.startAgain();
  }

  /** Another department, which has no grant. */
  async join(department: DepartmentKey): Promise<Member> {
    return await this.fixture.join(await this.chain.register(department));
  }

  /** The authority registers the gateway. */
  async register(accountKey = this.fixture.secrets.relayerKey): Promise<GatewayId> {
    const { bytes } = exportPublicKey(createPublicKey(this.fixture.secrets.signingKey));
    const act = gatewayRegistration(this.chain.authority, {
      publicKey: parseBytes32(`0x${Buffer.from(bytes).toString('hex')}`),
      account: computeAddress(new Wallet(accountKey).signingKey.publicKey).toLowerCase(),
    });
    await this.fixture.act(this.authority, 'registerGateway', act, null);
    return deriveGatewayId('ed25519', bytes);
  }

  /** @throws CliError with the refusal */
  async read(): Promise<ProvedRows> {
    return await fetchRows(this.requester.client, readOptions(this.granted.grantId), () => undefined);
  }

  /** `served`, or the code of the refusal. */
  async outcomeOfRead(): Promise<string> {
    try {
      await this.read();
      return 'served';
    } catch (error) {
      return (error as { facts: { problem?: { code: string } } }).facts.problem?.code ?? String(error);
    }
  }

  /** Publishes what waits, and has the ledger take the head. */
  async anchor(): Promise<void> {
    const { log, anchorWorker } = this.fixture.gateway.context;
    await log.publish();
    await anchorWorker.pass();
  }
}
