import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { computeAddress, encryptKeystoreJson, Wallet } from 'ethers';

import { deriveResourceId } from '../../ledger/ids.ts';
import type { DepartmentKey } from '../../scripts/samples/departments.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { accountsChange } from '../support/act-factory.ts';
import { type Actor, walletSigner } from '../support/actors.ts';
import { GatewayFixture } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { sendRows, startUpstream, type Upstream } from '../support/upstream-server.ts';
import { type FrontProxy, startFrontProxy } from './front-proxy.ts';

const MAIN = resolve(import.meta.dirname, '../../cli/main.ts');
const PASSWORD = 'correct horse';
/** Light enough for a test; the reader takes the cost from the file. */
const SCRYPT = { N: 1024, r: 8, p: 1 };
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

export const RESOURCE_CODE = '301001/000001';
export const ROWS = [
  { id_no: '990100199001010012', name: '张三', sex: '1', nation: '01', birth: '1990-01-01', addr: '示例省示例市' },
  { id_no: '990100198512310020', name: '欧阳娜娜', sex: '2', nation: '01', birth: '1985-12-31', addr: '示例省示例市' },
];

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Facts = Pick<CliWorld, 'folder' | 'chain' | 'proxy' | 'fixture' | 'upstream' | 'provider' | 'requester' | 'url'>;

/** Everything that `dxl` needs to be tried as departments use it: real processes, keystores, gateway and chain. */
export class CliWorld {
  readonly folder: string;
  readonly chain: LedgerChain;
  readonly proxy: FrontProxy;
  readonly fixture: GatewayFixture;
  readonly upstream: Upstream;
  readonly provider: Actor;
  readonly requester: Actor;
  readonly url: string;

  private constructor(facts: Facts) {
    this.folder = facts.folder;
    this.chain = facts.chain;
    this.proxy = facts.proxy;
    this.fixture = facts.fixture;
    this.upstream = facts.upstream;
    this.provider = facts.provider;
    this.requester = facts.requester;
    this.url = facts.url;
  }

