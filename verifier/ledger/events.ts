import { keccak256, toUtf8Bytes } from 'ethers';

import { type Member, membersOf, type StructName, STRUCTS } from './structs.ts';

export const CONTRACTS = [
  'Directory',
  'DepartmentRegistry',
  'WorkingDayCalendar',
  'ResourceCatalog',
  'ShareLedger',
  'CaseBook',
  'ReceiptLog',
] as const;
export type Contract = (typeof CONTRACTS)[number];

export type Role = 'office' | 'head' | 'maker';

/** Who must sign: the account that `role` of the department in member `of` of the act has when it is recorded. */
export interface Signatory {
  readonly of: string;
  readonly role: Role;
}

/** One kind of entry. In `topics` and `data` are the arguments before and after the act, each `type name`. */
export interface EventRow {
  readonly contract: Contract;
  readonly topics: string;
  /** Struct of the act, null where the event has none. */
  readonly struct: StructName | null;
  /** Arguments before `recordedAt`: those in front of the act, then those behind it. */
  readonly before: string;
  readonly after: string;
  /** Name of the EIP-712 type that is signed; null for what nobody signs. */
  readonly signed: string | null;
  readonly signers: readonly Signatory[];
  /** It takes a right away or restrains, which a suspended department may do too. */
  readonly evenIfSuspended: boolean;
}

type RowFacts = Partial<Omit<EventRow, 'contract' | 'topics' | 'struct' | 'signed' | 'signers'>>;

function row(
  contract: Contract,
  topics: string,
  struct: StructName | null,
  signed: string | null,
  signers: string,
  facts: RowFacts = {},
): EventRow {
  const parsed = signers === '' ? [] : signers.split(',').map(signatory);
  return { contract, topics, struct, signed, signers: parsed, before: '', after: '', evenIfSuspended: false, ...facts };
}

function signatory(text: string): Signatory {
  const [role = '', of = ''] = text.split(' of ');
  return { of, role: role === 'head' || role === 'maker' ? role : 'office' };
}

const SUBJECTS: Readonly<Partial<Record<Contract, string>>> = { ResourceCatalog: 'resourceId', CaseBook: 'caseId' };

/** A step: its subject, department and reason are topics, and the deadline that runs from now on is beside the act. */
function step(contract: Contract, signed: string, facts: RowFacts & { readonly subject?: string } = {}): EventRow {
  const { subject = SUBJECTS[contract] ?? 'grantId', ...rest } = facts;
  const topics = `bytes32 ${subject},bytes18 department,bytes32 reasonCode`;
  return row(contract, topics, 'Step', signed, 'office of department', { after: 'uint64 dueAt', ...rest });
}

function jointStep(contract: Contract, signed: string, role: Role, subject: string): EventRow {
  const topics = `bytes32 ${subject},bytes18 department,bytes32 reasonCode`;
  const signers = `${role} of department,office of authority`;
  return row(contract, topics, 'JointStep', signed, signers, { after: 'uint64 dueAt' });
}

const restraint = { evenIfSuspended: true };
const request = { subject: 'requestId' };

