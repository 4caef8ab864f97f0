import { GatewayError } from '../errors.ts';
import type { HeaderField } from '../../ledger/signatures/request-profile.ts';
import type { Origin } from '../../ledger/signatures/signature-engine.ts';

export const MAX_HEADER_LINES = 64;
export const MAX_HEADER_BYTES = 16_384;

/** A request as it came off the wire; all of it is attacker-controlled. */
export interface RequestFacts {
  readonly method: string;
  /** Path and query exactly as received (`IncomingMessage.url`). */
  readonly rawTarget: string;
  /** Node's flat array of names and values (`IncomingMessage.rawHeaders`). */
  readonly rawHeaders: readonly string[];
  /** All bytes before any parsing, null when there is no body. */
  readonly body: Uint8Array | null;
}

const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const DEFAULT_PORTS = { https: ':443', http: ':80' } as const;

/** @throws GatewayError REQUEST_INVALID for too many or too long header lines. */
export function parseHeaderFields(rawHeaders: readonly string[]): readonly HeaderField[] {
  if (rawHeaders.length % 2 !== 0 || rawHeaders.length > 2 * MAX_HEADER_LINES) throw invalid('Too many header lines');
  const fields: HeaderField[] = [];
  let size = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    size += name.length + value.length;
    if (size > MAX_HEADER_BYTES) throw invalid('The header is too long');
    if (!FIELD_NAME.test(name)) throw invalid('A header name is not a token');
    fields.push({ name: name.toLowerCase(), value });
  }
  return fields;
}

/**
 * The Host line never decides anything, but one that contradicts the configuration shows a wrong route or an attack.
 * @throws GatewayError REQUEST_INVALID unless there is exactly one and it names this gateway.
 */
export function assertHost(fields: readonly HeaderField[], origin: Origin): void {
  const hosts = fields.filter((field) => field.name === 'host');
  const [host] = hosts;
  if (host === undefined || hosts.length !== 1) throw invalid('Exactly one Host line is required');
  if (normalise(host.value, origin) !== normalise(origin.authority, origin)) {
    throw invalid('The Host line names another authority');
  }
}

/**
 * What is hashed must be what is read: no content coding, and no announced body that we were not given.
 * @throws GatewayError REQUEST_INVALID
 */
export function assertBodyFraming(fields: readonly HeaderField[], body: Uint8Array | null): void {
  const values = (name: string): readonly string[] =>
    fields.filter((field) => field.name === name).map((field) => field.value);
  if (values('content-encoding').length > 0) throw invalid('Content-Encoding is not accepted');
  const lengths = values('content-length');
  const isChunked = values('transfer-encoding').length > 0;
  if (lengths.length > 1 || (isChunked && lengths.length > 0)) throw invalid('The body length is ambiguous');
  const [length] = lengths;
  if (length !== undefined && length !== String(body?.length ?? 0)) throw invalid('The body has another length');
  if (isChunked && body === null) throw invalid('The body was not read');
}

function normalise(authority: string, origin: Origin): string {
  const port = DEFAULT_PORTS[origin.scheme];
  const lower = authority.toLowerCase();
  return lower.endsWith(port) ? lower.slice(0, -port.length) : lower;
}

function invalid(detail: string): GatewayError {
  return new GatewayError('REQUEST_INVALID', detail);
}
