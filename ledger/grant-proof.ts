import type { CatalogEntry } from './documents/catalog-entry.ts';
import type { ShareAuthorization } from './documents/share-authorization.ts';
import { fieldBitmap } from './field-set.ts';
import { HASH_ALGORITHMS, deriveGrantId } from './ids.ts';
import type { Bytes32, GrantId } from './ids.ts';

/**
 * Whether an authorization is the one behind a grant: the grant id commits to all of its terms, so it is derived again
 * from the document. Nobody has to be believed about which document belongs to which grant.
 *
 * @param documentHash the document's own salted hash, computed by the caller from its bytes
 * @param entry the entry of the granted resource version, which gives the fields their bits
 * @throws LedgerError FIELDS_INVALID when the authorization names fields that the entry does not have
 */
export function provesGrant(
  grantId: GrantId,
  authorization: ShareAuthorization,
  documentHash: Bytes32,
  entry: CatalogEntry,
): boolean {
  const { requestId, fields, window } = authorization;
  const terms = { requestId, fields: fieldBitmap(entry, fields), ...window, documentHash };
  return deriveGrantId({ ...terms, hashAlgorithm: HASH_ALGORITHMS.sha256 }) === grantId;
}
