import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** Never in a log, wherever they stand: keys, signatures, case numbers, and anything of a body or a query. */
const REDACTED = [
  'privateKey',
  'relayerKey',
  'password',
  'storeUrl',
  'signature',
  'salt',
  'body',
  'query',
  'caseNumber',
  '*.privateKey',
  '*.relayerKey',
  '*.password',
  '*.storeUrl',
  '*.signature',
  '*.salt',
  '*.body',
  '*.query',
  '*.caseNumber',
  'err.config',
];

/** JSON lines only: pino escapes control characters, so nobody can write a line of his own into the log. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: { service: 'dxl-gateway' }, redact: { paths: REDACTED, censor: '[redacted]' } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
