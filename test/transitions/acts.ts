import { id as keccakOf, encodeBytes32String, ZeroHash } from 'ethers';

import type { DepartmentName, Role } from './departments.ts';

const STEP =
  '(bytes18 department,bytes32 subject,bytes32 reasonCode,uint64 dueAt,bytes32 documentHash,uint8 hashAlgorithm,' +
  'uint256 nonce,uint64 expiresAt)';
const JOINT_STEP =
  '(bytes18 department,bytes18 authority,bytes32 subject,bytes32 reasonCode,uint64 dueAt,bytes32 documentHash,' +
  'uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)';

export type ContractName = 'ResourceCatalog' | 'ShareLedger' | 'CaseBook';
export type Machine = 'resource' | 'request' | 'grant' | 'correction' | 'dispute';

/** What the specification says of one act: where it goes, its EIP-712 type, and whose signatures it carries. */
export interface ActRow {
  readonly machine: Machine;
  readonly contract: ContractName;
  readonly method: string;
  readonly type: string;
  readonly role: Role;
  readonly second: 'maker' | 'authority' | null;
}

const row = (
  machine: Machine,
  contract: ContractName,
  method: string,
  type: string,
  second: ActRow['second'] = null,
  role: Role = 'Office',
): ActRow => ({ machine, contract, method: `${method}BySig`, type, role, second });

const catalog = row.bind(null, 'resource', 'ResourceCatalog');
const request = row.bind(null, 'request', 'ShareLedger');
const grant = row.bind(null, 'grant', 'ShareLedger');
const correction = row.bind(null, 'correction', 'CaseBook');
const dispute = row.bind(null, 'dispute', 'CaseBook');

export const ACTS = {
  submitResource: catalog(
    'submitResource',
    'ResourceSubmission(bytes18 provider,bytes32 codeHash,uint32 version,uint8 shareClass,uint8 lawClass,uint8 level,' +
      'uint16 fieldCount,bytes32 derivedFrom,bytes32 conditionsHash,uint8 denyInstrument,bytes32 denyBasisHash,' +
      'bytes32 secrecyHash,bytes32 piaHash,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)',
    'maker',
    'Head',
  ),
  publishResource: catalog('publishResource', `ResourcePublication${STEP}`),
  returnResource: catalog('returnResource', `ResourceReturn${STEP}`),
  requireUpdate: catalog('requireUpdate', `UpdateRequirement${STEP}`),
  extendUpdate: catalog('extendUpdate', `UpdateExtension${STEP}`),
  freezeResource: catalog('freezeResource', `ResourceFreeze${STEP}`),
  unfreezeResource: catalog('unfreezeResource', `ResourceUnfreeze${STEP}`),
  retireResource: catalog('retireResource', `ResourceRetirement${JOINT_STEP}`, 'authority', 'Head'),
  designateSource: catalog(
    'designateSource',
    'SourceDesignation(bytes18 authority,bytes32 element,bytes32 resourceId,bytes32 replaces,bytes32 documentHash,' +
      'uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)',
  ),
  submitRequest: request(
    'submitRequest',
    'ShareRequest(bytes18 requester,uint8 kind,bytes32 resourceId,uint32 resourceVersion,bytes32 priorGrantId,' +
      'uint256 fields,bytes12 regionPrefix,uint64 notBefore,uint64 notAfter,bytes32 documentHash,' +
      'uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)',
    'maker',
  ),
  agree: request(
    'agree',
    'ShareAgreement(bytes18 provider,bytes32 requestId,uint256 fields,bytes12 regionPrefix,uint64 notBefore,' +
      'uint64 notAfter,bytes32 conditionsHash,uint16 disposalDays,bytes32 documentHash,uint8 hashAlgorithm,' +
      'uint256 nonce,uint64 expiresAt)',
    'maker',
  ),
  refuse: request(
    'refuse',
    'ShareRefusal(bytes18 provider,bytes32 requestId,bytes32 reasonCode,bytes32 groundsHash,bytes32 documentHash,' +
      'uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)',
    'maker',
  ),
  askSupplement: request('askSupplement', `SupplementDemand${STEP}`),
  supplement: request('supplement', `RequestSupplement${STEP}`),
  extendAnswer: request('extendAnswer', `AnswerExtension${JOINT_STEP}`, 'authority'),
  withdrawRequest: request('withdrawRequest', `RequestWithdrawal${STEP}`),
  reopenRequest: request('reopenRequest', `RequestReopening${STEP}`),
  deliver: grant('deliver', `GrantDelivery${STEP}`),
  acknowledge: grant('acknowledge', `GrantAcknowledgement${STEP}`),
  suspend: grant('suspend', `GrantSuspension${STEP}`),
  followUpSuspension: grant('followUpSuspension', `SuspensionFollowUp${STEP}`),
  resume: grant('resume', `GrantResumption${STEP}`),
  terminate: grant('terminate', `GrantTermination${JOINT_STEP}`, 'authority'),
  forfeit: grant('forfeit', `GrantForfeiture${STEP}`),
  changeGrant: grant(
    'changeGrant',
    'GrantChange(bytes18 provider,bytes18 authority,bytes32 grantId,uint256 fields,uint64 notBefore,uint64 notAfter,' +
      'bytes32 negotiationHash,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)',
    'authority',
  ),
  release: grant('release', `GrantRelease${STEP}`),
  certifyDisposal: grant('certifyDisposal', `DisposalCertification${STEP}`),
  acceptDisposal: grant('acceptDisposal', `DisposalAcceptance${STEP}`),
  fileCorrection: correction(
    'fileCorrection',
    'CorrectionFiling(bytes18 requester,bytes32 resourceId,uint32 resourceVersion,bytes32 reasonCode,' +
      'bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)',
  ),
  verifyCorrection: correction('verifyCorrection', `CorrectionVerification${STEP}`),
  correct: correction('correct', `CorrectionMaking${STEP}`),
  uphold: correction('uphold', `CorrectionUpholding${STEP}`),
  feedBackCorrection: correction('feedBackCorrection', `CorrectionFeedback${STEP}`),
  closeCorrection: correction('closeCorrection', `CorrectionClosure${STEP}`),
  openDispute: dispute(
    'openDispute',
    'DisputeOpening(bytes18 claimant,bytes18 respondent,uint8 subjectKind,bytes32 subject,bytes32 reasonCode,' +
      'bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)',
  ),
  applyForCoordination: dispute('applyForCoordination', `CoordinationApplication${STEP}`),
  coordinate: dispute('coordinate', `DisputeCoordination${STEP}`),
  settleDispute: dispute('settleDispute', `DisputeSettlement${STEP}`),
  escalateDispute: dispute('escalateDispute', `DisputeEscalation${STEP}`),
  decideDispute: dispute('decideDispute', `DisputeDecision${STEP}`),
  executeDispute: dispute('executeDispute', `DisputeExecution${STEP}`),
} satisfies Record<string, ActRow>;

