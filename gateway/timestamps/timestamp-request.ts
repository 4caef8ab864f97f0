import { DER, encodeDer, encodeInteger, encodeOid } from './der.ts';

const VERSION = 1;
const TRUE = 0xff;
const SHA_256 = '2.16.840.1.101.3.4.2.1';
export const NONCE_BYTES = 16;

/** What an authority is asked to stamp. `digest`: SHA-256; `policy`: an object identifier, or null for any. */
export interface TimestampRequest {
  readonly digest: Uint8Array;
  readonly nonce: Uint8Array;
  readonly policy: string | null;
}

/** TimeStampReq of RFC 3161 section 2.4.1; the answer brings its certificates, so that it can be checked alone. */
export function encodeTimestampRequest({ digest, nonce, policy }: TimestampRequest): Uint8Array {
  const policyOid = policy === null ? null : encodeOid(policy);
  return encodeDer(
    DER.sequence,
    encodeInteger(Uint8Array.of(VERSION)),
    encodeDer(
      DER.sequence,
      encodeDer(DER.sequence, sha256Oid(), encodeDer(DER.null)),
      encodeDer(DER.octetString, digest),
    ),
    ...(policyOid === null ? [] : [policyOid]),
    encodeInteger(nonce),
    encodeDer(DER.boolean, Uint8Array.of(TRUE)),
  );
}

/** Of SHA-256. */
export function sha256Oid(): Uint8Array {
  return encodeOid(SHA_256) ?? new Uint8Array();
}
