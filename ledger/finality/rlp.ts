import { decodeRlp, encodeRlp, hexlify, type RlpStructuredData } from 'ethers';

/** Headers and trie nodes nest two levels; nodes inside nodes a few more. Deeper data is an attack on the decoder. */
const MAX_DEPTH = 8;

/** Lower-case hex, or a list. */
export type RlpItem = RlpStructuredData;

/** The item that `bytes` encode in the one canonical way; null for any other encoding, and for bytes after the item. */
export function decodeCanonicalRlp(bytes: Uint8Array): RlpItem | null {
  try {
    const item = decodeRlp(bytes);
    return isShallow(item, MAX_DEPTH) && encodeRlp(item) === hexlify(bytes) ? item : null;
  } catch {
    // Also of nesting that exhausts the stack.
    return null;
  }
}

function isShallow(item: RlpItem, depth: number): boolean {
  if (typeof item === 'string') return true;
  return depth > 0 && item.every((child) => isShallow(child, depth - 1));
}

/** The item as a list of strings, or null when it is something else. */
export function asStrings(item: RlpItem | undefined): readonly string[] | null {
  if (item === undefined || typeof item === 'string') return null;
  const strings = item.filter((child) => typeof child === 'string');
  return strings.length === item.length ? strings : null;
}

export function byteLength(hex: string): number {
  return (hex.length - 2) / 2;
}

/** Whether `hex` is an integer as RLP has it: big-endian, no leading zero, 0 is empty. */
export function isRlpInteger(hex: string, maxBytes: number): boolean {
  return byteLength(hex) <= maxBytes && !hex.startsWith('0x00');
}

/** @param hex an RLP integer */
export function rlpInteger(hex: string): bigint {
  return hex === '0x' ? 0n : BigInt(hex);
}
