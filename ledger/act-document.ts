import { type Act, type ActName, ACTS } from './acts/act-definitions.ts';
import { SHARE_CLASS_NUMBERS } from './acts/chain-enums.ts';
import { type SaltedDocument, hashDocument } from './document-hash.ts';
import { type CatalogEntry, conditionsHash, denyBasisHash } from './documents/catalog-entry.ts';
import { type Documents, parseDocument } from './documents/parse-document.ts';
import { reasonCodeToBytes32 } from './documents/reason-code.ts';
import { type Withheld, withheldOf } from './documents/share-authorization.ts';
import { LedgerError } from './errors.ts';
import { fieldBitmap } from './field-set.ts';
import { HASH_ALGORITHMS, resourceCodeHash } from './ids.ts';
import type { DepartmentId, ResourceId } from './ids.ts';

/** Acts that bring a document. */
export type DocumentedActName = {
  readonly [Name in ActName]: (typeof ACTS)[Name]['document'] extends null ? never : Name;
}[ActName];
type KindOf<Name extends DocumentedActName> = (typeof ACTS)[Name]['document'];

/** The request that an answer answers, as the ledger holds it. */
export interface RequestFacts {
  readonly requester: DepartmentId;
  readonly resourceId: ResourceId;
  readonly resourceVersion: number;
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
type Matcher<Name extends DocumentedActName> = (
  act: Act<Name>,
  document: Documents[KindOf<Name>],
  facts: MatchFacts,
  salt: string,
) => Pairs;

/** Everything that stands both in the document and in the act, so that nobody can sign one thing and show another. */
const MATCHERS: { readonly [Name in DocumentedActName]: Matcher<Name> } = {
  submitResource: (act, entry, _facts, salt) => [
    ['provider', entry.provider.uscc, act.provider],
    ['resourceCode', resourceCodeHash(entry.resourceCode), act.codeHash],
    ['version', entry.version, act.version],
    ['shareClass', SHARE_CLASS_NUMBERS[entry.shareClass], act.shareClass],
    ['level', entry.level, act.level],
    ['fields', entry.fields.length, act.fieldCount],
    ['conditions', conditionsHash(entry, salt), act.conditionsHash],
    ['denyBasis', denyBasisHash(entry, salt), act.denyBasisHash],
  ],
  submitRequest: (act, request, { entry }) => [
    ['requester', request.requester.uscc, act.requester],
    ['resource.id', request.resource.id, act.resourceId],
    ['resource.version', request.resource.version, act.resourceVersion],
    ['scope.fields', fieldBitmap(required(entry, 'entry'), request.scope.fields), act.fields],
    ['scope.rowFilter', canFilterRows(required(entry, 'entry'), request.scope.rowFilter), true],
    ['mode', required(entry, 'entry').modes.includes(request.mode), true],
    ...windowPairs(request.window, act),
  ],
  agree: (act, authorization, { entry, request, asked }) => {
    const { requester, resourceId, resourceVersion } = required(request, 'request');
    const published = required(entry, 'entry');
    return [
      ['assigner', authorization.assigner, act.provider],
      ['assignee', authorization.assignee, requester],
      ['requestId', authorization.requestId, act.requestId],
      ['resource.id', authorization.resource.id, resourceId],
      ['resource.version', authorization.resource.version, resourceVersion],
      ['fields', fieldBitmap(published, authorization.fields), act.fields],
      ['rowFilter', canFilterRows(published, authorization.rowFilter), true],
      ...windowPairs(authorization.window, act),
      ...askedPairs(authorization, required(asked, 'asked')),
    ];
  },
  refuse: (act, refusal, { entry }) => {
    const published = required(entry, 'entry').conditions.map(({ code }) => code);
    return [
      ['provider', refusal.provider, act.provider],
      ['requestId', refusal.requestId, act.requestId],
      ['reasonCode', reasonCodeToBytes32(refusal.reasonCode), act.reasonCode],
      // A condition that was not published cannot be used to refuse (条例 art. 15; domain rule R9).
      ['conditions', refusal.conditions.every((code) => published.includes(code)), true],
    ];
  },
  revoke: (act, revocation) => [
    ['department', revocation.department, act.department],
    ['grantId', revocation.grantId, act.grantId],
    ['reasonCode', reasonCodeToBytes32(revocation.reasonCode), act.reasonCode],
  ],
};

/** What the ledger cannot compare: nobody is given more than he asked for and justified (最小必要). */
function askedPairs(authorization: Documents['ShareAuthorization'], asked: Documents['ShareRequest']): Pairs {
  const { plainFields, narrowed, purposes, rowFilter, systems, mode } = authorization;
  const { scope } = asked;
  return [
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
  return Object.hasOwn(MATCHERS, name);
}

/**
 * Checks that an act commits to this document, and that both say the same.
 * @throws LedgerError DOCUMENT_HASH_MISMATCH with `details.member`, DOCUMENT_INVALID, FIELDS_INVALID
 */
export function assertDocumentMatches<Name extends DocumentedActName>(
  name: Name,
  act: Act<Name>,
  salted: SaltedDocument,
  facts: MatchFacts,
): void {
  const document = parseDocument<KindOf<Name>>(ACTS[name].document, salted.document);
  if (act.hashAlgorithm !== HASH_ALGORITHMS.sha256) throw mismatch('hashAlgorithm');
  if (hashDocument(salted) !== act.documentHash) throw mismatch('documentHash');
  for (const [member, inDocument, inAct] of MATCHERS[name](act, document, facts, salted.salt)) {
    if (inDocument !== inAct) throw mismatch(member);
  }
}
