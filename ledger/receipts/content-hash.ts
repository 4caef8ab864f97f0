import { sha256 } from 'ethers';

import { saltBytes } from '../document-hash.ts';
import { type Bytes32, parseBytes32 } from '../ids.ts';

/**
 * `contentHash` of a receipt: SHA-256(salt || SHA-256 of the bytes delivered). Rows come from small spaces, so their
 * bare digest could be opened by trying; the salt, as of `newSalt`, is given to the two sides of the grant only.
 *
 * @param digest the 32 bytes that Content-Digest carries
 * @throws LedgerError DOCUMENT_INVALID for a salt that is none
 */
export function contentHash(salt: string, digest: Uint8Array): Bytes32 {
  return parseBytes32(sha256(Buffer.concat([saltBytes(salt), digest])));
}
