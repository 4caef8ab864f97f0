import { ZeroHash } from 'ethers';

import { type Act, type ActName, ACTS } from './acts/act-definitions.ts';
import {
  DENY_INSTRUMENT_NUMBERS,
  DISPUTE_SUBJECT_NUMBERS,
  LAW_CLASS_NUMBERS,
  REQUEST_KIND_NUMBERS,
  SHARE_CLASS_NUMBERS,
} from './acts/chain-enums.ts';
import { type DocumentedStepName, stepFacts } from './acts/step-facts.ts';
import { type SaltedDocument, hashDocument } from './document-hash.ts';
import { assessmentHashes, type CatalogEntry, conditionsHash, denyBasisHash } from './documents/catalog-entry.ts';
import { type Documents, parseDocument } from './documents/parse-document.ts';
import { reasonCodeToBytes32 } from './documents/reason-code.ts';
import { type Withheld, withheldOf } from './documents/share-authorization.ts';
import { refusalGrounds } from './documents/share-refusal.ts';
import { LedgerError } from './errors.ts';
import { fieldBitmap } from './field-set.ts';
import { elementHash, HASH_ALGORITHMS, resourceCodeHash } from './ids.ts';
import type { Bytes32, DepartmentId, RequestId, ResourceId } from './ids.ts';

/** Acts that bring a document. */
export type DocumentedActName = {
  readonly [Name in ActName]: (typeof ACTS)[Name]['document'] extends null ? never : Name;
}[ActName];
/** Those that are no steps, each with rules of its own. */
type MatchedActName = Exclude<DocumentedActName, DocumentedStepName>;
type KindOf<Name extends MatchedActName> = (typeof ACTS)[Name]['document'];

/** The request that an answer answers, as the ledger holds it. */
export interface RequestFacts {
  readonly id: RequestId;
  readonly requester: DepartmentId;
  readonly resourceId: ResourceId;
  readonly resourceVersion: number;
  /** Of the published conditions of that version; zero without. */
  readonly conditionsHash: Bytes32;
}

/** What the ledger knows of the things that an act and its document name; null where there is none. */
export interface MatchFacts {
  /** Entry of the resource version that is asked for or granted. */
  readonly entry: CatalogEntry | null;
  readonly request: RequestFacts | null;
  /** The document of that request, which says what the ledger does not hold. */
  readonly asked: Documents['ShareRequest'] | null;
}

type Pairs = readonly (readonly [member: string, inDocument: unknown, inAct: unknown])[];
type Matcher<Name extends MatchedActName> = (
  act: Act<Name>,
  document: Documents[KindOf<Name>],
  facts: MatchFacts,
  salt: string,
) => Pairs;

