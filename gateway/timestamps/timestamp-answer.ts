import { DER, DerReader, encodeDer, encodeInteger, encodeOid } from './der.ts';
import { TimestampError, timestampMalformed } from './timestamp-error.ts';
import { sha256Oid } from './timestamp-request.ts';
import type { TimestampRequest } from './timestamp-request.ts';

/** PKIStatus granted and grantedWithMods: only with these is there a time stamp. */
const GRANTED: readonly number[] = [0, 1];
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d*[1-9])?Z$/;
/** How far the clock of the authority may be from ours. */
const MAX_CLOCK_SECONDS = 300;

/**
 * Checks a TimeStampResp of RFC 3161 section 2.4.2 as far as it can be without knowing whom to trust: that it is the
 * answer to `request`, of now. Whether its signature and certificates are good is for whoever relies on it.
 *
 * @param now Unix seconds
 * @returns when the authority says that it was, Unix seconds
 * @throws TimestampError
 */
export function checkTimestampAnswer(bytes: Uint8Array, request: TimestampRequest, now: number): number {
  const answer = new DerReader(bytes, 'TimeStampResp');
  const response = answer.open(DER.sequence, 'TimeStampResp');
  answer.end();
  requireGranted(response.open(DER.sequence, 'PKIStatusInfo'));
  const info = openInfo(response);
  response.end();
  return checkInfo(info, request, now);
}

function requireGranted(status: DerReader): void {
  const code = Number(`0x${Buffer.from(status.takeInteger()).toString('hex')}`);
  if (GRANTED.includes(code)) return;
  throw new TimestampError('TIMESTAMP_REFUSED', 'The authority gave no time stamp', `status ${String(code)}`);
}

/** TSTInfo inside the CMS SignedData. */
function openInfo(response: DerReader): DerReader {
  const token = response.open(DER.sequence, 'ContentInfo');
  requireOid(token, SIGNED_DATA, 'contentType');
  const content = token.open(DER.context0, 'content');
  token.end();
  const signed = content.open(DER.sequence, 'SignedData');
  content.end();
  signed.takeInteger();
  signed.take(DER.set);
  const encapsulated = signed.open(DER.sequence, 'EncapsulatedContentInfo');
  requireOid(encapsulated, TST_INFO, 'eContentType');
  const wrapped = encapsulated.open(DER.context0, 'eContent');
  encapsulated.end();
  const octets = new DerReader(wrapped.take(DER.octetString), 'TSTInfo');
  wrapped.end();
  // The certificates were asked for, and somebody has to have signed.
  if (signed.take(DER.context0).length === 0) throw timestampMalformed('certificates');
  signed.takeIf(DER.context0 + 1);
  if (signed.take(DER.set).length === 0) throw timestampMalformed('signerInfos');
  signed.end();
  const info = octets.open(DER.sequence, 'TSTInfo');
  octets.end();
  return info;
}

function checkInfo(info: DerReader, { digest, nonce, policy }: TimestampRequest, now: number): number {
  requireSame(encodeInteger(Uint8Array.of(1)), encodeDer(DER.integer, info.takeInteger()), 'version');
  const stampedPolicy = encodeDer(DER.oid, info.take(DER.oid));
  if (policy !== null) requireSame(encodeOid(policy), stampedPolicy, 'policy');
  const imprint = info.open(DER.sequence, 'messageImprint');
  requireSame(
    sha256Oid(),
    encodeDer(DER.oid, imprint.open(DER.sequence, 'hashAlgorithm').take(DER.oid)),
    'hashAlgorithm',
  );
  requireSame(digest, imprint.take(DER.octetString), 'messageImprint');
  imprint.end();
  info.takeInteger();
  const time = parseTime(info.take(DER.generalizedTime));
  info.takeIf(DER.sequence); // accuracy
  info.takeIf(DER.boolean); // ordering
  requireSame(encodeInteger(nonce), encodeDer(DER.integer, info.takeIf(DER.integer) ?? new Uint8Array()), 'nonce');
  if (Math.abs(time - now) > MAX_CLOCK_SECONDS) throw mismatch('genTime');
  return time;
}

function requireOid(reader: DerReader, oid: string, member: string): void {
  if (!isSame(encodeOid(oid), encodeDer(DER.oid, reader.take(DER.oid)))) throw timestampMalformed(member);
}

function requireSame(expected: Uint8Array | null, found: Uint8Array, member: string): void {
  if (!isSame(expected, found)) throw mismatch(member);
}

function isSame(expected: Uint8Array | null, found: Uint8Array): boolean {
  return expected !== null && Buffer.compare(expected, found) === 0;
}

function mismatch(member: string): TimestampError {
  return new TimestampError('TIMESTAMP_MISMATCH', 'The authority has not stamped what it was asked to', member);
}

/** Fractions of a second are cut off. */
function parseTime(content: Uint8Array): number {
  const text = Buffer.from(content).toString('latin1');
  const [, ...parts] = GENERALIZED_TIME.exec(text) ?? [];
  const [year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN] = parts.map(Number);
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const again = Number.isNaN(time) ? '' : new Date(time).toISOString().replaceAll(/[-:T]|\.000Z$/g, '');
  // A day that there is none of, as 31 April, would be read as another one.
  if (again === '' || !text.startsWith(again)) throw timestampMalformed('genTime');
  return time / 1000;
}
