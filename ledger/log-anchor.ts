import { getBytes, Signature } from 'ethers';
import { z } from 'zod';

import { type ActTypedData, actDomain } from './acts/act-digest.ts';
import { CONTRACT_INTERFACES } from './acts/contract-interfaces.ts';
import type { ActCall } from './acts/encode-act-call.ts';
import type { Deployment } from './deployment.ts';
import type { Bytes32, GatewayId } from './ids.ts';
import { type ReceiptLogPlace, TREE_HEAD_TYPES, treeHeadDigest } from './log/head-signature.ts';

/** A head as the account of its gateway signs it for the contract `ReceiptLog`. `size`: receipts in the log. */
export interface AnchoredHead {
  readonly gateway: GatewayId;
  readonly size: number;
  readonly root: Bytes32;
}

/** What the contract keeps of a head: size 0 and zeros before the first. */
export interface HeadOnChain {
  readonly size: number;
  /** The first 27 bytes of the root, for which one slot has room beside the size. */
  readonly rootPrefix: Uint8Array;
}

/** Two heads of one size, each with what the gateway's account signed. */
export interface Equivocation {
  readonly head: AnchoredHead;
  readonly signature: string;
  readonly otherRoot: Bytes32;
  readonly otherSignature: string;
}

const LOG = CONTRACT_INTERFACES.ReceiptLog;
const headSchema = z.tuple([z.bigint(), z.string()]);

/** The EIP-712 typed data of a head, for the gateway's account to sign. */
export function treeHeadTypedData(deployment: Deployment, { gateway, size, root }: AnchoredHead): ActTypedData {
  const types = { TreeHead: [...TREE_HEAD_TYPES.TreeHead] };
  return { domain: actDomain(deployment, 'ReceiptLog'), types, value: { gateway, size, root } };
}

/** What the gateway's account signs. */
export function anchoredHeadDigest(deployment: Deployment, { gateway, size, root }: AnchoredHead): Bytes32 {
  return treeHeadDigest(receiptLogPlace(deployment), { gateway, size, root: getBytes(root) });
}

/** Where the heads of this ledger are signed for. */
export function receiptLogPlace({ chainId, contracts }: Deployment): ReceiptLogPlace {
  return { chainId, verifyingContract: contracts.ReceiptLog };
}

/**
 * The call that replaces the head of a log; anyone may send it.
 * @param path from the head on chain, see `consistencyPath`; empty for the first head
 * @param signature of the gateway's account over the head, 65 bytes, or 64 as EIP-2098 has them; hex
 */
export function encodeAnchorCall(
  deployment: Deployment,
  { gateway, size, root }: AnchoredHead,
  path: readonly Bytes32[],
  signature: string,
): ActCall {
  const data = LOG.encodeFunctionData('anchor', [gateway, size, root, path, compact(signature)]);
  return { to: deployment.contracts.ReceiptLog, data };
}

/** The call that shows that a gateway signed two logs; anyone may send it. */
export function encodeProveEquivocationCall(
  deployment: Deployment,
  { head: { gateway, size, root }, signature, otherRoot, otherSignature }: Equivocation,
): ActCall {
  const values = [gateway, size, root, compact(signature), otherRoot, compact(otherSignature)];
  return { to: deployment.contracts.ReceiptLog, data: LOG.encodeFunctionData('proveEquivocation', values) };
}

/** The call that reads the head of a gateway's log; see {@link decodeHeadOf}. */
export function encodeHeadOfCall(deployment: Deployment, gateway: GatewayId): ActCall {
  return { to: deployment.contracts.ReceiptLog, data: LOG.encodeFunctionData('headOf', [gateway]) };
}

/** What a node answered to {@link encodeHeadOfCall}; null if it is no such answer. */
export function decodeHeadOf(answer: string): HeadOnChain | null {
  try {
    const decoded: unknown = LOG.decodeFunctionResult('headOf', answer).toArray();
    const [size, rootPrefix] = headSchema.parse(decoded);
    // The contract keeps sizes below 2^40.
    return { size: Number(size), rootPrefix: getBytes(rootPrefix) };
  } catch {
    return null;
  }
}

function compact(signature: string): { r: string; vs: string } {
  const { r, yParityAndS } = Signature.from(signature);
  return { r, vs: yParityAndS };
}