/** Everything that stands both in the document and in the act, so that nobody can sign one thing and show another. */
const MATCHERS: { readonly [Name in MatchedActName]: Matcher<Name> } = {
  submitResource: (act, entry, _facts, salt) => [
    ['provider', entry.provider.uscc, act.provider],
    ['resourceCode', resourceCodeHash(entry.resourceCode), act.codeHash],
    ['version', entry.version, act.version],
    ['shareClass', SHARE_CLASS_NUMBERS[entry.shareClass], act.shareClass],
    ['lawClass', LAW_CLASS_NUMBERS[entry.lawClass], act.lawClass],
    ['level', entry.level, act.level],
    ['derivedFrom', entry.derivedFrom ?? ZeroHash, act.derivedFrom],
    ['denyBasis.instrumentKind', instrumentNumber(entry), act.denyInstrument],
    ['assessments.secrecy', assessmentHashes(entry).secrecyHash, act.secrecyHash],
    ['assessments.pia', assessmentHashes(entry).piaHash, act.piaHash],
    ['fields', entry.fields.length, act.fieldCount],
    ['conditions', conditionsHash(entry, salt), act.conditionsHash],
    ['denyBasis', denyBasisHash(entry, salt), act.denyBasisHash],
  ],
  submitRequest: (act, request, { entry }) => [
    ['requester', request.requester.uscc, act.requester],
    ['kind', REQUEST_KIND_NUMBERS[request.kind], act.kind],
    ['priorGrantId', request.priorGrantId ?? ZeroHash, act.priorGrantId],
    ['scope.rowFilter', request.scope.rowFilter?.regionPrefix ?? null, act.regionPrefix],
    ['resource.id', request.resource.id, act.resourceId],
    ['resource.version', request.resource.version, act.resourceVersion],
    ['scope.fields', fieldBitmap(required(entry, 'entry'), request.scope.fields), act.fields],
    ['scope.rowFilter', canFilterRows(required(entry, 'entry'), request.scope.rowFilter), true],
    ['mode', required(entry, 'entry').modes.includes(request.mode), true],
    ...windowPairs(request.window, act),
  ],
  agree: (act, authorization, facts) => [
    ['requestId', authorization.requestId, act.requestId],
    ['rowFilter', authorization.rowFilter?.regionPrefix ?? null, act.regionPrefix],
    ['disposal.days', authorization.disposal.days, act.disposalDays],
    ['conditions', boundBy(authorization, required(facts.request, 'request')), act.conditionsHash],
    ...termsPairs(act, authorization, facts),
  ],
  changeGrant: (act, authorization, facts) => termsPairs(act, authorization, facts),
  refuse: (act, refusal, { entry, request }, salt) => {
    const published = codesOf(required(entry, 'entry'));
    const { conditionsHash: publishedHash } = required(request, 'request');
    return [
      ['provider', refusal.provider, act.provider],
      ['requestId', refusal.requestId, act.requestId],
      ['reasonCode', reasonCodeToBytes32(refusal.reasonCode), act.reasonCode],
      // A condition that was not published cannot be used to refuse (条例 art. 15; domain rule R9).
      ['conditions', refusal.conditions.every((code) => published.includes(code)), true],
      ['legalBasis', refusalGrounds(refusal, salt, publishedHash), act.groundsHash],
    ];
  },
  designateSource: (act, designation) => [
    ['department', designation.department, act.authority],
    ['element', elementHash(designation.element), act.element],
    ['resourceId', designation.resourceId, act.resourceId],
    ['replaces', designation.replaces ?? ZeroHash, act.replaces],
  ],
  fileCorrection: (act, filing) => [
    ['department', filing.department, act.requester],
    ['resourceId', filing.resourceId, act.resourceId],
    ['version', filing.version, act.resourceVersion],
    ['errorKind', reasonCodeToBytes32(filing.errorKind), act.reasonCode],
  ],
  openDispute: (act, opening) => [
    ['department', opening.department, act.claimant],
    ['respondent', opening.respondent, act.respondent],
    ['subject.kind', DISPUTE_SUBJECT_NUMBERS[opening.subject.kind], act.subjectKind],
    ['subject.id', opening.subject.id, act.subject],
    // The claim is in words, so the act has nothing else to say.
    ['reasonCode', reasonCodeToBytes32('DISPUTED'), act.reasonCode],
  ],
};

/** The terms of a grant, whether they are agreed to or changed later. */
function termsPairs(
  act: Act<'agree'> | Act<'changeGrant'>,
  authorization: Documents['ShareAuthorization'],
  { entry, request, asked }: MatchFacts,
): Pairs {
  const { id, requester, resourceId, resourceVersion } = required(request, 'request');
  const published = required(entry, 'entry');
  return [
    ['requestId', authorization.requestId, id],
    ['assigner', authorization.assigner, act.provider],
    ['assignee', authorization.assignee, requester],
    ['resource.id', authorization.resource.id, resourceId],
    ['resource.version', authorization.resource.version, resourceVersion],
    ['fields', fieldBitmap(published, authorization.fields), act.fields],
    ['rowFilter', canFilterRows(published, authorization.rowFilter), true],
    ['conditions', isWithin(authorization.conditions, codesOf(published)), true],
    ...windowPairs(authorization.window, act),
    ...askedPairs(authorization, required(asked, 'asked')),
  ];
}

function codesOf({ conditions }: CatalogEntry): readonly string[] {
  return conditions.map(({ code }) => code);
}

function boundBy({ conditions }: Documents['ShareAuthorization'], { conditionsHash: published }: RequestFacts): string {
  return conditions.length === 0 ? ZeroHash : published;
}

function instrumentNumber({ denyBasis }: CatalogEntry): number {
  return denyBasis === null ? 0 : DENY_INSTRUMENT_NUMBERS[denyBasis.instrumentKind];
}

