/**
 * WITNESS_NOT_REGISTERED: the ledger has no such gateway, or it is no longer active there.
 * WITNESS_REFUSED: it did not cosign, with the status in `details`.
 * WITNESS_MOVED: it has cosigned a newer head of this log meanwhile; the next attempt goes on from there.
 * WITNESS_AHEAD: it has cosigned more of this log than this gateway has, which was put back to an older state then.
 * WITNESS_FORKED: it has cosigned another history under the key of this gateway.
 * COSIGNATURE_INVALID: what it answered is no cosignature of its key over this checkpoint, made now.
 */
export type WitnessErrorCode =
  | 'WITNESS_NOT_REGISTERED'
  | 'WITNESS_REFUSED'
  | 'WITNESS_MOVED'
  | 'WITNESS_AHEAD'
  | 'WITNESS_FORKED'
  | 'COSIGNATURE_INVALID';

/** Why a witness did not cosign. It is asked again. */
export class WitnessError extends Error {
  override readonly name = 'WitnessError';
  readonly code: WitnessErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(
    code: WitnessErrorCode,
    message: string,
    details: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}
