import { decodeBytes32String, encodeBytes32String } from 'ethers';

import { LedgerError } from '../errors.ts';
import { type Bytes32, parseBytes32 } from '../ids.ts';
import { codeSchema } from './terms.ts';

/** The `reasonCode` of an act: the token's ASCII characters padded right with zeros. */
export function reasonCodeToBytes32(reasonCode: string): Bytes32 {
  if (!codeSchema.safeParse(reasonCode).success) throw notAReasonCode();
  return parseBytes32(encodeBytes32String(reasonCode));
}

/** @throws LedgerError ACT_INVALID when the bytes, which anyone may have signed, are no token. */
export function reasonCodeFromBytes32(bytes: Bytes32): string {
  const text = decode(bytes);
  if (!codeSchema.safeParse(text).success) throw notAReasonCode();
  return text;
}

function decode(bytes: Bytes32): string {
  try {
    return decodeBytes32String(bytes);
  } catch {
    throw notAReasonCode();
  }
}

function notAReasonCode(): LedgerError {
  return new LedgerError('ACT_INVALID', 'A reason code is a token of up to 31 capitals, digits and underscores', {
    path: '/reasonCode',
  });
}