/** What the ledger cannot compare: nobody is given more than he asked for and justified (最小必要). */
function askedPairs(authorization: Documents['ShareAuthorization'], asked: Documents['ShareRequest']): Pairs {
  const { plainFields, narrowed, purposes, rowFilter, systems, mode, conditions } = authorization;
  const { scope } = asked;
  return [
    // No condition binds data that returns (回流, 条例 art. 24; domain rule R27).
    ['conditions', asked.kind !== 'REFLOW' || conditions.length === 0, true],
    ['plainFields', isWithin(plainFields, scope.plainFields), true],
    ['narrowed', listText(narrowed), listText(withheldOf(scope, authorization))],
    ['purposes', isWithin(purposes, asked.purposes), true],
    // No systems means any, so it is the widest answer to a request that names some.
    ['systems', scope.systems.length === 0 || (systems.length > 0 && isWithin(systems, scope.systems)), true],
    ['rowFilter', (rowFilter?.regionPrefix ?? '').startsWith(scope.rowFilter?.regionPrefix ?? ''), true],
    ['mode', mode, asked.mode],
  ];
}

/** Equal exactly for lists of the same fields and asks in whatever order; reasons aside. */
function listText(withheld: readonly Withheld[]): string {
  return withheld
    .map(({ ask, field }) => `${ask} ${field}`)
    .toSorted()
    .join();
}

function isWithin(given: readonly string[], asked: readonly string[]): boolean {
  return given.every((item) => asked.includes(item));
}

/** A filter over rows that have no region could never be enforced. */
function canFilterRows(entry: CatalogEntry, rowFilter: Documents['ShareAuthorization']['rowFilter']): boolean {
  return rowFilter === null || entry.regionField !== null;
}

function windowPairs(
  window: { readonly notBefore: number; readonly notAfter: number },
  act: { readonly notBefore: number; readonly notAfter: number },
): Pairs {
  return [
    ['window.notBefore', window.notBefore, act.notBefore],
    ['window.notAfter', window.notAfter, act.notAfter],
  ];
}

function required<Fact>(fact: Fact | null, what: string): Fact {
  if (fact === null) throw mismatch(what);
  return fact;
}

function mismatch(member: string): LedgerError {
  return new LedgerError('DOCUMENT_HASH_MISMATCH', 'The document and the act do not agree', { member });
}

export function bringsDocument(name: ActName): name is DocumentedActName {
  return ACTS[name].document !== null;
}

/**
 * Checks that an act that is no step commits to this document, and that both say the same.
 * @throws LedgerError DOCUMENT_HASH_MISMATCH with `details.member`, DOCUMENT_INVALID, FIELDS_INVALID
 */
export function assertDocumentMatches<Name extends MatchedActName>(
  name: Name,
  act: Act<Name>,
  salted: SaltedDocument,
  facts: MatchFacts,
): void {
  const document = parseDocument<KindOf<Name>>(ACTS[name].document, salted.document);
  assertCommits(act, salted);
  assertSame(MATCHERS[name](act, document, facts, salted.salt));
}

/**
 * As {@link assertDocumentMatches}, for steps; these need no facts beside the document.
 * @throws LedgerError DOCUMENT_HASH_MISMATCH with `details.member`, DOCUMENT_INVALID
 */
export function assertStepMatches(
  name: DocumentedStepName,
  act: Act<DocumentedStepName>,
  salted: SaltedDocument,
): void {
  const facts = stepFacts(name, salted);
  assertCommits(act, salted);
  assertSame([
    ['department', facts.department, act.department],
    ['authority', facts.authority, 'authority' in act ? act.authority : null],
    ['subject', facts.subject, act.subject],
    ['reasonCode', reasonCodeToBytes32(facts.reasonCode), act.reasonCode],
    ['dueAt', facts.dueAt, act.dueAt],
  ]);
}

function assertCommits(
  act: { readonly hashAlgorithm: number; readonly documentHash: Bytes32 },
  salted: SaltedDocument,
): void {
  if (act.hashAlgorithm !== HASH_ALGORITHMS.sha256) throw mismatch('hashAlgorithm');
  if (hashDocument(salted) !== act.documentHash) throw mismatch('documentHash');
}

function assertSame(pairs: Pairs): void {
  for (const [member, inDocument, inAct] of pairs) {
    if (inDocument !== inAct) throw mismatch(member);
  }
}
