import { SigningKey, Transaction, computeAddress, keccak256 } from 'ethers';

export interface RelayedCall {
  readonly nonce: number;
  readonly target: string;
  readonly data: string;
  readonly gasLimit: bigint;
}

/** Signs transactions that carry acts. The key pays and orders, it can neither request nor grant. */
export interface Relayer {
  /** Lower-case hex. */
  readonly address: string;
  /** `raw` and `hash` as 0x hex; the same call always gives the same bytes (RFC 6979). */
  sign(call: RelayedCall): { readonly raw: string; readonly hash: string };
}

/** @param privateKey secp256k1, 32 bytes as 0x hex */
export function createRelayer(privateKey: string, chainId: number): Relayer {
  const key = new SigningKey(privateKey);
  return {
    address: computeAddress(key.publicKey).toLowerCase(),
    sign({ nonce, target, data, gasLimit }) {
      // Type 0 at gas price 0: what every engine of the profiles takes from an account without balance.
      const transaction = Transaction.from({ type: 0, chainId, nonce, gasPrice: 0, gasLimit, to: target, data });
      transaction.signature = key.sign(transaction.unsignedHash);
      const raw = transaction.serialized;
      return { raw, hash: keccak256(raw) };
    },
  };
}
