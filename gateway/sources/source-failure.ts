import { GatewayError } from '../errors.ts';
import { SourceFault } from './source-fault.ts';

/** Codes by which undici, pg and PostgreSQL itself say that time ran out. */
const TIMEOUT_CODES: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
  '57014',
  '25P03',
]);

/** SQLSTATEs of a login, database, schema, view, column or right that is not there: somebody has to mend a setting. */
const MISCONFIGURED_CODES: ReadonlySet<string> = new Set([
  '28000',
  '28P01',
  '3D000',
  '3F000',
  '42P01',
  '42703',
  '42501',
]);

/** What a source's failure is to the caller. The cause, for the log, holds nothing of the source's own words. */
export function sourceFailure(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const cause = new SourceFault(error);
  const code = cause.code ?? '';
  if (TIMEOUT_CODES.has(code)) {
    return new GatewayError('SOURCE_TIMEOUT', 'The source did not answer in time', {}, cause);
  }
  if (MISCONFIGURED_CODES.has(code)) {
    return new GatewayError('SOURCE_MISCONFIGURED', 'The source lacks what its configuration names', {}, cause);
  }
  return new GatewayError('SOURCE_FAILED', 'The source failed', {}, cause);
}
