import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { Contract, encodeBytes32String, JsonRpcProvider, Wallet } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ADMIN_ROLE, GOVERNANCE_ROLE } from '../../ignition/modules/ledger.ts';
import { departmentRegistryAbi, directoryAbi } from '../../ledger/__generated__/abi.ts';
import { CONTRACT_NAMES, type Deployment } from '../../ledger/deployment.ts';
import { type DepartmentId, departmentIdToHex, parseDepartmentId } from '../../ledger/ids.ts';
import { deployLedger, deploymentPath, type DeployOptions, type Supervisor } from '../../scripts/deploy.ts';
import { sampleDepartment } from '../../scripts/samples/departments.ts';
import { startAnvil, type EmbeddedChain } from '../../scripts/embedded/anvil.ts';

const AUTHORITY = parseDepartmentId('11990100MB0000019L');
const CITY = sampleDepartment('CG').id;
const PROVINCE = sampleDepartment('PG').id;
/** Contracts, roles, the authority, the listings, the hand-over and its delays. */
const TRANSACTIONS = 29;
/** After which OpenZeppelin's AccessManager lets a changed delay begin. */
const MANAGER_SETBACK_SECONDS = 5 * 86_400;
const NOBODY = Wallet.createRandom().address;
const JSON_TYPE = { 'content-type': 'application/json' };
const MANAGER_ABI = [
  'function hasRole(uint64 role, address account) view returns (bool isMember, uint32 delay)',
  'function getTargetAdminDelay(address target) view returns (uint32)',
  'function getRoleGrantDelay(uint64 role) view returns (uint32)',
  'function canCall(address caller, address target, bytes4 selector) view returns (bool immediate, uint32 delay)',
];

interface Entry {
  readonly kind: bigint;
  readonly status: bigint;
  readonly superior: string;
  readonly office: string;
}

interface Chain {
  readonly anvil: EmbeddedChain;
  readonly url: string;
  readonly provider: JsonRpcProvider;
}

async function startChain(folder: string): Promise<Chain> {
  const anvil = await startAnvil({ folder, port: 0 });
  const provider = new JsonRpcProvider(anvil.url, anvil.chainId, { staticNetwork: true, cacheTimeout: -1 });
  return { anvil, url: anvil.url, provider };
}

