import { concat, keccak256, toBeHex } from 'ethers';

import { type Bytes32, parseBytes32 } from './ids.ts';

/** The head of a history without entries. */
export const EMPTY_HEAD = parseBytes32(`0x${'0'.repeat(64)}`);

/** `keccak256(abi.encode(head, seq, actHash))`, see contracts/interfaces/ILedgerHistory.sol. */
export function nextHead(head: Bytes32, seq: number, actHash: Bytes32): Bytes32 {
  return parseBytes32(keccak256(concat([head, toBeHex(seq, 32), actHash])));
}