  /** Profiles: `sh` the authority, `rs` the requester, `ga` the provider, whose officers are `ga-1` and `ga-2` of 3. */
  static async start(): Promise<CliWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'dxl-cli-'));
    const chain = await LedgerChain.start();
    const proxy = await startFrontProxy();
    const upstream = await startUpstream(sendRows(ROWS));
    const keys = Array.from({ length: 8 }, () => Wallet.createRandom().privateKey);
    const [officer1 = '', officer2 = '', officer3 = '', head = '', maker = '', ...others] = keys;
    const [requesterOffice = '', requesterMaker = '', authorityOffice = ''] = others;
    const officers = [officer1, officer2, officer3].map((key) => walletSigner(key));
    const office = await chain.deployOfficers(officers, 2, officers.slice(0, 2));
    const provider = await chain.register('GA', {
      office,
      head: walletSigner(head),
      maker: walletSigner(maker),
    });
    const requester = await chain.register('RS', {
      office: walletSigner(requesterOffice),
      maker: walletSigner(requesterMaker),
    });
    const authority = { ...chain.authority, office: walletSigner(authorityOffice) };
    await chain.record('changeDepartmentAccounts', accountsChange(authority), chain.authority);
    const source = {
      ...{ kind: 'http', url: `http://127.0.0.1:${String(upstream.port)}/rows`, format: 'ndjson' },
      ...{ allowedCidrs: ['127.0.0.0/8'], allowLoopback: true },
    };
    const sources = { [deriveResourceId(provider.id, RESOURCE_CODE)]: source };
    const address = `127.0.0.1:${String(proxy.port)}`;
    // A busy machine is no subject of these tests: the node may be silent for as long as a test may take.
    const patience = { nodeTimeoutMs: 60_000, maxNodeSilenceMs: 120_000 };
    const fixture = await GatewayFixture.start({ chain, sources, config: { authority: address, ...patience } });
    proxy.gatewayPort = fixture.gateway.port;
    const url = `http://${address}`;
    const world = new CliWorld({ folder, chain, proxy, fixture, upstream, provider, requester, url });
    await writeFile(world.file('password'), `${PASSWORD}\n`, { mode: 0o600 });
    const pen = async (name: string, key: string) => await world.writeKeystore(name, key);
    const [pen1, pen2, headPen] = [await pen('1', officer1), await pen('2', officer2), await pen('head', head)];
    const [makerPen, rsMaker] = [[await pen('maker', maker)], [await pen('rs-maker', requesterMaker)]];
    await world.writeProfile('sh', { department: authority.id, office: [await pen('sh', authorityOffice)] });
    await world.writeProfile('rs', {
      department: requester.id,
      office: [await pen('rs', requesterOffice)],
      maker: rsMaker,
    });
    await world.writeProfile('ga', {
      department: provider.id,
      office: [pen1, pen2],
      head: [headPen],
      maker: makerPen,
    });
    await world.writeProfile('ga-1', {
      department: provider.id,
      office: [pen1],
      maker: makerPen,
      accessKey: 'ga.pem',
    });
    await world.writeProfile('ga-2', { department: provider.id, office: [pen2], accessKey: 'ga.pem' });
    return world;
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    await this.fixture.stop();
    await this.upstream.stop();
    await this.chain.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  async writeKeystore(name: string, privateKey: string) {
    const account = { address: computeAddress(privateKey), privateKey };
    const keystore = await encryptKeystoreJson(account, PASSWORD, { scrypt: SCRYPT });
    await writeFile(this.file(`${name}.keystore.json`), keystore, { mode: 0o600 });
    return { keystore: `${name}.keystore.json`, passwordFile: 'password' };
  }

  async writeProfile(name: string, members: Readonly<Record<string, unknown>>): Promise<void> {
    const profile = { gateway: this.url, accessKey: `${name}.pem`, ...members };
    await writeFile(this.file(`${name}.json`), JSON.stringify(profile));
  }

  /** Runs `dxl --profile <profile> ...args` as a process of its own. */
  async run(profile: string, ...args: readonly string[]): Promise<Ran> {
    return await this.runWith([], profile, ...args);
  }

  /** The same with options for Node, for a machine that is not as it should be. */
  async runWith(node: readonly string[], profile: string, ...args: readonly string[]): Promise<Ran> {
    return await this.#execute(process.execPath, [...node, ...this.#words(profile, args)]);
  }

  /** The same where no file may have more KiB: as on a full disk, a write takes a part, and only the next one fails. */
  async runOnFullDisk(kib: number, profile: string, ...args: readonly string[]): Promise<Ran> {
    const script = `ulimit -f ${String(kib)}; exec "$0" "$@"`;
    return await this.#execute('bash', ['-c', script, process.execPath, ...this.#words(profile, args)]);
  }

  #words(profile: string, args: readonly string[]): readonly string[] {
    return [MAIN, '--profile', this.file(`${profile}.json`), ...args];
  }

  async #execute(program: string, words: readonly string[]): Promise<Ran> {
    return await new Promise((done) => {
      const options = { cwd: this.folder, maxBuffer: MAX_OUTPUT_BYTES, timeout: 120_000 };
      const child = execFile(program, words, options, (_error, stdout, stderr) => {
        done({ code: child.exitCode ?? -1, stdout, stderr });
      });
    });
  }

  /** The same with `--json`: the whole output must be one JSON text, also that of a failure. */
  async json(profile: string, ...args: readonly string[]): Promise<{ readonly code: number; readonly body: Body }> {
    const { code, stdout, stderr } = await this.run(profile, '--json', ...args);
    try {
      return { code, body: JSON.parse(stdout) as Body };
    } catch {
      throw new TypeError(`dxl ${args.join(' ')} ended with ${String(code)} and printed ${stdout} ${stderr}`);
    }
  }

  async succeed(profile: string, ...args: readonly string[]): Promise<Body> {
    const { code, body } = await this.json(profile, ...args);
    if (code !== 0) throw new TypeError(`dxl ${args.join(' ')}: ${JSON.stringify(body)}`);
    return body;
  }

  /** How a command fails: with which exit code and which codes of ours. */
  async fail(profile: string, ...args: readonly string[]) {
    const { code, body } = await this.json(profile, ...args);
    const error = body['error'] as Readonly<Record<string, unknown>>;
    const problem = (error['problem'] ?? {}) as Readonly<Record<string, unknown>>;
    return { exit: code, code: error['code'], problem: problem['code'], denied: problem['deny_code'] };
  }
}

/** Tests look into it; what is not there makes the assertion fail. */
export type Body = Readonly<Record<string, unknown>> & readonly Readonly<Record<string, unknown>>[];

export function sampleEntry(key: DepartmentKey, id: string) {
  const found = sampleResources().find(({ entry }) => entry.resourceCode === RESOURCE_CODE);
  if (found?.provider.key !== key) throw new TypeError('The sample is missing');
  return { ...found.entry, provider: { ...found.entry.provider, uscc: id }, sourceDept: id };
}
