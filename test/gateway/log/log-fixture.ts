import { generateKeyPairSync } from 'node:crypto';

import { computeAddress, hexlify, SigningKey } from 'ethers';

import type { Leaf } from '../../../gateway/log/leaf-buffer.ts';
import type { LogKeys } from '../../../gateway/log/receipt-log.ts';
import { createGatewayKey } from '../../../ledger/signatures/signature-key.ts';

/** Keys of a gateway that nobody else has. */
export function makeKeys(): LogKeys {
  const { privateKey: signer } = generateKeyPairSync('ed25519');
  const account = new SigningKey(hexlify(crypto.getRandomValues(new Uint8Array(32))));
  return {
    gateway: createGatewayKey(signer).keyId,
    signer,
    account,
    address: computeAddress(account.publicKey).toLowerCase(),
    place: { chainId: 20_990, verifyingContract: `0x${'12'.repeat(20)}` },
  };
}

/** The leaf with this number; leaves differ in content and length. */
export function leaf(number: number): Leaf {
  return { number, bytes: Buffer.from(`{"n":${String(number)},"filler":"${'x'.repeat(number % 7)}"}`) };
}

export function leaves(from: number, to: number): readonly Leaf[] {
  return Array.from({ length: to - from }, (_, index) => leaf(from + index));
}
