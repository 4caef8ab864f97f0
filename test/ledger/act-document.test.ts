import { describe, expect, it } from 'vitest';

import { assertDocumentMatches, bringsDocument, type MatchFacts } from '../../ledger/act-document.ts';
import { ACTS, type Act } from '../../ledger/acts/act-definitions.ts';
import { buildShareAgreement, buildShareRefusal, buildShareRequest } from '../../ledger/acts/build-acts.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import type { ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import type { ShareRequest } from '../../ledger/documents/share-request.ts';
import { parseRequestId } from '../../ledger/ids.ts';
import { aRequest, entry, EXPIRY, factsOf, PUBLISHED, REQUEST_ID, salted } from './act-document.factory.ts';
import { ACT_NAMES } from './acts/example-acts.ts';
import { anAuthorization, PROVIDER, STRANGER } from './decide.factory.ts';
import { aDocument } from './documents/document.factory.ts';
import { refusalOf } from './refusal-of.ts';

/** Reasons for what is withheld, each as `ask field`. */
function withheldBecause(...withheld: readonly string[]): ShareAuthorization['narrowed'] {
  return withheld.map((text) => {
    const [ask, field = ''] = text.split(' ');
    return { field, ask: ask === 'plain' ? 'plain' : 'field', reason: '最小必要' };
  });
}

/** The member in which an agreement and its document, or the request, differ; null when it is accepted. */
function agreeDefect(
  changes: Partial<ShareAuthorization>,
  facts: Partial<MatchFacts> = {},
  actChanges: Partial<Act<'agree'>> = {},
): unknown {
  const document = anAuthorization({ requestId: REQUEST_ID, mode: 'API_QUERY', ...changes });
  const saltedDocument = salted(document);
  const act = { ...buildShareAgreement(saltedDocument, PUBLISHED, EXPIRY), ...actChanges };
  const refusal = refusalOf(() => {
    assertDocumentMatches('agree', act, saltedDocument, factsOf(facts));
  });
  return refusal?.details['member'] ?? refusal?.code ?? null;
}

function requestDefect(document: ShareRequest, published: CatalogEntry | null = entry, changes = {}): unknown {
  const saltedDocument = salted(document);
  const act = { ...buildShareRequest(saltedDocument, entry, EXPIRY), ...changes };
  const facts = { entry: published, request: null, asked: null };
  return refusalOf(() => {
    assertDocumentMatches('submitRequest', act, saltedDocument, facts);
  })?.details['member'];
}

describe('bringsDocument', () => {
  it('is true exactly of the acts whose definition names a kind of document', () => {
    expect(ACT_NAMES.filter(bringsDocument)).toEqual(ACT_NAMES.filter((name) => ACTS[name].document !== null));
  });
});

