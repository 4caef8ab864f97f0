import { type Documents, parseDocument } from '../documents/parse-document.ts';
import type { SaltedDocument } from '../document-hash.ts';
import { LedgerError } from '../errors.ts';
import type { StepName } from '../events/ledger-event.ts';
import type { DepartmentId } from '../ids.ts';
import { type ActName, ACTS } from './act-definitions.ts';

/** Steps that bring a document; announcing a resource names the entry that is there already. */
export type DocumentedStepName = {
  readonly [Name in StepName]: (typeof ACTS)[Name]['document'] extends null ? never : Name;
}[StepName];
type StepDocumentKind = (typeof ACTS)[DocumentedStepName]['document'];

/** What a step and its document both say. `subject`: hex; `dueAt`: Unix seconds, 0 for none. */
export interface StepFacts {
  readonly department: DepartmentId;
  readonly authority: DepartmentId | null;
  readonly subject: string;
  readonly reasonCode: string;
  readonly dueAt: number;
}

const ALONE = { authority: null, dueAt: 0 } as const;

function reader<Kind extends StepDocumentKind>(
  kind: Kind,
  read: (document: Documents[Kind]) => StepFacts,
): (salted: SaltedDocument) => StepFacts {
  return (salted) => read(parseDocument(kind, salted.document));
}

const READERS: Readonly<Record<StepDocumentKind, (salted: SaltedDocument) => StepFacts>> = {
  Statement: reader('Statement', ({ department, authority, subject, reasonCode, dueAt }) => ({
    department,
    authority,
    subject,
    reasonCode,
    dueAt: dueAt ?? 0,
  })),
  SupplementNotice: reader('SupplementNotice', ({ department, requestId }) => ({
    ...ALONE,
    department,
    subject: requestId,
    reasonCode: 'INCOMPLETE',
  })),
  RequestSupplement: reader('RequestSupplement', ({ department, requestId }) => ({
    ...ALONE,
    department,
    subject: requestId,
    reasonCode: 'SUPPLEMENTED',
  })),
  ExtensionConsent: reader('ExtensionConsent', ({ department, provider, requestId, reasonCode, dueAt }) => ({
    department: provider,
    authority: department,
    subject: requestId,
    reasonCode,
    dueAt,
  })),
  GrantSuspension: reader('GrantSuspension', ({ department, grantId, reasonCode, rectifyBy }) => ({
    department,
    authority: null,
    subject: grantId,
    reasonCode,
    dueAt: rectifyBy ?? 0,
  })),
  GrantTermination: reader('GrantTermination', ({ department, authority, grantId, reasonCode }) => ({
    department,
    authority,
    subject: grantId,
    reasonCode,
    dueAt: 0,
  })),
  DisposalCertificate: reader('DisposalCertificate', ({ department, grantId, method }) => ({
    ...ALONE,
    department,
    subject: grantId,
    reasonCode: method,
  })),
  EntryReturn: reader('EntryReturn', ({ department, resourceId, reasonCode }) => ({
    ...ALONE,
    department,
    subject: resourceId,
    reasonCode,
  })),
};

export function isDocumentedStep(name: ActName): name is DocumentedStepName {
  const { document } = ACTS[name];
  return document !== null && Object.hasOwn(READERS, document);
}

/**
 * What the document of a step says that the act must say too.
 * @throws LedgerError DOCUMENT_INVALID
 */
export function stepFacts(name: DocumentedStepName, salted: SaltedDocument): StepFacts {
  const kind = ACTS[name].document;
  // A statement says which act it is for, so that nobody can use it for another.
  if (kind === 'Statement' && parseDocument(kind, salted.document).act !== name) {
    throw new LedgerError('DOCUMENT_HASH_MISMATCH', 'The statement is for another act', { member: 'act' });
  }
  return READERS[kind](salted);
}
