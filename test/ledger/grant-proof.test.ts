import { describe, expect, it } from 'vitest';

import { buildShareAgreement } from '../../ledger/acts/build-acts.ts';
import { hashDocument, newSalt } from '../../ledger/document-hash.ts';
import { parseDocument } from '../../ledger/documents/parse-document.ts';
import { provesGrant } from '../../ledger/grant-proof.ts';
import { deriveGrantId, deriveResourceId, parseRequestId } from '../../ledger/ids.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { CONDITIONS_HASH, END } from '../support/act-factory.ts';
import { actor } from '../support/actors.ts';
import { authorizationDocument } from '../support/share-documents.ts';

const [sample] = sampleResources();
if (sample === undefined) throw new TypeError('There are no samples');
const { entry } = sample;
const provider = actor('GA');
const resource = {
  entry,
  resourceId: deriveResourceId(provider.id, entry.resourceCode),
  provider: { actor: provider },
};
const requestId = parseRequestId(`0x${'42'.repeat(32)}`);
const document = authorizationDocument({ requester: actor('RS'), resource, requestId }, { fields: ['birth', 'name'] });
const salted = { salt: newSalt(), document: parseStrictJson(Buffer.from(JSON.stringify(document))) };
const authorization = parseDocument('ShareAuthorization', salted.document);
const grantId = deriveGrantId(buildShareAgreement(salted, { entry, conditionsHash: CONDITIONS_HASH }, END));
const hash = hashDocument(salted);

describe('provesGrant', () => {
  it('knows the authorization that the grant id commits to', () => {
    expect(provesGrant(grantId, authorization, hash, entry)).toBe(true);
  });

  it.each([
    ['other fields', { fields: ['name'] }],
    ['a longer window', { window: { ...authorization.window, notAfter: END + 1 } }],
    ['an earlier window', { window: { ...authorization.window, notBefore: 1 } }],
    ['another request', { requestId: parseRequestId(`0x${'43'.repeat(32)}`) }],
  ])('refuses one with %s', (_what, changes) => {
    expect(provesGrant(grantId, { ...authorization, ...changes }, hash, entry)).toBe(false);
  });

  it('refuses the same text under another salt', () => {
    const other = hashDocument({ ...salted, salt: newSalt() });
    expect(provesGrant(grantId, authorization, other, entry)).toBe(false);
  });

  it('refuses a field that the entry does not have', () => {
    const stranger = { ...authorization, fields: ['salary'] };
    expect(() => provesGrant(grantId, stranger, hash, entry)).toThrow(
      expect.objectContaining({ code: 'FIELDS_INVALID' }),
    );
  });
});
