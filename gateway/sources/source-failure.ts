import { GatewayError } from '../errors.ts';

/** Codes by which undici, pg and PostgreSQL itself say that time ran out. */
const TIMEOUT_CODES: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
  '57014',
  '25P03',
]);

/** What a source's failure is to the caller. The source's own words stay in `cause`, for the log. */
export function sourceFailure(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (isTimeout(error)) return new GatewayError('SOURCE_TIMEOUT', 'The source did not answer in time', {}, error);
  return new GatewayError('SOURCE_FAILED', 'The source failed', {}, error);
}

function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'code' in error && typeof error.code === 'string' && TIMEOUT_CODES.has(error.code);
}
