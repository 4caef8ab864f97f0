import { createRequire } from 'node:module';

import { Wallet } from 'ethers';
import { z } from 'zod';

import { type Signer, walletSigner } from '../../../test/support/actors.ts';

type EcdsaSign = (digest: Uint8Array, key: Uint8Array) => { readonly signature: Uint8Array; readonly recid: number };
const bindingsSchema = z.object({ ecdsaSign: z.custom<EcdsaSign>((value) => typeof value === 'function') });

/** A wallet that signs natively where it can: a hundred thousand signatures by ethers alone take minutes. */
export function fastSigner(): Signer {
  const { privateKey } = Wallet.createRandom();
  const wallet = walletSigner(privateKey);
  const native = loadNative();
  if (native === null) return wallet;
  const key = Buffer.from(privateKey.slice(2), 'hex');
  return {
    account: wallet.account,
    sign: (digest) => {
      const { signature, recid } = native(Buffer.from(digest.slice(2), 'hex'), key);
      return `0x${Buffer.from(signature).toString('hex')}${(27 + recid).toString(16)}`;
    },
  };
}

function loadNative(): EcdsaSign | null {
  try {
    return bindingsSchema.parse(createRequire(import.meta.url)('secp256k1/bindings.js')).ecdsaSign;
  } catch {
    // An optional dependency that this machine has not.
    return null;
  }
}
