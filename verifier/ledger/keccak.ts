import { createKeccak } from 'hash-wasm';

/** keccak-256 in WebAssembly: a sixth of the time that JavaScript takes, and every entry needs several. */
const hasher = await createKeccak(256);

/** keccak256 of bytes that are given as hex without 0x. */
export function keccakOf(digits: string): string {
  return keccakOfBytes(Buffer.from(digits, 'hex'));
}

export function keccakOfBytes(bytes: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = hasher.init().update(bytes).digest('binary');
  return `0x${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`;
}
