import { keccak256, toUtf8Bytes } from 'ethers';

import { saltedHash } from '../../ledger/document-hash.ts';
import {
  assessmentHashes,
  type CatalogEntry,
  conditionsHash,
  denyBasisHash,
} from '../../ledger/documents/catalog-entry.ts';
import type { DocumentKind, Documents } from '../../ledger/documents/parse-document.ts';
import type { ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import type { ShareRequest } from '../../ledger/documents/share-request.ts';
import { departmentIdToHex, type DepartmentId } from '../../ledger/ids.ts';
import type { EventName } from '../ledger/events.ts';
import { textWord, ZERO } from '../ledger/world.ts';
import { STATEMENT_EVENTS } from './event-documents.ts';
import { numberSaid, type Said } from './said.ts';

/** Numbers on chain by the names that documents use, from 1 on. */
const SHARE_CLASSES = ['UNCONDITIONAL', 'CONDITIONAL', 'DENIED'];
const LAW_CLASSES = ['GENERAL', 'IMPORTANT'];
const INSTRUMENTS = ['LAW', 'ADMINISTRATIVE_REGULATION', 'STATE_COUNCIL_DECISION'];
const REQUEST_KINDS = ['NEW', 'RENEW', 'SCOPE_EXTENSION', 'ONWARD', 'REFLOW'];
const SUBJECT_KINDS = ['REQUEST', 'GRANT', 'CORRECTION', 'RESOURCE'];
const PREFIX_DIGITS = 24;

interface Place {
  readonly event: EventName;
  readonly salt: string;
  /** `groundsHash` of the act: what is refused for a published condition names its hash, which is no document's. */
  readonly grounds: string;
}

type Reader<Kind extends DocumentKind> = (document: Documents[Kind], place: Place) => Said;

const READERS: { readonly [Kind in DocumentKind]: Reader<Kind> } = {
  CatalogEntry: (entry, { salt }) => entrySays(entry, salt),
  ShareRequest: (request) => requestSays(request),
  ShareAuthorization: (authorization, { event }) => authorizationSays(authorization, event),
  ShareRefusal: ({ provider, requestId, reasonCode: reason, legalBasis }, { salt, grounds }) => [
    department(provider),
    requestId,
    textWord(reason),
    reason === 'FORBIDDEN_BY_LAW' ? saltedHash(salt, legalBasis) : grounds,
  ],
  SourceDesignation: ({ department: authority, element, resourceId, replaces }) => [
    department(authority),
    keccak256(toUtf8Bytes(element)),
    resourceId,
    replaces ?? ZERO,
  ],
  CorrectionFiling: ({ department: requester, resourceId, errorKind, version }) => [
    department(requester),
    resourceId,
    textWord(errorKind),
    numberSaid(version),
  ],
  DisputeOpening: ({ department: claimant, respondent, subject }) => [
    department(claimant),
    department(respondent),
    subject.id,
    textWord('DISPUTED'),
    ordinal(SUBJECT_KINDS, subject.kind),
  ],
  SupplementNotice: ({ department: by, requestId }) => step(by, requestId, 'INCOMPLETE'),
  RequestSupplement: ({ department: by, requestId }) => step(by, requestId, 'SUPPLEMENTED'),
  ExtensionConsent: ({ department: authority, provider, requestId, reasonCode: reason, dueAt }) =>
    step(provider, requestId, reason, { authority, dueAt }),
  GrantSuspension: ({ department: by, grantId, reasonCode: reason, rectifyBy }) =>
    step(by, grantId, reason, { dueAt: rectifyBy }),
  GrantTermination: ({ department: by, authority, grantId, reasonCode: reason }) =>
    step(by, grantId, reason, { authority }),
  DisposalCertificate: ({ department: by, grantId, method }) => step(by, grantId, method),
  EntryReturn: ({ department: by, resourceId, reasonCode: reason }) => step(by, resourceId, reason),
  Statement: ({ act, department: by, subject, reasonCode: reason, authority, dueAt }, { event }) =>
    // A statement for another act says nothing about this one.
    STATEMENT_EVENTS[act] === event ? step(by, subject, reason, { authority, dueAt }) : [],
};

/** What a document says of that which its act says too, in the order of `actSays`. */
export function documentSays<Kind extends DocumentKind>(kind: Kind, document: Documents[Kind], place: Place): Said {
  return READERS[kind](document, place);
}

function step(
  by: DepartmentId,
  subject: string,
  reason: string,
  more: { readonly authority?: DepartmentId | null; readonly dueAt?: number | null } = {},
): Said {
  const authority = more.authority ?? null;
  const named = authority === null ? null : department(authority);
  return [department(by), named, subject, textWord(reason), numberSaid(more.dueAt ?? 0)];
}

function entrySays(entry: CatalogEntry, salt: string): Said {
  const { secrecyHash, piaHash } = assessmentHashes(entry);
  return [
    department(entry.provider.uscc),
    keccak256(toUtf8Bytes(entry.resourceCode)),
    entry.derivedFrom ?? ZERO,
    conditionsHash(entry, salt),
    denyBasisHash(entry, salt),
    secrecyHash,
    piaHash,
    numberSaid(entry.version),
    ordinal(SHARE_CLASSES, entry.shareClass),
    ordinal(LAW_CLASSES, entry.lawClass),
    numberSaid(entry.level),
    entry.denyBasis === null ? '0' : ordinal(INSTRUMENTS, entry.denyBasis.instrumentKind),
    numberSaid(entry.fields.length),
  ];
}

function requestSays({ requester, kind, resource, priorGrantId, scope, window }: ShareRequest): Said {
  return [
    department(requester.uscc),
    resource.id,
    priorGrantId ?? ZERO,
    prefix(scope.rowFilter),
    ordinal(REQUEST_KINDS, kind),
    numberSaid(resource.version),
    numberSaid(window.notBefore),
    numberSaid(window.notAfter),
  ];
}

function authorizationSays(authorization: ShareAuthorization, event: EventName): Said {
  const { assigner, assignee, requestId, resource, window, rowFilter, disposal } = authorization;
  const own = event === 'GrantIssued' ? [prefix(rowFilter), numberSaid(disposal.days)] : [null, null];
  return [
    department(assigner),
    requestId,
    department(assignee),
    resource.id,
    numberSaid(resource.version),
    numberSaid(window.notBefore),
    numberSaid(window.notAfter),
    ...own,
  ];
}

function department(id: DepartmentId): string {
  return departmentIdToHex(id);
}

function ordinal(names: readonly string[], name: string): string {
  return numberSaid(names.indexOf(name) + 1);
}

function prefix(rowFilter: { readonly regionPrefix: string } | null): string {
  const digits = Buffer.from(rowFilter?.regionPrefix ?? '', 'latin1').toString('hex');
  return `0x${digits.padEnd(PREFIX_DIGITS, '0')}`;
}