export type ActName = keyof typeof ACTS;
export const ACT_NAMES = Object.keys(ACTS) as ActName[];

export const SHARE_CLASSES = ['None', 'Unconditional', 'Conditional', 'Denied'] as const;
export const REQUEST_KINDS = ['None', 'New', 'Renew', 'ScopeExtension', 'Onward', 'Reflow'] as const;
export const DISPUTE_SUBJECTS = ['None', 'Request', 'Grant', 'Correction', 'Resource'] as const;

/** Every member that any act has, flat: a row of {@link ACTS} says which of them are signed. */
export interface Act {
  readonly name: ActName;
  /** Whose act it is: department, provider, requester, claimant, or the authority that designates. */
  readonly department: DepartmentName;
  readonly authority: DepartmentName;
  /** The resource, request, grant or case that is moved. */
  readonly subject: string;
  readonly reasonCode: string;
  readonly dueAt: number;
  readonly documentHash: string;
  readonly hashAlgorithm: number;
  readonly nonce: bigint;
  readonly expiresAt: number;
  readonly codeHash: string;
  readonly version: number;
  readonly shareClass: (typeof SHARE_CLASSES)[number];
  readonly lawClass: number;
  readonly level: number;
  readonly fieldCount: number;
  readonly derivedFrom: string;
  readonly conditionsHash: string;
  readonly denyInstrument: number;
  readonly denyBasisHash: string;
  readonly secrecyHash: string;
  readonly piaHash: string;
  readonly element: string;
  readonly replaces: string;
  readonly kind: (typeof REQUEST_KINDS)[number];
  readonly resourceVersion: number;
  readonly priorGrantId: string;
  readonly fields: bigint;
  readonly regionPrefix: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly disposalDays: number;
  readonly groundsHash: string;
  readonly negotiationHash: string;
  readonly respondent: DepartmentName;
  readonly subjectKind: (typeof DISPUTE_SUBJECTS)[number];
}

export const NO_EXPIRY = 4_102_444_800;
export const hashOf = keccakOf;
export const reason = encodeBytes32String;

let lastNonceKey = 0n;

/** A nonce under a key of its own, so that acts do not wait for each other. */
export function freshNonce(): bigint {
  lastNonceKey += 1n;
  return lastNonceKey << 64n;
}

/** An act with nothing wrong in its form; what is not said stays empty. */
export function actOf(name: ActName, department: DepartmentName, members: Partial<Act> = {}): Act {
  return {
    name,
    department,
    authority: 'unknown',
    subject: ZeroHash,
    reasonCode: reason('OTHER'),
    dueAt: 0,
    documentHash: hashOf('document'),
    hashAlgorithm: 1,
    nonce: freshNonce(),
    expiresAt: NO_EXPIRY,
    codeHash: ZeroHash,
    version: 1,
    shareClass: 'Conditional',
    lawClass: 1,
    level: 2,
    fieldCount: 4,
    derivedFrom: ZeroHash,
    conditionsHash: ZeroHash,
    denyInstrument: 0,
    denyBasisHash: ZeroHash,
    secrecyHash: hashOf('secrecy'),
    piaHash: ZeroHash,
    element: hashOf('element'),
    replaces: ZeroHash,
    kind: 'New',
    resourceVersion: 1,
    priorGrantId: ZeroHash,
    fields: 3n,
    regionPrefix: '',
    notBefore: 0,
    notAfter: 0,
    disposalDays: 10,
    groundsHash: ZeroHash,
    negotiationHash: hashOf('negotiation'),
    respondent: 'unknown',
    subjectKind: 'None',
    ...members,
  };
}

/** Who really signed; the model compares it with who should have. */
export interface Signatory {
  readonly department: DepartmentName;
  readonly role: Role;
}

/** The signatures that the act asks for. */
export function dueSignatories(act: Act): readonly Signatory[] {
  const { role, second } = ACTS[act.name];
  const first: Signatory = { department: act.department, role };
  if (second === null) return [first];
  return [first, second === 'maker' ? { ...first, role: 'Maker' } : { department: act.authority, role: 'Office' }];
}

export const isReason = (act: Act, code: string): boolean => act.reasonCode === reason(code);
