import { Signature, TypedDataEncoder } from 'ethers';
import { z } from 'zod';

import { type ActTypedData, actDomain } from './acts/act-digest.ts';
import { CONTRACT_INTERFACES } from './acts/contract-interfaces.ts';
import type { ActCall } from './acts/encode-act-call.ts';
import type { Deployment } from './deployment.ts';
import { type Bytes32, type GatewayId, parseBytes32 } from './ids.ts';

/** A head as the account of its gateway signs it for the contract `ReceiptLog`. `size`: receipts in the log. */
export interface AnchoredHead {
  readonly gateway: GatewayId;
  readonly size: number;
  readonly root: Bytes32;
}

/** The head that the contract holds: size 0 and the zero root before the first. `anchoredAt`: Unix seconds. */
export interface HeadOnChain {
  readonly size: number;
  readonly root: Bytes32;
  readonly anchoredAt: number;
}

/** Two heads of one size, each with what the gateway's account signed. */
export interface Equivocation {
  readonly head: AnchoredHead;
  readonly signature: string;
  readonly otherRoot: Bytes32;
  readonly otherSignature: string;
}

const TREE_HEAD = {
  TreeHead: [
    { name: 'gateway', type: 'bytes32' },
    { name: 'size', type: 'uint64' },
    { name: 'root', type: 'bytes32' },
  ],
};
const LOG = CONTRACT_INTERFACES.ReceiptLog;
const headSchema = z.tuple([z.bigint(), z.string(), z.bigint()]);

/** The EIP-712 typed data of a head, for the gateway's account to sign. */
export function treeHeadTypedData(deployment: Deployment, { gateway, size, root }: AnchoredHead): ActTypedData {
  return { domain: actDomain(deployment, 'ReceiptLog'), types: TREE_HEAD, value: { gateway, size, root } };
}

/** What the gateway's account signs. */
export function treeHeadDigest(deployment: Deployment, head: AnchoredHead): Bytes32 {
  const { domain, types, value } = treeHeadTypedData(deployment, head);
  return parseBytes32(TypedDataEncoder.hash(domain, types, value));
}

/**
 * The call that replaces the head of a log; anyone may send it.
 * @param proof consistency proof from the head on chain (RFC 9162 section 2.1.4.1); empty for the first head
 * @param signature of the gateway's account over the head, 65 bytes, or 64 as EIP-2098 has them; hex
 */
export function encodeAnchorCall(
  deployment: Deployment,
  { gateway, size, root }: AnchoredHead,
  proof: readonly Bytes32[],
  signature: string,
): ActCall {
  const data = LOG.encodeFunctionData('anchor', [gateway, size, root, proof, compact(signature)]);
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
    const [size, root, anchoredAt] = headSchema.parse(decoded);
    // The contract keeps sizes below 2^48 and times below 2^40.
    return { size: Number(size), root: parseBytes32(root), anchoredAt: Number(anchoredAt) };
  } catch {
    return null;
  }
}

function compact(signature: string): { r: string; vs: string } {
  const { r, yParityAndS } = Signature.from(signature);
  return { r, vs: yParityAndS };
}
