import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { AbiCoder, concat, Interface, Wallet } from 'ethers';

import { departmentRegistryAbi, directoryAbi } from '../../ledger/__generated__/abi.ts';
import { departmentAccountBytecode } from '../../ledger/__generated__/bytecode.ts';
import { type Act, ACTS, type ActName } from '../../ledger/acts/act-definitions.ts';
import { chainTuple } from '../../ledger/acts/chain-form.ts';
import { decodeRevert } from '../../ledger/acts/decode-revert.ts';
import { type ActCall, encodeActCall } from '../../ledger/acts/encode-act-call.ts';
import { CONTRACT_NAMES, type Deployment, type HistoryHeads } from '../../ledger/deployment.ts';
import type { RawLog } from '../../ledger/events.ts';
import type { AccountsRestoration, StatusOrder } from '../../ledger/events/governance-orders.ts';
import { type Bytes32, departmentIdToHex, parseBytes32 } from '../../ledger/ids.ts';
import { deployLedger, type Supervisor } from '../../scripts/deploy.ts';
import { DEV_CHAIN_ID, spawnAnvil } from '../../scripts/embedded/anvil-process.ts';
import { callChain } from '../../scripts/embedded/json-rpc.ts';
import { calendarYear, registration } from './act-factory.ts';
import { type Actor, actor, type ActorAccounts, officersSigner, signAct, type Signer, walletSigner } from './actors.ts';
import { CALENDAR_YEARS, testYearDays } from './test-years.ts';

/** Far more than any act costs; gas is free. */
const GAS_LIMIT = '0x7a1200';
const directory = new Interface(directoryAbi);
const registry = new Interface(departmentRegistryAbi);

/** A contract refused; `name` and `args` are those of its custom error. */
export class RevertError extends Error {
  readonly errorName: string;
  readonly args: Readonly<Record<string, string>>;

  constructor(data: string) {
    const revert = decodeRevert(data);
    super(`reverted with ${revert?.name ?? data}`);
    this.errorName = revert?.name ?? 'UNKNOWN';
    this.args = revert?.args ?? {};
  }
}

export interface Recorded {
  readonly transactionHash: Bytes32;
  readonly blockNumber: number;
  readonly blockHash: Bytes32;
}

export interface BlockFacts {
  readonly number: number;
  readonly hash: Bytes32;
  readonly parentHash: Bytes32;
  readonly timestamp: number;
}

type Facts = Pick<LedgerChain, 'url' | 'pid' | 'dataDir' | 'deployment' | 'authority' | 'government' | 'governance'> & {
  readonly kill: () => void;
};

/** PUSH4 magic PUSH1 0xe0 SHL PUSH0 MSTORE PUSH1 0x20 PUSH0 RETURN */
const answers = (magic: string): string => `63${magic}60e01b5f5260205ff3`;
/** Of one officer by `getSigners`, and one by `threshold`; to longer calls it jumps to what stands behind. */
const NAMES_AN_OFFICER =
  '36606410604d5736600410601857600160005260206000f35b602060005260016020526020604052601460605273' +
  `${'11'.repeat(20)}60601b60805260a06000f3`;
const CREDULOUS = {
  verifier: { code: answers('024ad318'), key: '0123' },
  account: { code: answers('1626ba7e'), key: '' },
  officers: { code: `${NAMES_AN_OFFICER}5b${answers('1626ba7e')}`, key: '' },
};

/** A real chain with the ledger on it, on a free port of 127.0.0.1. `await using` or `stop` ends it. */
export class LedgerChain {
  readonly url: string;
  readonly webSocketUrl: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly deployment: Deployment;
  /** The first authority, whose accounts are wallets. */
  readonly authority: Actor;
  /** The government above it. */
  readonly government: Actor;
  /** Holds the administrative rights; sends with `sendFrom`. */
  readonly governance: Wallet;
  readonly #relayer: Wallet = new Wallet(Wallet.createRandom().privateKey);
  readonly #kill: () => void;
  #stopped = false;

  private constructor(facts: Facts) {
    this.#kill = facts.kill;
    this.url = facts.url;
    this.webSocketUrl = facts.url.replace('http:', 'ws:');
    this.pid = facts.pid;
    this.dataDir = facts.dataDir;
    this.deployment = facts.deployment;
    this.authority = facts.authority;
    this.government = facts.government;
    this.governance = facts.governance;
  }

