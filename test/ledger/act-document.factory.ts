import {
  assertDocumentMatches,
  assertStepMatches,
  type DocumentedActName,
  type MatchFacts,
} from '../../ledger/act-document.ts';
import type { Act } from '../../ledger/acts/act-definitions.ts';
import {
  buildCorrectionFiling,
  buildDisputeOpening,
  buildGrantChange,
  buildResourceSubmission,
  buildShareAgreement,
  buildShareRefusal,
  buildShareRequest,
  buildSourceDesignation,
  buildStep,
  type PublishedEntry,
} from '../../ledger/acts/build-acts.ts';
import { type DocumentedStepName, isDocumentedStep } from '../../ledger/acts/step-facts.ts';
import { hashDocument, newSalt, type SaltedDocument } from '../../ledger/document-hash.ts';
import { conditionsHash } from '../../ledger/documents/catalog-entry.ts';
import type { ShareRequest } from '../../ledger/documents/share-request.ts';
import { parseGrantId, parseRequestId } from '../../ledger/ids.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import { someHash } from '../support/act-factory.ts';
import { ACT_NAMES } from './acts/example-acts.ts';
import { anAuthorization, anEntry, PROVIDER, REQUESTER, RESOURCE_ID, STRANGER } from './decide.factory.ts';
import { aShareRequest, rawDocument } from './documents/document.factory.ts';
import { refusalOf } from './refusal-of.ts';

export const EXPIRY = 1_800_000_000;
export const REQUEST_ID = parseRequestId(`0x${'52'.repeat(32)}`);
const GRANT_ID = parseGrantId(`0x${'53'.repeat(32)}`);

export const entry = anEntry({ provider: { name: '示例市公安局', uscc: PROVIDER }, modes: ['API_QUERY', 'BATCH'] });
export const PUBLISHED: PublishedEntry = { entry, conditionsHash: conditionsHash(entry, newSalt()) };

export type MatchedName = Exclude<DocumentedActName, DocumentedStepName>;

export function salted(document: unknown): SaltedDocument {
  return { salt: newSalt(), document: document as JsonValue };
}

/** Asks for exactly what `anAuthorization` gives. */
export function aRequest(
  scope: Partial<ShareRequest['scope']> = {},
  changes: Partial<ShareRequest> = {},
): ShareRequest {
  const { fields, plainFields, purposes, rowFilter, systems, window } = anAuthorization();
  return aShareRequest({
    requester: { name: '示例市人力资源和社会保障局', uscc: REQUESTER },
    resource: { id: RESOURCE_ID, version: 3 },
    purposes,
    scope: { fields, plainFields, rowFilter, systems, users: '窗口经办人员', ...scope },
    mode: 'API_QUERY',
    window,
    ...changes,
  });
}

export function factsOf(changes: Partial<MatchFacts> = {}): MatchFacts {
  const { conditionsHash: published } = PUBLISHED;
  const request = {
    id: REQUEST_ID,
    requester: REQUESTER,
    resourceId: RESOURCE_ID,
    resourceVersion: 3,
    conditionsHash: published,
  };
  return { entry, request, asked: aRequest(), ...changes };
}

/** The agreement of `factsOf`, bound by all conditions of the entry. */
export function anAgreement(changes: Parameters<typeof anAuthorization>[0] = {}) {
  const conditions = entry.conditions.map(({ code }) => code).toSorted();
  return anAuthorization({ requestId: REQUEST_ID, mode: 'API_QUERY', conditions, ...changes });
}

/** A document of each kind of act that is no step, and the act that its builder makes of it. */
export const MATCHED: {
  readonly [Name in MatchedName]: readonly [document: () => JsonValue, build: (document: SaltedDocument) => Act<Name>];
} = {
  submitResource: [() => asJson(entry), (document) => buildResourceSubmission(document, EXPIRY)],
  submitRequest: [() => asJson(aRequest()), (document) => buildShareRequest(document, entry, EXPIRY)],
  agree: [() => asJson(anAgreement()), (document) => buildShareAgreement(document, PUBLISHED, EXPIRY)],
  changeGrant: [
    () => asJson(anAgreement()),
    (document) => {
      const filed = { authority: STRANGER, grantId: GRANT_ID, negotiationHash: someHash(0x4e) };
      return buildGrantChange(document, entry, filed, EXPIRY);
    },
  ],
  refuse: [
    () => rawDocument('ShareRefusal', { provider: PROVIDER, requestId: REQUEST_ID }),
    (document) => buildShareRefusal(document, PUBLISHED, EXPIRY),
  ],
  designateSource: [() => rawDocument('SourceDesignation'), (document) => buildSourceDesignation(document, EXPIRY)],
  fileCorrection: [() => rawDocument('CorrectionFiling'), (document) => buildCorrectionFiling(document, EXPIRY)],
  openDispute: [() => rawDocument('DisputeOpening'), (document) => buildDisputeOpening(document, EXPIRY)],
};

function asJson(document: unknown): JsonValue {
  return document as JsonValue;
}

export const STEPS = ACT_NAMES.filter((name): name is DocumentedStepName => isDocumentedStep(name));

/** The member in which the act and the document differ, or the code of any other refusal; null when they match. */
export function differenceOf<Name extends MatchedName>(
  name: Name,
  act: Act<Name>,
  document: SaltedDocument,
  facts: MatchFacts = factsOf(),
): unknown {
  const refusal = refusalOf(() => {
    assertDocumentMatches(name, act, document, facts);
  });
  return refusal === null ? null : (refusal.details['member'] ?? refusal.code);
}

/** As `differenceOf`, of a step. */
export function stepDifferenceOf(
  name: DocumentedStepName,
  act: Act<DocumentedStepName>,
  document: SaltedDocument,
): unknown {
  const refusal = refusalOf(() => {
    assertStepMatches(name, act, document);
  });
  return refusal === null ? null : (refusal.details['member'] ?? refusal.code);
}

/** The act, committed to another document than it was built of. */
export function committedTo<Committed extends { readonly documentHash: string }>(
  act: Committed,
  document: SaltedDocument,
): Committed {
  return { ...act, documentHash: hashDocument(document) };
}

export function builtStep(name: DocumentedStepName, document: SaltedDocument): Act<DocumentedStepName> {
  return buildStep(name, document, EXPIRY);
}
