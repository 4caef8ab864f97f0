import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Transaction, type Wallet } from 'ethers';

import { NodeClient } from '../../../gateway/chain/node-client.ts';
import { RpcError, type Rpc } from '../../../gateway/chain/rpc.ts';
import type { OutboxCall } from '../../../gateway/stores/outbox-row.ts';
import { type RunningAnvil, spawnAnvil } from '../../../scripts/embedded/anvil-process.ts';
import { callChain } from '../../../scripts/embedded/json-rpc.ts';
import { makeHash } from '../stores/store-factory.ts';

/**
 * A contract that takes an act once, like those of the ledger: calldata is the act's id and, if not zero, the id that
 * must have been taken before. Taken twice it reverts with the id, too early with nothing; else it logs the id.
 */
export const TAKER = `0x${'7a'.repeat(20)}`;
const TAKER_CODE = '0x602035801590541760105760006000fd5b60003580546023576001815560006000a1005b60005260206000fd';
/** Never ends, so that no node can say what it costs. */
export const LOOPER = `0x${'7b'.repeat(20)}`;
const LOOPER_CODE = '0x5b600056';

export function makeAct(name: string, after: string | null = null): OutboxCall {
  const required = after === null ? '00'.repeat(32) : makeHash(after).slice(2);
  return { target: TAKER, data: `${makeHash(name)}${required}`, digest: makeHash(name) };
}

/** An anvil that can lose its tail as a machine does: killed, and started again from an older state file. */
export class OutboxChain {
  readonly #folder = mkdtempSync(join(tmpdir(), 'dxl-outbox-'));
  #anvil: RunningAnvil | null = null;
  #nodes: NodeClient[] = [];
  #port = 0;

  static async start(): Promise<OutboxChain> {
    const chain = new OutboxChain();
    await chain.boot(null);
    await chain.rpc('anvil_setCode', [TAKER, TAKER_CODE]);
    await chain.rpc('anvil_setCode', [LOOPER, LOOPER_CODE]);
    return chain;
  }

  get webSocketUrl(): string {
    return `ws://127.0.0.1:${String(this.#port)}`;
  }

  async rpc(method: string, params: readonly unknown[] = []): Promise<unknown> {
    return await callChain(`http://127.0.0.1:${String(this.#port)}`, method, [...params]);
  }

  connect(): NodeClient {
    const node = new NodeClient({ url: this.webSocketUrl, timeoutMs: 5_000 });
    this.#nodes.push(node);
    return node;
  }

  /** Ends the chain in good order, which writes its state, and starts it again with that state. */
  async save(): Promise<string> {
    const child = this.#anvil!.child;
    child.kill('SIGTERM');
    await once(child, 'exit');
    const saved = join(this.#folder, 'saved.json');
    copyFileSync(join(this.#folder, 'state.json'), saved);
    await this.boot(saved);
    return saved;
  }

  async kill(): Promise<void> {
    const child = this.#anvil!.child;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async boot(state: string | null): Promise<void> {
    const anvil = await spawnAnvil(this.#port, state, join(this.#folder, 'state.json'));
    if (typeof anvil === 'string') throw new TypeError(`anvil refused: ${anvil}`);
    process.once('exit', () => anvil.child.kill('SIGKILL'));
    this.#anvil = anvil;
    this.#port = anvil.port;
  }

  /** Ids that the contract took, in the order of the chain. */
  async taken(): Promise<readonly string[]> {
    const logs = (await this.rpc('eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest', address: TAKER }])) as {
      topics: string[];
    }[];
    return logs.map(({ topics }) => topics[0]!);
  }

  /** Uses the nonce of a key for something else. */
  async takeNonce(wallet: Wallet, nonce: number): Promise<void> {
    const fields = { type: 0, chainId: 20_990, nonce, gasPrice: 0, gasLimit: 21_000, to: wallet.address };
    await this.rpc('eth_sendRawTransaction', [await wallet.signTransaction(fields)]);
  }

  async stop(): Promise<void> {
    for (const node of this.#nodes) node.close();
    if (this.#anvil?.child.exitCode === null) await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Remembers which bytes were sent for each nonce; `lose` says which sends never reach the node, `refuse` which calldata
 * it cannot estimate now.
 */
export class SentBytes implements Rpc {
  readonly byNonce = new Map<number, Set<string>>();
  readonly #rpc: Rpc;
  lose: (nonce: number) => boolean = () => false;
  refuse: (data: string) => boolean = () => false;
  refused = 0;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  async request(method: string, params: readonly unknown[]): Promise<unknown> {
    if (method === 'eth_estimateGas' && this.refuse((params[0] as { data: string }).data)) {
      this.refused += 1;
      throw new RpcError('RPC_ERROR', 'Header not found', { nodeCode: -32_000 });
    }
    if (method !== 'eth_sendRawTransaction') return await this.#rpc.request(method, params);
    const raw = String(params[0]);
    const { nonce } = Transaction.from(raw);
    if (this.lose(nonce)) return Transaction.from(raw).hash;
    this.byNonce.set(nonce, (this.byNonce.get(nonce) ?? new Set()).add(raw));
    return await this.#rpc.request(method, params);
  }

  /** Nonces for which different bytes were sent: must be none. */
  get rewritten(): readonly number[] {
    return [...this.byNonce].filter(([, raws]) => raws.size > 1).map(([nonce]) => nonce);
  }
}
