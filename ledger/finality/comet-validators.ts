import { isSameBytes, sha256, simpleRoot, toUpperHex } from './comet-encoding.ts';
import { bytesField, messageField, varintField } from './protobuf.ts';
import type { CometTrust } from './trusted-validators.ts';

const ADDRESS_BYTES = 20;

export interface CometValidator {
  /** Upper-case hex. */
  readonly address: string;
  readonly publicKey: Uint8Array;
  readonly power: bigint;
}

/** A set as CometBFT has it: the strongest first, equal ones by address. A commit lists its signatures in this order. */
export interface CometValidators {
  readonly list: readonly CometValidator[];
  readonly hash: Uint8Array;
  readonly totalPower: bigint;
}

export function cometValidators({ validators }: CometTrust): CometValidators {
  const list = validators
    .map(({ publicKey, power }) => ({ address: addressOf(publicKey), publicKey, power }))
    .sort((left, right) => {
      if (left.power !== right.power) return left.power > right.power ? -1 : 1;
      return left.address < right.address ? -1 : 1;
    });
  const totalPower = list.reduce((sum, { power }) => sum + power, 0n);
  return { list, hash: simpleRoot(list.map(encodeValidator)), totalPower };
}

function addressOf(publicKey: Uint8Array): string {
  return toUpperHex(sha256(publicKey).subarray(0, ADDRESS_BYTES));
}

/** `SimpleValidator`. */
function encodeValidator({ publicKey, power }: CometValidator): Uint8Array {
  return Buffer.concat([messageField(1, bytesField(1, publicKey)), varintField(2, power)]);
}

/** Whether a header was made by exactly this set. */
export function isSetOf(validators: CometValidators, validatorsHash: Uint8Array): boolean {
  return isSameBytes(validators.hash, validatorsHash);
}
