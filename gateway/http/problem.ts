import { randomUUID } from 'node:crypto';

import { LedgerError } from '../../ledger/errors.ts';
import type { LedgerErrorCode } from '../../ledger/errors.ts';
import { REQUEST_TAG } from '../../ledger/signatures/request-profile.ts';
import { GATEWAY_ERRORS, GatewayError, denyFacts } from '../errors.ts';
import type { GatewayErrorCode, ProblemExtensions } from '../errors.ts';

/** RFC 9457, with the Chinese title and our code beside the standard members. */
export interface Problem extends ProblemExtensions {
  readonly type: string;
  readonly title: string;
  readonly title_zh: string;
  readonly status: number;
  readonly code: GatewayErrorCode;
  readonly detail: string;
  /** Names this occurrence in the gateway's log. */
  readonly instance: string;
}

/** What a refusal of the SDK means to somebody who called over HTTP. Those that no caller can cause are INTERNAL. */
const FROM_LEDGER: Readonly<Record<LedgerErrorCode, GatewayErrorCode>> = {
  ACT_INVALID: 'ACT_REJECTED',
  CALENDAR_INVALID: 'REQUEST_INVALID',
  CALENDAR_YEAR_MISSING: 'STALE_CHAIN',
  DEPARTMENT_ID_INVALID: 'REQUEST_INVALID',
  DEPLOYMENT_INVALID: 'INTERNAL',
  DEPLOYMENT_MISMATCH: 'STALE_CHAIN',
  DIGEST_MISMATCH: 'DIGEST_MISMATCH',
  DOCUMENT_HASH_MISMATCH: 'DOCUMENT_MISMATCH',
  DOCUMENT_INVALID: 'DOCUMENT_INVALID',
  DOCUMENT_MALFORMED: 'REQUEST_INVALID',
  DOCUMENT_TOO_LARGE: 'BODY_TOO_LARGE',
  EVENT_MALFORMED: 'STALE_CHAIN',
  EVIDENCE_INVALID: 'INTERNAL',
  FIELDS_INVALID: 'DOCUMENT_MISMATCH',
  HEX_INVALID: 'REQUEST_INVALID',
  HISTORY_GAP: 'STALE_CHAIN',
  HISTORY_HEAD_MISMATCH: 'STALE_CHAIN',
  HISTORY_ILLEGAL: 'STALE_CHAIN',
  HISTORY_UNPROVED: 'STALE_CHAIN',
  KEY_INVALID: 'REQUEST_INVALID',
  NOTE_MALFORMED: 'REQUEST_INVALID',
  NOTE_UNSIGNED: 'SIGNATURE_INVALID',
  RECEIPT_INVALID: 'INTERNAL',
  SIGNATURE_EXPIRED: 'SIGNATURE_EXPIRED',
  SIGNATURE_INVALID: 'SIGNATURE_INVALID',
  SIGNATURE_MALFORMED: 'SIGNATURE_MALFORMED',
  SIGNATURE_MISSING: 'SIGNATURE_MISSING',
  TREE_INVALID: 'REQUEST_INVALID',
};

export const PROBLEM_TYPE = 'application/problem+json';

/** Every failure as one of ours. Unknown ones say nothing about themselves to the caller. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (!(error instanceof LedgerError)) return new GatewayError('INTERNAL', 'The failure was logged', {}, error);
  const code = FROM_LEDGER[error.code];
  if (code === 'INTERNAL') return new GatewayError(code, 'The failure was logged', {}, error);
  const decision = code === 'STALE_CHAIN' ? denyFacts(code) : {};
  return new GatewayError(code, error.message, { ...decision, ...error.details, reason_code: error.code }, error);
}

export function toProblem(error: GatewayError): Problem {
  const { status, title, titleZh } = GATEWAY_ERRORS[error.code];
  return {
    ...error.extensions,
    type: `urn:dxl:error:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title,
    title_zh: titleZh,
    status,
    code: error.code,
    detail: error.message,
    instance: `urn:uuid:${randomUUID()}`,
  };
}

/** No scheme is registered for RFC 9421; the tag names the profile that a signature must have. */
const CHALLENGE = `Signature realm="dxl", tag="${REQUEST_TAG}"`;
const SOON_SECONDS = 1;
const DAY_SECONDS = 86_400;
/** Quotas of a day end at midnight in Asia/Shanghai, which has no summer time. */
const SHANGHAI_OFFSET_SECONDS = 8 * 3600;

/** The header fields that RFC 9110 asks for beside a status; `now` in Unix seconds. */
export function problemHeaders(error: GatewayError, now: number): Readonly<Record<string, string>> {
  const { status } = GATEWAY_ERRORS[error.code];
  const { allow } = error.extensions;
  const seconds = retryAfter(error, now);
  return {
    ...(status === 401 ? { 'www-authenticate': CHALLENGE } : {}),
    ...(status === 405 && typeof allow === 'string' ? { allow } : {}),
    ...(seconds === null ? {} : { 'retry-after': String(seconds) }),
  };
}

/** Seconds after which the same call may succeed; null when waiting does not help, or nobody knows. */
function retryAfter({ code, extensions }: GatewayError, now: number): number | null {
  if (code === 'TOO_MANY_REQUESTS' || code === 'STALE_CHAIN' || extensions['deny_code'] === 'QUOTA_RATE') {
    return SOON_SECONDS;
  }
  if (extensions['deny_code'] !== 'QUOTA_DAY') return null;
  return DAY_SECONDS - ((now + SHANGHAI_OFFSET_SECONDS) % DAY_SECONDS);
}
