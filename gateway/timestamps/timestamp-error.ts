/**
 * TIMESTAMP_REFUSED: the authority gave no time stamp.
 * TIMESTAMP_MALFORMED: its answer is not DER of RFC 3161.
 * TIMESTAMP_MISMATCH: it is a time stamp of something else than was asked for, or of another time than now.
 */
export type TimestampErrorCode = 'TIMESTAMP_REFUSED' | 'TIMESTAMP_MALFORMED' | 'TIMESTAMP_MISMATCH';

/** Why a checkpoint has no time stamp yet. The authority is asked again. */
export class TimestampError extends Error {
  override readonly name = 'TimestampError';
  readonly code: TimestampErrorCode;
  /** The member of the answer that is wrong, or the status. */
  readonly detail: string;

  constructor(code: TimestampErrorCode, message: string, detail: string) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/** @param member where the answer is not what RFC 3161 has there */
export function timestampMalformed(member: string): TimestampError {
  return new TimestampError('TIMESTAMP_MALFORMED', 'Not an answer of a time stamp authority', member);
}
