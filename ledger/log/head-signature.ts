import { hexlify, recoverAddress, type SigningKey, TypedDataEncoder, type TypedDataField } from 'ethers';

import { LedgerError } from '../errors.ts';
import { type Bytes32, type GatewayId, parseBytes32 } from '../ids.ts';
import { gatewayOfOrigin, logOrigin, parseCheckpoint } from './checkpoint.ts';
import type { TreeHead } from './merkle-tree.ts';
import { noteKeyId, SIGNATURE_TYPES, type NoteSignature, type NoteVerifier } from './signed-note.ts';

/** Where the contract `ReceiptLog` is; a tree head that is signed for one ledger says nothing on another. */
export interface ReceiptLogPlace {
  readonly chainId: number;
  readonly verifyingContract: string;
}

export interface GatewayTreeHead extends TreeHead {
  readonly gateway: GatewayId;
}

const SIGNATURE_BYTES = 65;
const S_OFFSET = 32;
const V_OFFSET = 64;
/** n / 2 of secp256k1, rounded down: above it is the second signature that everybody can make of the first. */
const HALF_ORDER = Buffer.from('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0', 'hex');
const RECOVERY_IDS: readonly (number | undefined)[] = [27, 28];
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const KEY_TYPE = Buffer.from('dxl/tree-head');
const TREE_HEAD_TYPES: Record<string, TypedDataField[]> = {
  TreeHead: [
    { name: 'gateway', type: 'bytes32' },
    { name: 'size', type: 'uint64' },
    { name: 'root', type: 'bytes32' },
  ],
};

/** The EIP-712 digest that a gateway's account signs, and `ReceiptLog` checks when the head is anchored. */
export function treeHeadDigest(place: ReceiptLogPlace, { gateway, size, root }: GatewayTreeHead): Bytes32 {
  const domain = { name: 'ReceiptLog', version: '1', ...place };
  return parseBytes32(TypedDataEncoder.hash(domain, TREE_HEAD_TYPES, { gateway, size, root: hexlify(root) }));
}

/** r, s and v: 65 bytes. */
export function signTreeHead(place: ReceiptLogPlace, head: GatewayTreeHead, key: SigningKey): Uint8Array {
  return Buffer.from(key.sign(treeHeadDigest(place, head)).serialized.slice(2), 'hex');
}

/**
 * The account that signed the head, in lower case. Takes the one form that the contract takes.
 * @throws LedgerError SIGNATURE_INVALID
 */
export function recoverTreeHeadSigner(place: ReceiptLogPlace, head: GatewayTreeHead, signature: Uint8Array): string {
  const s = signature.subarray(S_OFFSET, V_OFFSET);
  const isStrict =
    signature.length === SIGNATURE_BYTES &&
    RECOVERY_IDS.includes(signature[V_OFFSET]) &&
    Buffer.compare(s, HALF_ORDER) <= 0;
  if (!isStrict) throw signatureInvalid();
  try {
    return recoverAddress(treeHeadDigest(place, head), hexlify(signature)).toLowerCase();
  } catch (cause) {
    throw signatureInvalid(cause);
  }
}

/** The same signature as a line beneath the checkpoint: type 0xff, `dxl/tree-head`, and the account as the key. */
export function treeHeadSignature(gateway: GatewayId, account: string, signature: Uint8Array): NoteSignature {
  return { ...treeHeadLine(gateway, account), payload: signature };
}

/**
 * Checks tree-head lines of a gateway's account; for `verifiedSignatures`.
 * @throws LedgerError KEY_INVALID unless `account` is an address
 */
export function treeHeadVerifier(place: ReceiptLogPlace, gateway: GatewayId, account: string): NoteVerifier {
  return {
    ...treeHeadLine(gateway, account),
    verify: (text, payload) => {
      try {
        const { origin, size, root } = parseCheckpoint(text);
        const head = { gateway: gatewayOfOrigin(origin), size, root };
        return head.gateway === gateway && recoverTreeHeadSigner(place, head, payload) === account.toLowerCase();
      } catch (error) {
        if (error instanceof LedgerError) return false;
        throw error;
      }
    },
  };
}

function treeHeadLine(gateway: GatewayId, account: string): { name: string; keyId: Uint8Array } {
  if (!ADDRESS.test(account)) throw new LedgerError('KEY_INVALID', 'The account of a gateway is an address');
  const name = logOrigin(gateway);
  const key = Buffer.concat([KEY_TYPE, Buffer.from(account.slice(2), 'hex')]);
  return { name, keyId: noteKeyId(name, SIGNATURE_TYPES.other, key) };
}

function signatureInvalid(cause?: unknown): LedgerError {
  return new LedgerError('SIGNATURE_INVALID', 'Not a signature over this tree head', {}, cause);
}
