import type { DepartmentId } from '../../ledger/ids.ts';
import type { LiabilityItem } from '../../ledger/liability.ts';
import type { LedgerReader } from '../../ledger/ledger-reader.ts';
import { expiryDisposalDueAt, LIVE_STATUSES } from '../stores/grant-expiry.ts';
import type { CaseRow, GrantRow, RequestRow, ResourceRow } from '../stores/ledger-index.ts';
import type { PendingRows } from '../stores/pending-rows.ts';
import type { SubjectKind } from '../stores/schema.ts';
import { TASKS, type TaskName } from './tasks.ts';

/** Something that waits for a department. Times in Unix seconds. */
export interface InboxItem {
  readonly task: TaskName;
  readonly kind: SubjectKind;
  readonly subject: string;
  /** The other side; null where there is none. */
  readonly counterpart: DepartmentId | null;
  readonly since: number;
  /** Late from this second on; 0 if no time is set. */
  readonly dueAt: number;
  readonly overdue: boolean;
  /** What the lateness points at; null while it is not late. It gives nobody a right (I13). */
  readonly liability: LiabilityItem | null;
}

type Ledger = Pick<
  LedgerReader,
  'department' | 'resource' | 'resources' | 'isSameLevel' | 'governmentOf' | 'commonGovernmentOf'
>;
type Waiting = Omit<InboxItem, 'overdue' | 'liability'>;

/** What waits for `me` at `now`, by deadline; what has none comes last, the newest first. */
export function inboxOf(me: DepartmentId, rows: PendingRows, ledger: Ledger, now: number): readonly InboxItem[] {
  const items = [
    ...rows.requests.flatMap((row) => requestTasks(row, me)),
    ...rows.grants.flatMap((row) => grantTasks(row, me, now)),
    ...rows.cases.flatMap((row) => caseTasks(row, me, ledger)),
    ...rows.versions.flatMap((row) => versionTasks(row, me, ledger)),
    ...rows.corrections.map(correctionNotice),
    ...updateTasks(me, ledger),
  ];
  return items.map((item) => withLateness(item, now)).toSorted(byUrgency);
}

function withLateness(item: Waiting, now: number): InboxItem {
  const overdue = item.dueAt !== 0 && now >= item.dueAt;
  return { ...item, overdue, liability: overdue ? TASKS[item.task].liability : null };
}

function byUrgency(one: InboxItem, other: InboxItem): number {
  const due = ({ dueAt }: InboxItem): number => (dueAt === 0 ? Number.MAX_SAFE_INTEGER : dueAt);
  if (due(one) !== due(other)) return due(one) - due(other);
  return other.since === one.since ? one.subject.localeCompare(other.subject) : other.since - one.since;
}

function requestTasks(row: RequestRow, me: DepartmentId): readonly Waiting[] {
  const about = { kind: 'request', subject: row.requestId, since: row.recordedAt } as const;
  if (row.status === 'submitted' && row.provider === me) {
    return [{ ...about, task: 'ANSWER_REQUEST', counterpart: row.requester, dueAt: row.dueAt }];
  }
  if (row.status === 'supplementing' && row.requester === me) {
    return [{ ...about, task: 'SUPPLEMENT_REQUEST', counterpart: row.provider, dueAt: 0 }];
  }
  return [];
}

/** Whose turn it is with a grant in each status that waits for somebody. */
const GRANT_TASKS: Partial<Record<GrantRow['status'], readonly [task: TaskName, side: 'requester' | 'provider']>> = {
  issued: ['DELIVER', 'provider'],
  delivered: ['ACKNOWLEDGE', 'requester'],
  terminated: ['DISPOSE', 'requester'],
  released: ['DISPOSE', 'requester'],
  'disposal-certified': ['ACCEPT_DISPOSAL', 'provider'],
};

function grantTasks(row: GrantRow, me: DepartmentId, now: number): readonly Waiting[] {
  const counterpart = row.requester === me ? row.provider : row.requester;
  const about = { kind: 'grant', subject: row.grantId, since: row.recordedAt, counterpart } as const;
  if (LIVE_STATUSES.includes(row.status) && now > row.notAfter) {
    return row.requester === me ? [{ ...about, task: 'DISPOSE', dueAt: expiryDisposalDueAt(row) }] : [];
  }
  if (row.status === 'suspended') {
    return row.statusReason === 'MISUSE' ? misuseTasks(row, me, about) : emergencyTasks(row, me, about, now);
  }
  const waiting = GRANT_TASKS[row.status];
  if (waiting === undefined || row[waiting[1]] !== me) return [];
  return [{ ...about, task: waiting[0], dueAt: row.dueAt }];
}

type AboutGrant = Omit<Waiting, 'task' | 'dueAt'>;