/** A node that takes `survivors` transactions, loses the next one's request or the last one's answer, and is gone. */
async function startFlakyNode(target: string, survivors: number, lost: 'request' | 'answer') {
  let sent = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await readText(request);
      if (body.includes('eth_sendRawTransaction')) sent += 1;
      const answer = sent > survivors ? null : await fetch(target, { method: 'POST', headers: JSON_TYPE, body });
      if (answer === null || (lost === 'answer' && sent === survivors)) {
        sent = Number.POSITIVE_INFINITY;
        request.socket.destroy();
        return;
      }
      response.setHeader('content-type', 'application/json').end(await answer.text());
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

async function stopChain({ anvil, provider }: Chain): Promise<void> {
  provider.destroy();
  await anvil.stop();
}

function supervisor(department: string, region: string): Supervisor {
  const [maker, office, head] = [createAddress(), createAddress(), createAddress()];
  return { department, region, maker, office, head };
}

function createAddress(): string {
  return Wallet.createRandom().address;
}

function deployOptions(chain: Chain, dataDir: string, changes: Partial<DeployOptions> = {}): DeployOptions {
  return {
    rpcUrl: chain.url,
    deployerKey: Wallet.createRandom().privateKey,
    governance: Wallet.createRandom().address,
    authority: supervisor(AUTHORITY, '990100'),
    dataDir,
    profile: 'dev',
    ...changes,
  };
}

function contractsOf(deployment: Deployment, chain: Chain) {
  return {
    registry: new Contract(deployment.contracts.DepartmentRegistry, departmentRegistryAbi, chain.provider),
    directory: new Contract(deployment.contracts.Directory, directoryAbi, chain.provider),
  };
}

async function read<Value>(contract: Contract, method: string, ...args: unknown[]): Promise<Value> {
  return (await contract.getFunction(method)(...args)) as Value;
}

/** Two answers as a plain array. */
async function readPair(contract: Contract, method: string, ...args: unknown[]): Promise<unknown[]> {
  return [...(await read<unknown[]>(contract, method, ...args))];
}

async function passTime({ provider }: Chain, seconds: number): Promise<void> {
  await provider.send('evm_increaseTime', [seconds]);
  await provider.send('evm_mine', []);
}

let folder: string;
let chain: Chain;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dxl-deploy-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('deployLedger on a chain without gas price', () => {
  let options: DeployOptions;
  let deployment: Deployment;
  let kept: string;

  beforeAll(async () => {
    kept = await mkdtemp(join(tmpdir(), 'dxl-deploy-kept-'));
    chain = await startChain(join(kept, 'chain'));
    options = deployOptions(chain, join(kept, 'data'));
    deployment = await deployLedger(options);
  });

  afterAll(async () => {
    await stopChain(chain);
    await rm(kept, { recursive: true, force: true });
  });

  it('leaves the deployer without a role, without a listed right and without a balance', async () => {
    const { registry, directory } = contractsOf(deployment, chain);
    const deployer = new Wallet(options.deployerKey).address;
    const manager = new Contract(await read<string>(directory, 'authority'), MANAGER_ABI, chain.provider);
    expect(await read(registry, 'authority')).toBe(await manager.getAddress());
    for (const role of [ADMIN_ROLE, GOVERNANCE_ROLE]) {
      expect(await readPair(manager, 'hasRole', role, deployer)).toEqual([false, 0n]);
      expect(await readPair(manager, 'hasRole', role, options.governance)).toEqual([true, 0n]);
    }
    for (const [contract, method] of [
      [registry, 'admitSupervisor'],
      [registry, 'restoreAccounts'],
      [registry, 'governStatus'],
      [directory, 'list'],
    ] as const) {
      const selector = contract.interface.getFunction(method)!.selector;
      const target = await contract.getAddress();
      expect(await readPair(manager, 'canCall', deployer, target, selector)).toEqual([false, 0n]);
      expect(await readPair(manager, 'canCall', NOBODY, target, selector)).toEqual([false, 0n]);
      expect(await readPair(manager, 'canCall', options.governance, target, selector)).toEqual([true, 0n]);
    }
    expect(await chain.provider.getBalance(deployer)).toBe(0n);
  });

  it('refuses the deployer on chain and lets governance list a contract', async () => {
    const { directory } = contractsOf(deployment, chain);
    const call = [encodeBytes32String('P256'), deployment.verifiers.p256];
    const list = directory.getFunction('list');
    const deployer = new Wallet(options.deployerKey).address;
    await expect(list.staticCall(...call, { from: deployer })).rejects.toMatchObject({
      revert: { name: 'AccessManagedUnauthorized' },
    });
    await expect(list.staticCall(...call, { from: options.governance })).resolves.toBe(1n);
  });

  it('lists the contracts and admits the first authority', async () => {
    const { registry, directory } = contractsOf(deployment, chain);
    for (const name of CONTRACT_NAMES.filter((listed) => listed !== 'Directory')) {
      const listed = await read<string>(directory, 'addressOf', encodeBytes32String(name), 1);
      expect(listed.toLowerCase()).toBe(deployment.contracts[name]);
    }
    const department = await read<Entry>(registry, 'departmentOf', departmentIdToHex(AUTHORITY));
    expect([department.kind, department.status]).toEqual([2n, 1n]);
    expect(department.office).toBe(options.authority.office.toLowerCase());
  });

  it('admits the governments above the authority, each under the one before it', async () => {
    const governments = [supervisor(PROVINCE, '990000'), supervisor(CITY, '990100')];
    const { registry } = contractsOf(await deployLedger(deployOptions(chain, folder, { governments })), chain);
    const superiorOf = async (department: DepartmentId): Promise<string> => {
      const { kind, superior } = await read<Entry>(registry, 'departmentOf', departmentIdToHex(department));
      return `${String(kind)} ${superior}`;
    };
    expect(await superiorOf(PROVINCE)).toBe(`4 0x${'00'.repeat(18)}`);
    expect(await superiorOf(CITY)).toBe(`4 ${departmentIdToHex(PROVINCE)}`);
    expect(await superiorOf(AUTHORITY)).toBe(`2 ${departmentIdToHex(CITY)}`);
    expect(await read(registry, 'governmentOf', departmentIdToHex(AUTHORITY))).toBe(departmentIdToHex(CITY));
  });

  it('sent only type 0 transactions at price zero, none before the start block', async () => {
    const latest = await chain.provider.getBlockNumber();
    expect(deployment.startBlock).toBe(1);
    for (let number = 1; number <= latest; number += 1) {
      const block = await chain.provider.getBlock(number, true);
      for (const transaction of block!.prefetchedTransactions) {
        expect([transaction.type, transaction.gasPrice]).toEqual([0, 0n]);
      }
    }
  });

  it('changes nothing when it runs again', async () => {
    const before = await chain.provider.getBlockNumber();
    await expect(deployLedger(options)).resolves.toEqual(deployment);
    expect(await chain.provider.getBlockNumber()).toBe(before);
  });

  it('finds everything by the journal when the deployment file is lost', async () => {
    const before = await chain.provider.getBlockNumber();
    const text = await readFile(deploymentPath(options.dataDir), 'utf8');
    await rm(deploymentPath(options.dataDir));
    await expect(deployLedger(options)).resolves.toEqual(deployment);
    expect(await chain.provider.getBlockNumber()).toBe(before);
    expect(await readFile(deploymentPath(options.dataDir), 'utf8')).toBe(text);
  });

  it('waits 48 hours between announcing and doing outside the dev profile', async () => {
    const other = deployOptions(chain, join(folder, 'qbft'), { profile: 'qbft' });
    const { registry, directory } = contractsOf(await deployLedger(other), chain);
    const manager = new Contract(await read<string>(directory, 'authority'), MANAGER_ABI, chain.provider);
    for (const role of [ADMIN_ROLE, GOVERNANCE_ROLE]) {
      expect(await readPair(manager, 'hasRole', role, other.governance)).toEqual([true, 172_800n]);
    }
    const { selector } = registry.interface.getFunction('restoreAccounts')!;
    const target = await registry.getAddress();
    expect(await readPair(manager, 'canCall', other.governance, target, selector)).toEqual([false, 172_800n]);
    await passTime(chain, MANAGER_SETBACK_SECONDS);
    for (const contract of [registry, directory]) {
      expect(await read(manager, 'getTargetAdminDelay', await contract.getAddress())).toBe(172_800n);
    }
    for (const role of [ADMIN_ROLE, GOVERNANCE_ROLE]) {
      expect(await read(manager, 'getRoleGrantDelay', role)).toBe(172_800n);
    }
  });

  it('refuses a data folder of another chain', async () => {
    const text = await readFile(deploymentPath(options.dataDir), 'utf8');
    const dataDir = join(kept, 'foreign');
    const foreign = { ...(JSON.parse(text) as Deployment), genesisHash: `0x${'12'.repeat(32)}` };
    await deployLedger(deployOptions(chain, dataDir));
    await writeFile(deploymentPath(dataDir), JSON.stringify(foreign));
    await expect(deployLedger(deployOptions(chain, dataDir))).rejects.toMatchObject({
      code: 'DEPLOYMENT_MISMATCH',
      details: { what: 'genesisHash' },
    });
  });

  it.each([
    ['governance', { governance: '0x12' }],
    ['deployerKey', { deployerKey: 'secret' }],
    ['rpcUrl', { rpcUrl: '' }],
    ['profile', { profile: 'prod' as 'dev' }],
  ])('refuses a wrong %s before it sends anything', async (path, changes) => {
    await expect(deployLedger(deployOptions(chain, folder, changes))).rejects.toMatchObject({
      code: 'DEPLOYMENT_INVALID',
      details: { path },
    });
  });

  it('refuses to hand the rights to the deployer itself', async () => {
    const wallet = Wallet.createRandom();
    const same = deployOptions(chain, folder, { deployerKey: wallet.privateKey, governance: wallet.address });
    await expect(deployLedger(same)).rejects.toMatchObject({
      code: 'DEPLOYMENT_INVALID',
      details: { rule: 'DEPLOYER' },
    });
  });
});

describe('deployLedger after the chain lost its state', () => {
  it('deploys anew on a new chain, and never continues the journal of the old one', async () => {
    const first = await startChain(join(folder, 'first'));
    const options = deployOptions(first, join(folder, 'data'));
    await deployLedger(options);
    await stopChain(first);
    const second = await startChain(join(folder, 'second'));
    try {
      await expect(deployLedger({ ...options, rpcUrl: second.url })).rejects.toMatchObject({
        code: 'DEPLOYMENT_MISMATCH',
      });
      await rm(deploymentPath(options.dataDir));
      await deployLedger({ ...options, rpcUrl: second.url });
      expect(await second.provider.getBlockNumber()).toBeGreaterThan(0);
    } finally {
      await stopChain(second);
    }
  });

  it('begins anew when the chain lost a deployment that nobody was told of', async () => {
    const home = await startChain(join(folder, 'chain'));
    try {
      const empty: unknown = await home.provider.send('evm_snapshot', []);
      const options = deployOptions(home, join(folder, 'data'));
      const crash = new Error('killed');
      await expect(deployLedger(options, () => Promise.reject(crash))).rejects.toBe(crash);
      await home.provider.send('evm_revert', [empty]);
      expect(await home.provider.getBlockNumber()).toBe(0);

      const deployment = await deployLedger(options);
      expect(deployment.startBlock).toBe(1);
      expect(await home.provider.getBlockNumber()).toBe(TRANSACTIONS);
    } finally {
      await stopChain(home);
    }
  });
});

describe('deployLedger after an interruption', () => {
  it.each([
    ['request', 0],
    ['request', 6],
    ['request', 26],
    ['answer', 1],
    ['answer', 16],
    ['answer', 27],
  ] as const)('continues after the %s of a transaction was lost, %i being through', async (lost, survivors) => {
    const home = await startChain(join(folder, 'chain'));
    const flaky = await startFlakyNode(home.url, survivors, lost);
    try {
      const options = deployOptions(home, join(folder, 'data'));
      await expect(deployLedger({ ...options, rpcUrl: flaky.url })).rejects.toThrow();
      expect(await home.provider.getBlockNumber()).toBe(survivors);

      const deployment = await deployLedger(options);
      expect(deployment.startBlock).toBe(1);
      // Each transaction has a block of its own: none was sent twice.
      expect(await home.provider.getBlockNumber()).toBe(TRANSACTIONS);
    } finally {
      await flaky.stop();
      await stopChain(home);
    }
  });
});

describe('the command', () => {
  const run = promisify(execFile);
  const script = join(import.meta.dirname, '../../scripts/deploy.ts');

  it('explains itself', async () => {
    const { stdout } = await run(process.execPath, [script, '--help']);
    expect(stdout).toContain('--deployer-key-file');
  });

  it('ends with 1 and a code when nobody answers', async () => {
    const keyFile = join(folder, 'key');
    await writeFile(keyFile, `${Wallet.createRandom().privateKey}\n`);
    const account = Wallet.createRandom().address;
    const options = {
      'rpc-url': 'http://127.0.0.1:1',
      'deployer-key-file': keyFile,
      governance: account,
      authority: AUTHORITY,
      region: '990100',
      maker: createAddress(),
      office: createAddress(),
      head: createAddress(),
      government: [CITY, '990100', createAddress(), createAddress(), createAddress()].join(','),
      'data-dir': folder,
      profile: 'dev',
    };
    const parameters = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    await expect(run(process.execPath, [script, ...parameters])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('CHAIN_UNREACHABLE') as string,
    });
  });

  it('ends with 2 when options are missing', async () => {
    await expect(run(process.execPath, [script, '--profile', 'dev'])).rejects.toMatchObject({ code: 2 });
  });
});
