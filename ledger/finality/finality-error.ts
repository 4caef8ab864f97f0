import type { ErrorDetails } from '../errors.ts';

/** Every way in which a block or a value is not proved; the code is the interface, the message is for people. */
export type FinalityErrorCode =
  | 'ANCHOR_DIFFERS'
  | 'BLOCK_UNSEALED'
  | 'CHAIN_ID_DIFFERS'
  | 'COMMIT_MALFORMED'
  | 'CONTRACT_MODE'
  | 'HASH_DIFFERS'
  | 'HEADER_GAP'
  | 'HEADER_MALFORMED'
  | 'HEIGHT_DIFFERS'
  | 'NOT_QBFT'
  | 'PARENT_DIFFERS'
  | 'POWER_MISSED'
  | 'PROOF_INVALID'
  | 'PROOF_MALFORMED'
  | 'PROPOSER_FOREIGN'
  | 'QUORUM_MISSED'
  | 'SEAL_DOUBLED'
  | 'SEAL_FOREIGN'
  | 'SEAL_INVALID'
  | 'VALIDATORS_DIFFER'
  | 'VALIDATORS_INVALID'
  | 'VALUE_DIFFERS'
  | 'VOTES_UNSEEN';

/** `details` say where (`block`, `field`, `seal`, `path`) and with which values. */
export class FinalityError extends Error {
  override readonly name = 'FinalityError';
  readonly code: FinalityErrorCode;
  readonly details: ErrorDetails;

  constructor(code: FinalityErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}