function misuseTasks(
  { requester, suspender, dueAt }: GrantRow,
  me: DepartmentId,
  about: AboutGrant,
): readonly Waiting[] {
  const rectify: readonly Waiting[] = requester === me ? [{ ...about, task: 'RECTIFY', dueAt }] : [];
  const judge: readonly Waiting[] = suspender === me ? [{ ...about, task: 'JUDGE_RECTIFICATION', dueAt: 0 }] : [];
  return [...rectify, ...judge];
}

/** The clock stops with the follow-up. If it runs out, nobody can follow up any more and the requester may resume. */
function emergencyTasks(
  { requester, suspender, dueAt }: GrantRow,
  me: DepartmentId,
  about: AboutGrant,
  now: number,
): readonly Waiting[] {
  if (dueAt === 0) return [];
  if (now < dueAt) return suspender === me ? [{ ...about, task: 'FOLLOW_UP_SUSPENSION', dueAt }] : [];
  return requester === me ? [{ ...about, task: 'RESUME_LAPSED', since: dueAt, dueAt: 0 }] : [];
}

const CASE_TASKS: Partial<
  Record<CaseRow['status'], readonly [task: TaskName, by: 'claimant' | 'respondent' | 'side']>
> = {
  filed: ['FEED_BACK_CORRECTION', 'respondent'],
  verifying: ['FEED_BACK_CORRECTION', 'respondent'],
  corrected: ['FEED_BACK_CORRECTION', 'respondent'],
  upheld: ['FEED_BACK_CORRECTION', 'respondent'],
  'fed-back': ['CLOSE_CORRECTION', 'claimant'],
  negotiating: ['NEGOTIATE', 'side'],
  settled: ['EXECUTE_DISPUTE', 'side'],
  decided: ['EXECUTE_DISPUTE', 'side'],
};

function caseTasks(row: CaseRow, me: DepartmentId, ledger: Ledger): readonly Waiting[] {
  const counterpart = row.claimant === me ? row.respondent : row.claimant;
  const about = { kind: 'case', subject: row.caseId, since: row.recordedAt, counterpart, dueAt: row.dueAt } as const;
  const supervising = supervisingTask(row, me, ledger);
  if (supervising !== null) return [{ ...about, task: supervising }];
  const waiting = CASE_TASKS[row.status];
  if (waiting === undefined) return [];
  const [task, by] = waiting;
  const isMine = by === 'side' ? row.claimant === me || row.respondent === me : row[by] === me;
  return isMine ? [{ ...about, task }] : [];
}

function supervisingTask(row: CaseRow, me: DepartmentId, ledger: Ledger): TaskName | null {
  if (row.status === 'coordinating') return row.coordinator === me ? 'SETTLE_DISPUTE' : null;
  const common = ledger.commonGovernmentOf(row.claimant, row.respondent);
  if (row.status === 'escalated') return common === me ? 'DECIDE_DISPUTE' : null;
  return row.status === 'applied' && mayCoordinate(row, me, ledger) ? 'TAKE_UP_DISPUTE' : null;
}

/** An authority of the lowest government above both sides; where no side has one, any without a government. */
function mayCoordinate({ claimant, respondent }: CaseRow, me: DepartmentId, ledger: Ledger): boolean {
  const isSide = me === claimant || me === respondent;
  if (isSide || ledger.department(me)?.kind !== 'authority') return false;
  const common = ledger.commonGovernmentOf(claimant, respondent);
  const isCommon = common !== null || ledger.governmentOf(claimant) === ledger.governmentOf(respondent);
  return isCommon && ledger.governmentOf(me) === common;
}

function versionTasks(row: ResourceRow, me: DepartmentId, ledger: Ledger): readonly Waiting[] {
  if (ledger.resource(row.resourceId)?.restraint === 'retired') return [];
  const about = { kind: 'resource', subject: row.resourceId, since: row.recordedAt } as const;
  if (row.status === 'returned' && row.provider === me) {
    return [{ ...about, task: 'AMEND_ENTRY', counterpart: null, dueAt: 0 }];
  }
  const isMine = row.status === 'submitted' && ledger.isSameLevel(me, row.provider);
  return isMine ? [{ ...about, task: 'REVIEW_ENTRY', counterpart: row.provider, dueAt: row.dueAt }] : [];
}

function updateTasks(me: DepartmentId, ledger: Ledger): readonly Waiting[] {
  const due = ledger.resources().filter(({ updateDueAt, restraint }) => updateDueAt !== 0 && restraint !== 'retired');
  const own = due.filter(({ provider }) => provider === me);
  return own.map(({ id: subject, updateDueAt: dueAt }) => {
    return { task: 'UPDATE_ENTRY', kind: 'resource', subject, counterpart: null, since: 0, dueAt };
  });
}

function correctionNotice({ grantId, provider, correctedAt }: PendingRows['corrections'][number]): Waiting {
  const about = { kind: 'grant', subject: grantId, counterpart: provider } as const;
  return { ...about, task: 'NOTE_CORRECTION', since: correctedAt, dueAt: 0 };
}