/** All entries of the seven histories, by event name. */
export const EVENTS = {
  ContractListed: row('Directory', 'bytes32 name,uint32 version,address account', null, null, ''),
  DepartmentRegistered: row(
    'DepartmentRegistry',
    'bytes18 department,bytes18 authority',
    'DepartmentRegistration',
    'DepartmentRegistration',
    'office of authority',
  ),
  DepartmentAccountsChanged: row(
    'DepartmentRegistry',
    'bytes18 department',
    'DepartmentAccountsChange',
    'DepartmentAccountsChange',
    'head of department',
  ),
  DepartmentAccountsRestored: row(
    'DepartmentRegistry',
    'bytes18 department,bytes32 reasonCode',
    'AccountsRestoration',
    null,
    '',
  ),
  DepartmentStatusChanged: row(
    'DepartmentRegistry',
    'bytes18 department,bytes18 authority',
    'DepartmentStatusChange',
    'DepartmentStatusChange',
    'office of authority',
  ),
  DepartmentStatusGoverned: row('DepartmentRegistry', 'bytes18 department,bytes32 reasonCode', 'StatusOrder', null, ''),
  AccessKeyRegistered: row(
    'DepartmentRegistry',
    'bytes32 keyId,bytes18 department',
    'AccessKeyRegistration',
    'AccessKeyRegistration',
    'office of department',
  ),
  AccessKeyRevoked: row(
    'DepartmentRegistry',
    'bytes32 keyId,bytes18 department',
    'AccessKeyRevocation',
    'AccessKeyRevocation',
    'office of department',
    restraint,
  ),
  CalendarYearSet: row(
    'WorkingDayCalendar',
    'uint16 year,bytes18 authority',
    'CalendarYear',
    'CalendarYear',
    'office of authority',
  ),
  ResourceSubmitted: row(
    'ResourceCatalog',
    'bytes32 resourceId,bytes18 provider',
    'ResourceSubmission',
    'ResourceSubmission',
    'head of provider,maker of provider',
    { after: 'uint64 reviewDueAt' },
  ),
  SourceDesignated: row(
    'ResourceCatalog',
    'bytes32 element,bytes32 resourceId,bytes18 authority',
    'SourceDesignation',
    'SourceDesignation',
    'office of authority',
  ),
  ResourcePublished: step('ResourceCatalog', 'ResourcePublication'),
  ResourceReturned: step('ResourceCatalog', 'ResourceReturn'),
  UpdateRequired: step('ResourceCatalog', 'UpdateRequirement'),
  UpdateExtended: step('ResourceCatalog', 'UpdateExtension'),
  ResourceFrozen: step('ResourceCatalog', 'ResourceFreeze', restraint),
  ResourceUnfrozen: step('ResourceCatalog', 'ResourceUnfreeze'),
  ResourceRetired: jointStep('ResourceCatalog', 'ResourceRetirement', 'head', 'resourceId'),
  ShareRequested: row(
    'ShareLedger',
    'bytes32 requestId,bytes18 requester,bytes32 resourceId',
    'ShareRequest',
    'ShareRequest',
    'office of requester,maker of requester',
    { after: 'uint64 dueAt' },
  ),
  SupplementAsked: step('ShareLedger', 'SupplementDemand', request),
  RequestResubmitted: step('ShareLedger', 'RequestSupplement', request),
  AnswerExtended: jointStep('ShareLedger', 'AnswerExtension', 'office', 'requestId'),
  RequestWithdrawn: step('ShareLedger', 'RequestWithdrawal', request),
  RequestReopened: step('ShareLedger', 'RequestReopening', request),
  ShareRefused: row(
    'ShareLedger',
    'bytes32 requestId,bytes18 provider,bytes32 reasonCode',
    'ShareRefusal',
    'ShareRefusal',
    'office of provider,maker of provider',
  ),
  GrantIssued: row(
    'ShareLedger',
    'bytes32 grantId,bytes18 requester,bytes32 resourceId',
    'ShareAgreement',
    'ShareAgreement',
    'office of provider,maker of provider',
    { before: 'uint32 resourceVersion', after: 'uint64 dueAt' },
  ),
  GrantDelivered: step('ShareLedger', 'GrantDelivery'),
  GrantActivated: step('ShareLedger', 'GrantAcknowledgement'),
  GrantSuspended: step('ShareLedger', 'GrantSuspension', restraint),
  SuspensionFollowedUp: step('ShareLedger', 'SuspensionFollowUp', restraint),
  GrantResumed: step('ShareLedger', 'GrantResumption'),
  GrantTerminated: jointStep('ShareLedger', 'GrantTermination', 'office', 'grantId'),
  GrantForfeited: step('ShareLedger', 'GrantForfeiture', restraint),
  GrantChanged: row(
    'ShareLedger',
    'bytes32 newGrantId,bytes32 grantId,bytes18 provider',
    'GrantChange',
    'GrantChange',
    'office of provider,office of authority',
    { before: 'bytes32 requestId' },
  ),
  GrantReleased: step('ShareLedger', 'GrantRelease', restraint),
  DisposalCertified: step('ShareLedger', 'DisposalCertification'),
  GrantClosed: step('ShareLedger', 'DisposalAcceptance'),
  CorrectionFiled: row(
    'CaseBook',
    'bytes32 caseId,bytes18 requester,bytes32 resourceId',
    'CorrectionFiling',
    'CorrectionFiling',
    'office of requester',
    { after: 'uint64 dueAt' },
  ),
  CorrectionVerifying: step('CaseBook', 'CorrectionVerification'),
  CorrectionMade: step('CaseBook', 'CorrectionMaking'),
  CorrectionUpheld: step('CaseBook', 'CorrectionUpholding'),
  CorrectionFedBack: step('CaseBook', 'CorrectionFeedback'),
  CorrectionClosed: step('CaseBook', 'CorrectionClosure'),
  DisputeOpened: row(
    'CaseBook',
    'bytes32 caseId,bytes18 claimant,bytes32 subject',
    'DisputeOpening',
    'DisputeOpening',
    'office of claimant',
  ),
  CoordinationApplied: step('CaseBook', 'CoordinationApplication'),
  DisputeCoordinated: step('CaseBook', 'DisputeCoordination'),
  DisputeSettled: step('CaseBook', 'DisputeSettlement'),
  DisputeEscalated: step('CaseBook', 'DisputeEscalation'),
  DisputeDecided: step('CaseBook', 'DisputeDecision'),
  DisputeExecuted: step('CaseBook', 'DisputeExecution'),
  GatewayRegistered: row(
    'ReceiptLog',
    'bytes32 gateway,bytes18 operator',
    'GatewayRegistration',
    'GatewayRegistration',
    'office of operator',
  ),
  GatewayRetired: row(
    'ReceiptLog',
    'bytes32 gateway,bytes18 operator',
    'GatewayRetirement',
    'GatewayRetirement',
    'office of operator',
    restraint,
  ),
  GatewayEquivocated: row('ReceiptLog', 'bytes32 gateway', null, null, '', {
    before: 'uint64 size,bytes32 root,bytes32 otherRoot',
  }),
} as const satisfies Record<string, EventRow>;
export type EventName = keyof typeof EVENTS;

