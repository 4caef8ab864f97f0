import { hexlify, Interface, Signature } from 'ethers';
import { z } from 'zod';

import type { Deployment } from '../../ledger/deployment.ts';
import type { GatewayKeyId } from '../../ledger/ids.ts';
import { treeHeadDigest } from '../../ledger/log/head-signature.ts';
import type { ReceiptLogPlace } from '../../ledger/log/head-signature.ts';
import type { OutboxWorker } from '../chain/outbox-worker.ts';
import { RpcError } from '../chain/rpc.ts';
import type { Rpc } from '../chain/rpc.ts';
import type { OutboxStore } from '../stores/outbox-store.ts';
import type { AnchorCall, AnchorChain, AnchoredLog } from './anchor-worker.ts';

const receiptLog = new Interface([
  'function gatewayOf(bytes32) view returns ((uint8 status, bytes18 operator, address account, bytes32 publicKey))',
  'function headOf(bytes32) view returns (uint64 size, bytes32 root, uint64 anchoredAt)',
  'function anchor(bytes32 gateway, uint64 size, bytes32 root, bytes32[] proof, (bytes32 r, bytes32 vs) signature)',
]);
/** By the numbers of `GatewayStatus`. */
const STATUSES = ['none', 'active', 'retired', 'equivocated'] as const;
/** How long a pass waits for the chain to answer an anchor; it is carried on after that too. */
const SETTLE_MS = 15_000;

export interface LedgerLogOptions {
  readonly deployment: Deployment;
  readonly rpc: Rpc;
  readonly outbox: OutboxStore;
  readonly worker: OutboxWorker;
}

/** Where the heads of this ledger are signed for. */
export function placeOf({ chainId, contracts }: Deployment): ReceiptLogPlace {
  return { chainId, verifyingContract: contracts.ReceiptLog };
}

/** `ReceiptLog` behind a node, whose word it takes: what it anchors is checked by the contract and by verifiers. */
export class LedgerLog implements AnchorChain {
  readonly #options: LedgerLogOptions;

  constructor(options: LedgerLogOptions) {
    this.#options = options;
  }

  async read(gateway: GatewayKeyId): Promise<AnchoredLog> {
    const [of, head] = await Promise.all([this.#call('gatewayOf', gateway), this.#call('headOf', gateway)]);
    try {
      const [[status]] = z.tuple([z.tuple([z.bigint()], z.unknown())]).parse(of);
      const [size, root] = z.tuple([z.bigint(), z.string()], z.unknown()).parse(head);
      const named = STATUSES[Number(status)];
      if (named !== undefined) {
        return { status: named, head: { size: Number(size), root: Buffer.from(root.slice(2), 'hex') } };
      }
    } catch {
      // Told below, as for a status of no gateway.
    }
    throw new RpcError('RPC_MALFORMED', 'The node gave a gateway that cannot be read');
  }

  async carry({ head, proof, signature }: AnchorCall): Promise<void> {
    const { deployment, outbox, worker } = this.#options;
    const { r, yParityAndS: vs } = Signature.from(hexlify(signature));
    const hashes = proof.map((hash) => hexlify(hash));
    const values = [head.gateway, head.size, hexlify(head.root), hashes, { r, vs }];
    const data = receiptLog.encodeFunctionData('anchor', values);
    const target = deployment.contracts.ReceiptLog;
    const digest = treeHeadDigest(placeOf(deployment), head);
    const { row } = await outbox.enqueue({ target, data, digest }, null, Date.now());
    worker.wake();
    await worker.settled(row.id, SETTLE_MS);
  }

  async #call(method: 'gatewayOf' | 'headOf', gateway: GatewayKeyId): Promise<unknown> {
    const { deployment, rpc } = this.#options;
    const data = receiptLog.encodeFunctionData(method, [gateway]);
    const answer = await rpc.request('eth_call', [{ to: deployment.contracts.ReceiptLog, data }, 'latest']);
    if (typeof answer !== 'string') throw new RpcError('RPC_MALFORMED', 'The node gave no gateway');
    try {
      return receiptLog.decodeFunctionResult(method, answer).toArray(true);
    } catch {
      throw new RpcError('RPC_MALFORMED', 'The node gave a gateway that cannot be read');
    }
  }
}
