/** Every way in which the SDK refuses; the code is the interface, the message is for people. */
export type LedgerErrorCode =
  | 'ACT_INVALID'
  | 'CALENDAR_INVALID'
  | 'CALENDAR_YEAR_MISSING'
  | 'DEPARTMENT_ID_INVALID'
  | 'DEPLOYMENT_INVALID'
  | 'DEPLOYMENT_MISMATCH'
  | 'DIGEST_MISMATCH'
  | 'DOCUMENT_HASH_MISMATCH'
  | 'DOCUMENT_INVALID'
  | 'DOCUMENT_MALFORMED'
  | 'DOCUMENT_TOO_LARGE'
  | 'EVENT_MALFORMED'
  | 'EVIDENCE_INVALID'
  | 'FIELDS_INVALID'
  | 'HEX_INVALID'
  | 'HISTORY_GAP'
  | 'HISTORY_HEAD_MISMATCH'
  | 'HISTORY_ILLEGAL'
  | 'HISTORY_UNPROVED'
  | 'KEY_INVALID'
  | 'NOTE_MALFORMED'
  | 'NOTE_UNSIGNED'
  | 'RECEIPT_INVALID'
  | 'SIGNATURE_EXPIRED'
  | 'SIGNATURE_INVALID'
  | 'SIGNATURE_MALFORMED'
  | 'SIGNATURE_MISSING'
  | 'TREE_INVALID';

/** Values that help to find the cause; never a secret, never personal data. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerErrorCode;
  readonly details: ErrorDetails;

  constructor(code: LedgerErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}
