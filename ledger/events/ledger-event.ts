import type { Act, ACTS, ActName } from '../acts/act-definitions.ts';
import type { ContractName } from '../deployment.ts';
import type {
  AccessKeyId,
  Bytes32,
  CaseId,
  DepartmentId,
  GatewayId,
  GrantId,
  RequestId,
  ResourceId,
} from '../ids.ts';
import type { AccountsRestoration, StatusOrder } from './governance-orders.ts';

/** A log as a node gives it in `eth_getLogs`, with numbers already read. Attacker-controlled. */
export interface RawLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly logIndex: number;
  readonly transactionHash: string;
}

/** What every entry of a history has. `recordedAt`: Unix seconds. */
export interface EventRecord {
  readonly contract: ContractName;
  readonly seq: number;
  readonly head: Bytes32;
  readonly recordedAt: number;
  /** Recomputed from the event's own content, see contracts/interfaces/ILedgerHistory.sol. */
  readonly actHash: Bytes32;
  readonly blockNumber: number;
  readonly blockHash: Bytes32;
  readonly logIndex: number;
  readonly transactionHash: Bytes32;
}

/** Governance, which admits authorities, may name any authority: null when it is no department id. */
export type RecordedRegistration = Omit<Act<'registerDepartment'>, 'authority'> & {
  readonly authority: DepartmentId | null;
};

/** Acts that move one thing from one state to the next; all their events have one form. */
export type StepName = {
  readonly [Name in ActName]: 'subject' extends keyof Act<Name> ? (Name extends 'openDispute' ? never : Name) : never;
}[ActName];

/** `dueAt`: the deadline that runs from this entry on, Unix seconds, 0 if none. */
type StepContents = {
  readonly [Name in StepName as (typeof ACTS)[Name]['event']]: { readonly act: Act<Name>; readonly dueAt: number };
};

/** What each event says beside the act itself; departments that act are members of the act. */
export interface EventContents extends StepContents {
  readonly ContractListed: { readonly listedName: Bytes32; readonly version: number; readonly account: string };
  readonly DepartmentRegistered: { readonly act: RecordedRegistration };
  readonly DepartmentAccountsChanged: { readonly act: Act<'changeDepartmentAccounts'> };
  readonly DepartmentAccountsRestored: { readonly act: AccountsRestoration };
  readonly DepartmentStatusChanged: { readonly act: Act<'changeDepartmentStatus'> };
  readonly DepartmentStatusGoverned: { readonly act: StatusOrder };
  readonly AccessKeyRegistered: { readonly keyId: AccessKeyId; readonly act: Act<'registerAccessKey'> };
  readonly AccessKeyRevoked: { readonly act: Act<'revokeAccessKey'> };
  readonly CalendarYearSet: { readonly act: Act<'setCalendarYear'> };
  /** `reviewDueAt`, `dueAt`: Unix seconds; the first is 0 for a first version. */
  readonly ResourceSubmitted: {
    readonly resourceId: ResourceId;
    readonly act: Act<'submitResource'>;
    readonly reviewDueAt: number;
  };
  readonly SourceDesignated: { readonly act: Act<'designateSource'> };
  readonly ShareRequested: {
    readonly requestId: RequestId;
    readonly act: Act<'submitRequest'>;
    readonly dueAt: number;
  };
  readonly GrantIssued: {
    readonly grantId: GrantId;
    readonly requester: DepartmentId;
    readonly resourceId: ResourceId;
    readonly resourceVersion: number;
    readonly act: Act<'agree'>;
    readonly dueAt: number;
  };
  readonly ShareRefused: { readonly act: Act<'refuse'> };
  /** `grantId` is the new grant; the act names the one that it takes the place of. */
  readonly GrantChanged: { readonly grantId: GrantId; readonly requestId: RequestId; readonly act: Act<'changeGrant'> };
  readonly CorrectionFiled: {
    readonly caseId: CaseId;
    readonly act: Act<'fileCorrection'>;
    readonly dueAt: number;
  };
  readonly GatewayRegistered: { readonly gateway: GatewayId; readonly act: Act<'registerGateway'> };
  readonly GatewayRetired: { readonly act: Act<'retireGateway'> };
  /** No act of a department: the gateway's account signed two heads of one size, and anybody showed both. */
  readonly GatewayEquivocated: {
    readonly gateway: GatewayId;
    readonly size: bigint;
    readonly root: Bytes32;
    readonly otherRoot: Bytes32;
  };
  readonly DisputeOpened: { readonly caseId: CaseId; readonly act: Act<'openDispute'> };
}

export type EventName = keyof EventContents;

export type EventOf<Name extends EventName> = { readonly name: Name } & EventRecord & EventContents[Name];

/** One entry of the ledger's history. */
export type LedgerEvent = { readonly [Name in EventName]: EventOf<Name> }[EventName];

/** The signature behind entry `seq` of `contract`; both are hex, `signer` an address or an ERC-7913 signer. */
export interface ActSigned {
  readonly contract: ContractName;
  readonly seq: number;
  readonly actDigest: Bytes32;
  readonly signer: string;
  readonly signature: string;
  readonly blockNumber: number;
  readonly blockHash: Bytes32;
  readonly logIndex: number;
  readonly transactionHash: Bytes32;
}
