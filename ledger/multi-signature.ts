import { AbiCoder, isHexString, keccak256 } from 'ethers';

import { LedgerError } from './errors.ts';

/** One officer's part. `signer`: an address (20 bytes) or an ERC-7913 signer (verifier address, then the key). */
export interface OfficerSignature {
  readonly signer: string;
  readonly signature: string;
}

const MIN_SIGNER_BYTES = 20;

/**
 * The signature of a `DepartmentAccount`: `abi.encode(bytes[] signers, bytes[] signatures)`, sorted by the keccak256
 * of the signer as OpenZeppelin's MultiSignerERC7913 asks. Both members of each part are hex.
 *
 * @throws LedgerError SIGNATURE_INVALID without a part, with a signer twice or with something that is not hex
 */
export function encodeMultiSignature(parts: readonly OfficerSignature[]): string {
  const sorted = parts
    .map((part) => ({ ...part, order: signerOrder(part) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1));
  const isRepeated = sorted.some(({ order }, index) => index > 0 && sorted[index - 1]?.order === order);
  if (sorted.length === 0 || isRepeated) {
    throw new LedgerError('SIGNATURE_INVALID', 'Each officer signs once, and at least one', { parts: parts.length });
  }
  return AbiCoder.defaultAbiCoder().encode(
    ['bytes[]', 'bytes[]'],
    [sorted.map(({ signer }) => signer), sorted.map(({ signature }) => signature)],
  );
}

function signerOrder({ signer, signature }: OfficerSignature): string {
  const isSigner = isHexString(signer) && signer.length >= 2 + 2 * MIN_SIGNER_BYTES && signer.length % 2 === 0;
  if (!isSigner || !isHexString(signature) || signature.length % 2 !== 0) {
    throw new LedgerError('SIGNATURE_INVALID', 'A signer or a signature is not hex', {});
  }
  return keccak256(signer);
}
