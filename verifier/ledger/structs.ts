/**
 * The structs of the ledger, written here a second time: the verifier takes nothing from the contracts' bindings. Each
 * is the member list of its EIP-712 type; docs/evidence-format.md has the same table.
 */
const STEP =
  'bytes18 department,bytes32 subject,bytes32 reasonCode,uint64 dueAt,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt';
const JOINT_STEP =
  'bytes18 department,bytes18 authority,bytes32 subject,bytes32 reasonCode,uint64 dueAt,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt';

export const STRUCTS = {
  DepartmentRegistration:
    'bytes18 authority,bytes18 department,uint8 kind,bytes18 superior,bytes6 region,bytes maker,bytes office,bytes head,uint256 nonce,uint64 expiresAt',
  DepartmentAccountsChange: 'bytes18 department,bytes maker,bytes office,bytes head,uint256 nonce,uint64 expiresAt',
  DepartmentStatusChange:
    'bytes18 authority,bytes18 department,uint8 status,bytes32 reasonCode,uint256 nonce,uint64 expiresAt',
  AccountsRestoration: 'bytes18 department,bytes maker,bytes office,bytes head,bytes32 reasonCode',
  StatusOrder: 'bytes18 department,uint8 status,bytes32 reasonCode',
  AccessKeyRegistration:
    'bytes18 department,uint8 algorithm,bytes publicKey,uint64 notBefore,uint64 notAfter,uint256 nonce,uint64 expiresAt',
  AccessKeyRevocation: 'bytes18 department,bytes32 keyId,uint256 nonce,uint64 expiresAt',
  CalendarYear:
    'bytes18 authority,uint16 year,uint256 earlyDays,uint256 lateDays,bytes32 noticeHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt',
  ResourceSubmission:
    'bytes18 provider,bytes32 codeHash,uint32 version,uint8 shareClass,uint8 lawClass,uint8 level,uint16 fieldCount,bytes32 derivedFrom,bytes32 conditionsHash,uint8 denyInstrument,bytes32 denyBasisHash,bytes32 secrecyHash,bytes32 piaHash,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt',
  SourceDesignation:
    'bytes18 authority,bytes32 element,bytes32 resourceId,bytes32 replaces,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt',
  ShareRequest:
    'bytes18 requester,uint8 kind,bytes32 resourceId,uint32 resourceVersion,bytes32 priorGrantId,uint256 fields,bytes12 regionPrefix,uint64 notBefore,uint64 notAfter,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt',
  ShareAgreement:
    'bytes18 provider,bytes32 requestId,uint256 fields,bytes12 regionPrefix,uint64 notBefore,uint64 notAfter,bytes32 conditionsHash,uint16 disposalDays,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt',
  ShareRefusal:
    'bytes18 provider,bytes32 requestId,bytes32 reasonCode,bytes32 groundsHash,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt',
  GrantChange:
    'bytes18 provider,bytes18 authority,bytes32 grantId,uint256 fields,uint64 notBefore,uint64 notAfter,bytes32 negotiationHash,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt',
  CorrectionFiling:
    'bytes18 requester,bytes32 resourceId,uint32 resourceVersion,bytes32 reasonCode,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt',
  DisputeOpening:
    'bytes18 claimant,bytes18 respondent,uint8 subjectKind,bytes32 subject,bytes32 reasonCode,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt',
  GatewayRegistration: 'bytes18 operator,bytes32 publicKey,address account,uint256 nonce,uint64 expiresAt',
  GatewayRetirement: 'bytes18 operator,bytes32 gateway,uint256 nonce,uint64 expiresAt',
  Step: STEP,
  JointStep: JOINT_STEP,
} as const;
export type StructName = keyof typeof STRUCTS;

export interface Member {
  readonly name: string;
  readonly type: string;
}

export function membersOf(list: string): readonly Member[] {
  return list.split(',').map((member) => {
    const [type = '', name = ''] = member.split(' ');
    return { name, type };
  });
}