describe('an agreement', () => {
  const nameAndPhone = { fields: ['name', 'phone'], plainFields: ['phone'] };

  it('is accepted when it gives what was asked for', () => {
    expect(agreeDefect({})).toBeNull();
  });

  it('is accepted when it gives less, with a reason for each field and each plain value', () => {
    const less = {
      fields: ['name', 'phone'],
      plainFields: [],
      narrowed: withheldBecause('plain phone', 'field region_code', 'field id_no'),
      purposes: ['VERIFY'],
      rowFilter: { regionPrefix: '990102' },
    };
    expect(agreeDefect(less)).toBeNull();
    expect(agreeDefect({}, { asked: aRequest({ systems: [], rowFilter: null }) })).toBeNull();
  });

  it.each<[string, Partial<ShareAuthorization>, Partial<ShareRequest['scope']>, Partial<ShareRequest>]>([
    ['plainFields', {}, { plainFields: ['id_no'] }, {}],
    ['purposes', {}, {}, { purposes: ['VERIFY'] }],
    ['systems', { systems: ['SI-PENSION-01', 'SI-OTHER'] }, {}, {}],
    ['systems', { systems: [] }, {}, {}],
    ['rowFilter', { rowFilter: null }, {}, {}],
    ['rowFilter', { rowFilter: { regionPrefix: '99' } }, {}, {}],
    ['rowFilter', { rowFilter: { regionPrefix: '9902' } }, {}, {}],
    ['mode', { mode: 'BATCH' }, {}, {}],
  ])('is refused when its %s goes beyond the request', (member, changes, scope, request) => {
    expect(agreeDefect(changes, { asked: aRequest(scope, request) })).toBe(member);
  });

  it.each<[string, Partial<ShareAuthorization>]>([
    ['names no withheld field', { fields: ['name', 'phone', 'region_code'], plainFields: ['phone'] }],
    ['names one of two withheld fields', { ...nameAndPhone, narrowed: withheldBecause('field id_no') }],
    [
      'names only the plain value of a withheld field',
      { ...nameAndPhone, narrowed: withheldBecause('plain id_no', 'field region_code') },
    ],
    ['names no withheld plain value', { plainFields: ['id_no'] }],
    ['names what was never asked for', { narrowed: withheldBecause('field addr') }],
    ['names a plain value that was never asked for', { narrowed: withheldBecause('plain name') }],
    ['names one twice', { plainFields: ['id_no'], narrowed: withheldBecause('plain phone', 'plain phone') }],
  ])('is refused when it %s', (_, changes) => {
    expect(agreeDefect(changes)).toBe('narrowed');
  });

  it('is refused when what was asked for cannot be known here', () => {
    expect(agreeDefect({}, { asked: null })).toBe('asked');
    expect(agreeDefect({}, { request: null })).toBe('request');
    expect(agreeDefect({}, { entry: null })).toBe('entry');
  });

  it('is refused when its rows cannot be filtered as it says', () => {
    expect(agreeDefect({}, { entry: { ...entry, regionField: null } })).toBe('rowFilter');
  });

  it.each<[string, Partial<Act<'agree'>>]>([
    ['assigner', { provider: STRANGER }],
    ['requestId', { requestId: parseRequestId(`0x${'53'.repeat(32)}`) }],
    ['fields', { fields: 1n }],
    ['window.notBefore', { notBefore: 1 }],
    ['window.notAfter', { notAfter: 2 }],
    ['hashAlgorithm', { hashAlgorithm: 2 }],
  ])('is refused when the act has another %s than the document', (member, changes) => {
    expect(agreeDefect({}, {}, changes)).toBe(member);
  });

  it('is refused when the document was changed after hashing', () => {
    const document = anAuthorization({ requestId: REQUEST_ID, mode: 'API_QUERY' });
    const act = buildShareAgreement(salted(document), PUBLISHED, EXPIRY);
    const refusal = refusalOf(() => {
      assertDocumentMatches('agree', act, salted(document), factsOf());
    });
    expect(refusal).toMatchObject({ code: 'DOCUMENT_HASH_MISMATCH', details: { member: 'documentHash' } });
  });
});

describe('a request', () => {
  it('is accepted when it fits the entry', () => {
    expect(requestDefect(aRequest())).toBeUndefined();
  });

  it.each<[string, ShareRequest, CatalogEntry | null, Partial<Act<'submitRequest'>>]>([
    ['mode', aRequest({}, { mode: 'FILE' }), entry, {}],
    ['scope.rowFilter', aRequest(), { ...entry, regionField: null }, {}],
    ['scope.fields', aRequest(), entry, { fields: 1n }],
    ['entry', aRequest(), null, {}],
    ['requester', aRequest(), entry, { requester: STRANGER }],
  ])('is refused for its %s', (member, document, published, changes) => {
    expect(requestDefect(document, published, changes)).toBe(member);
  });
});

describe('other acts', () => {
  it('bring a document of their own kind', () => {
    const refusal = salted(aDocument('ShareRefusal', { provider: PROVIDER, requestId: REQUEST_ID }));
    const { hashAlgorithm, documentHash } = buildShareRefusal(refusal, PUBLISHED, EXPIRY);
    const agreed = salted(anAuthorization({ requestId: REQUEST_ID }));
    const act = { ...buildShareAgreement(agreed, PUBLISHED, EXPIRY), hashAlgorithm, documentHash };
    expect(
      refusalOf(() => {
        assertDocumentMatches('agree', act, refusal, factsOf());
      }),
    ).toMatchObject({ code: 'DOCUMENT_INVALID', details: { kind: 'ShareAuthorization' } });
  });

  it('refuse for a condition that was not published is itself refused', () => {
    const refusal = aDocument('ShareRefusal', { provider: PROVIDER, requestId: REQUEST_ID });
    const saltedRefusal = salted(refusal);
    const act = buildShareRefusal(saltedRefusal, PUBLISHED, EXPIRY);
    const conditions = entry.conditions.filter(({ code }) => !refusal.conditions.includes(code));
    const published = { ...entry, conditions };
    expect(
      refusalOf(() => {
        assertDocumentMatches('refuse', act, saltedRefusal, factsOf({ entry: published }));
      })?.details,
    ).toEqual({ member: 'conditions' });
  });
});