/** Events that are no entries: the signature behind an entry, and a tree head that the chain accepted. */
export const BESIDE = {
  ActSigned: { topics: 'uint64 seq,bytes32 actDigest', data: 'bytes signer,bytes signature' },
  HeadAnchored: { topics: 'bytes32 gateway', data: 'uint64 size,bytes32 root,uint64 anchoredAt' },
} as const;

/** The canonical signature of an entry's event, of which topic 0 is the keccak256. */
export function signatureOf(name: string, { topics, struct, before, after }: EventRow): string {
  const act = struct === null ? [] : [`(${typesOf(membersOf(STRUCTS[struct])).join(',')})`];
  const types = [...listed(topics), ...listed(before), ...act, ...listed(after), 'uint64', 'uint64', 'bytes32'];
  return `${name}(${types.join(',')})`;
}

export function besideSignatureOf(name: keyof typeof BESIDE): string {
  return `${name}(${[...listed(BESIDE[name].topics), ...listed(BESIDE[name].data)].join(',')})`;
}

export function topicOf(signature: string): string {
  return keccak256(toUtf8Bytes(signature));
}

function listed(list: string): readonly string[] {
  return list === '' ? [] : typesOf(membersOf(list));
}

function typesOf(members: readonly Member[]): readonly string[] {
  return members.map(({ type }) => type);
}
