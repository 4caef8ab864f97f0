import type { HistoryHeads } from './deployment.ts';
import type { GrantState } from './grant-table.ts';
import type { AccessKeyId, CaseId, DepartmentId, GatewayId, GrantId, RequestId, ResourceId } from './ids.ts';
import type { CalendarYearState } from './projection/calendar-state.ts';
import type { CaseState } from './projection/case-state.ts';
import type { ResourceState, ResourceVersionState } from './projection/catalog-state.ts';
import type { BlockPoint } from './projection/event-order.ts';
import type { GatewayState } from './projection/log-state.ts';
import type { AccessKeyState, DepartmentState } from './projection/registry-state.ts';
import type { RequestState } from './projection/request-state.ts';

/** What the ledger says at `block`. Null is what it does not know; everything throws while nothing is proved. */
export interface LedgerReader {
  readonly block: BlockPoint;
  readonly heads: HistoryHeads;
  department(id: DepartmentId): DepartmentState | null;
  accessKey(id: AccessKeyId): AccessKeyState | null;
  resource(id: ResourceId): ResourceState | null;
  resourceVersion(id: ResourceId, version: number): ResourceVersionState | null;
  /** A request that waits for its answer, for what it lacks, or was refused. */
  request(id: RequestId): RequestState | null;
  case(id: CaseId): CaseState | null;
  /** Whether `authority` is an authority on the level of `department` (同级主管部门). */
  isSameLevel(authority: DepartmentId, department: DepartmentId): boolean;
  /** The lowest government above both; null for none. */
  commonGovernmentOf(one: DepartmentId, other: DepartmentId): DepartmentId | null;
  governmentOf(id: DepartmentId): DepartmentId | null;
  /** The working days of a year; null if none were set. */
  calendarYear(year: number): CalendarYearState | null;
  calendarYears(): readonly CalendarYearState[];
  grant(id: GrantId): GrantState | null;
  /** A gateway of any status; its tree head is on the chain, not here. */
  gateway(id: GatewayId): GatewayState | null;
  gateways(): readonly GatewayState[];
  departments(): readonly DepartmentState[];
  resources(): readonly ResourceState[];
}