  /**
   * @param options.calendar the years that are set; all that a deadline of a test can reach by default
   * @param options.genesisTime Unix seconds at which the chain's clock begins; now by default
   */
  static async start({ calendar = CALENDAR_YEARS, genesisTime = null }: ChainOptions = {}): Promise<LedgerChain> {
    const dataDir = await mkdtemp(join(tmpdir(), 'dxl-chain-'));
    const anvil = await spawnAnvil(0, null, join(dataDir, 'state.json'), genesisTime);
    if (typeof anvil === 'string') throw new TypeError(`anvil refused: ${anvil}`);
    // A test that dies must not leave a chain behind.
    const kill = (): void => {
      anvil.child.kill('SIGKILL');
    };
    process.once('exit', kill);
    const url = `http://127.0.0.1:${String(anvil.port)}`;
    const government = actor('CG');
    const authority = actor('SH', { superior: government.id });
    const governance = new Wallet(Wallet.createRandom().privateKey);
    const deployment = await deployLedger({
      rpcUrl: url,
      deployerKey: Wallet.createRandom().privateKey,
      governance: governance.address,
      authority: supervisor(authority),
      governments: [supervisor(government)],
      dataDir,
      profile: 'dev',
    });
    const chain = new LedgerChain({
      url,
      pid: anvil.pid,
      dataDir,
      deployment,
      authority,
      government,
      governance,
      kill,
    });
    for (const year of calendar) await chain.setCalendarYear(year);
    return chain;
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    process.off('exit', this.#kill);
    this.#kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async rpc(method: string, params: readonly unknown[]): Promise<unknown> {
    return await callChain(this.url, method, [...params]);
  }

  /**
   * Signs an act as `by`, a joint act as `other` too, and carries it. Throws RevertError if the contract refuses.
   */
  async record<Name extends ActName>(name: Name, act: Act<Name>, by: Actor, other?: Actor): Promise<Recorded> {
    return await this.carry(name, act, signAct(this.deployment, name, act, by, other));
  }

  /** Carries an act under signatures made elsewhere. Throws RevertError if the contract refuses. */
  async carry<Name extends ActName>(name: Name, act: Act<Name>, signatures: readonly string[]): Promise<Recorded> {
    return await this.send(encodeActCall(this.deployment, name, act, signatures));
  }

  /** Carries a call that anybody may send. Throws RevertError if the contract refuses. */
  async send(call: ActCall): Promise<Recorded> {
    return await this.sendFrom(this.#relayer, call);
  }

  /** The authority enters the working days of a year. */
  async setCalendarYear(year: number): Promise<void> {
    await this.record('setCalendarYear', calendarYear(this.authority, year, testYearDays(year)), this.authority);
  }

  /** What governance alone may order; nobody signs it. */
  async order(method: 'restoreAccounts', order: AccountsRestoration): Promise<Recorded>;
  async order(method: 'governStatus', order: StatusOrder): Promise<Recorded>;
  async order(method: string, order: AccountsRestoration | StatusOrder): Promise<Recorded> {
    const data = registry.encodeFunctionData(method, [{ ...order, department: departmentIdToHex(order.department) }]);
    return await this.sendFrom(this.governance, { to: this.deployment.contracts.DepartmentRegistry, data });
  }

  /** Governance admits an authority or a government. */
  async admit(supervised: Actor): Promise<Recorded> {
    const act = { ...registration(supervised, supervised), nonce: 0n, expiresAt: 0 };
    const tuple = chainTuple(ACTS.registerDepartment.schema, act);
    const data = registry.encodeFunctionData('admitSupervisor', [tuple]);
    return await this.sendFrom(this.governance, { to: this.deployment.contracts.DepartmentRegistry, data });
  }

  /** The next block is `seconds` later than it would be. */
  async passTime(seconds: number): Promise<void> {
    await this.rpc('evm_increaseTime', [seconds]);
    await this.rpc('evm_mine', []);
  }

  /** Sends a call (`to` null creates a contract), first asking whether it would revert. */
  async sendFrom(wallet: Wallet, call: Omit<ActCall, 'to'> & { readonly to: string | null }): Promise<Recorded> {
    await this.simulate(wallet.address, call);
    const transactionHash = await this.submitFrom(wallet, call);
    return await this.#awaitReceipt(transactionHash);
  }

  /** Signs and sends without waiting, so that several calls can share a block while automatic mining is off. */
  async submitFrom(wallet: Wallet, call: { readonly to: string | null; readonly data: string }): Promise<Bytes32> {
    const nonce = Number(await this.rpc('eth_getTransactionCount', [wallet.address, 'pending']));
    const fields = { type: 0, chainId: DEV_CHAIN_ID, gasLimit: GAS_LIMIT, gasPrice: 0, nonce, ...call };
    return parseBytes32(await this.rpc('eth_sendRawTransaction', [await wallet.signTransaction(fields)]));
  }

  /** Throws RevertError if the call would revert now. */
  async simulate(from: string, call: { readonly to: string | null; readonly data: string }): Promise<string> {
    const to = call.to === null ? {} : { to: call.to };
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'eth_call',
        params: [{ from, ...to, data: call.data, gas: GAS_LIMIT }, 'latest'],
      }),
    });
    const answer = (await response.json()) as { result?: string; error?: { data?: string } };
    if (answer.result === undefined) throw new RevertError(answer.error?.data ?? '0x');
    return answer.result;
  }

  /** Several calls in one block, in this order. */
  async sendTogether(calls: readonly ActCall[]): Promise<void> {
    await this.rpc('evm_setAutomine', [false]);
    try {
      for (const call of calls) await this.submitFrom(this.#relayer, call);
      await this.rpc('evm_mine', []);
    } finally {
      await this.rpc('evm_setAutomine', [true]);
    }
  }

  /** A `DepartmentAccount` of `officers` with `threshold`; the signer answers for those in `signing`. */
  async deployOfficers(officers: readonly Signer[], threshold: number, signing: readonly Signer[]): Promise<Signer> {
    const parameters = [officers.map(({ account }) => account), threshold];
    const encoded = AbiCoder.defaultAbiCoder().encode(['bytes[]', 'uint64'], parameters);
    const { transactionHash } = await this.sendFrom(this.#relayer, {
      to: null,
      data: concat([departmentAccountBytecode, encoded]),
    });
    const receipt = (await this.rpc('eth_getTransactionReceipt', [transactionHash])) as { contractAddress: string };
    return officersSigner(receipt.contractAddress, signing);
  }

  /**
   * A contract that takes every signature: a verifier of keys (ERC-7913) with one of its keys, an account (ERC-1271), or
   * an account that says to have officers.
   */
  async placeCredulous(kind: keyof typeof CREDULOUS): Promise<Signer> {
    const { code, key } = CREDULOUS[kind];
    const account = Wallet.createRandom().address.toLowerCase();
    await this.rpc('anvil_setCode', [account, `0x${code}`]);
    return { account: `${account}${key}`, sign: () => '0x1234' };
  }

  /** A department entered by the first authority, by default with fresh wallets. */
  async register(key: Parameters<typeof actor>[0], accounts: Partial<ActorAccounts> = {}): Promise<Actor> {
    const department = actor(key, { ...accounts, superior: this.authority.superior });
    await this.record('registerDepartment', registration(this.authority, department), this.authority);
    return department;
  }

  async block(tag: number | 'latest' = 'latest'): Promise<BlockFacts> {
    const parameter = tag === 'latest' ? tag : `0x${tag.toString(16)}`;
    const block = (await this.rpc('eth_getBlockByNumber', [parameter, false])) as Record<string, string>;
    return {
      number: Number(block['number']),
      hash: parseBytes32(block['hash']),
      parentHash: parseBytes32(block['parentHash']),
      timestamp: Number(block['timestamp']),
    };
  }

  /** All logs of the ledger's contracts in chain order, by default since the deployment. */
  async logs(fromBlock: number = this.deployment.startBlock, toBlock?: number): Promise<RawLog[]> {
    const filter = {
      fromBlock: `0x${fromBlock.toString(16)}`,
      toBlock: toBlock === undefined ? 'latest' : `0x${toBlock.toString(16)}`,
      address: Object.values(this.deployment.contracts),
    };
    const logs = (await this.rpc('eth_getLogs', [filter])) as Record<string, string>[];
    return logs.map((log) => ({
      address: String(log['address']),
      topics: log['topics'] as unknown as string[],
      data: String(log['data']),
      blockNumber: Number(log['blockNumber']),
      blockHash: String(log['blockHash']),
      logIndex: Number(log['logIndex']),
      transactionHash: String(log['transactionHash']),
    }));
  }

  /** What `Directory.headsOf` answers at a block. */
  async heads(blockHash: Bytes32): Promise<HistoryHeads> {
    const { contracts } = this.deployment;
    const others = CONTRACT_NAMES.filter((name) => name !== 'Directory');
    const data = directory.encodeFunctionData('headsOf', [others.map((name) => contracts[name])]);
    const answer = String(await this.rpc('eth_call', [{ to: contracts.Directory, data }, { blockHash }]));
    const [rows] = directory.decodeFunctionResult('headsOf', answer) as unknown as [{ seq: bigint; head: string }[]];
    const entries = ['Directory', ...others].map((name, index) => [
      name,
      { seq: Number(rows[index]?.seq), head: parseBytes32(rows[index]?.head) },
    ]);
    return Object.fromEntries(entries) as HistoryHeads;
  }

  async #awaitReceipt(transactionHash: Bytes32): Promise<Recorded> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const receipt = (await this.rpc('eth_getTransactionReceipt', [transactionHash])) as Record<string, string> | null;
      if (receipt !== null) {
        if (receipt['status'] !== '0x1') throw new RevertError('0x');
        const blockHash = parseBytes32(receipt['blockHash']);
        return { transactionHash, blockNumber: Number(receipt['blockNumber']), blockHash };
      }
      await sleep(10);
    }
    throw new RevertError('0x');
  }
}

export interface ChainOptions {
  readonly calendar?: readonly number[];
  readonly genesisTime?: number | null;
}

function supervisor({ id, region, maker, office, head }: Actor): Supervisor {
  return { department: id, region, maker: maker.account, office: office.account, head: head.account };
}

/** Fresh wallets as officers. */
export function officers(count: number): Signer[] {
  return Array.from({ length: count }, () => walletSigner());
}
