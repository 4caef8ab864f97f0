import { type Act, isReason } from './acts.ts';
import { addWorkingDays } from './calendar.ts';
import {
  type Broken,
  type Case,
  caseIn,
  type CaseStatus,
  commonGovernmentOf,
  governmentsOf,
  grantIn,
  isBusiness,
  kindOf,
  NO_CASE,
  requestIn,
  resourceIn,
  type Rule,
  withEntry,
  type World,
} from './world.ts';

const CORRECTION_DAYS = 10;

type Part = (world: World, entry: Case, act: Act) => boolean;

const isClaimant: Part = (_, { claimant }, { department }) => department === claimant;
const isRespondent: Part = (_, { respondent }, { department }) => department === respondent;
const isCoordinator: Part = (_, { coordinator }, { department }) => department === coordinator;
const isCommonGovernment: Part = (world, { claimant, respondent }, { department }) =>
  department === commonGovernmentOf(world, claimant, respondent);
/** Where the sides belong to governments and nobody governs both, nobody coordinates. */
function mayCoordinate(world: World, { claimant, respondent }: Case, department: Case['claimant']): boolean {
  const government = commonGovernmentOf(world, claimant, respondent);
  const isUngoverned = [claimant, respondent].every((side) => governmentsOf(world, side).length === 0);
  return (
    kindOf(world, department) === 'Authority' &&
    (government !== undefined || isUngoverned) &&
    governmentsOf(world, department)[0] === government
  );
}

const isCommonAuthority: Part = (world, entry, act) =>
  !isClaimant(world, entry, act) && !isRespondent(world, entry, act) && mayCoordinate(world, entry, act.department);

/** Nobody need coordinate where a side is the authority that would. */
const isAuthoritySide = (world: World, entry: Case): boolean =>
  mayCoordinate(world, entry, entry.claimant) || mayCoordinate(world, entry, entry.respondent);

const hasGovernment = (world: World, { claimant, respondent }: Case): boolean =>
  commonGovernmentOf(world, claimant, respondent) !== undefined;

interface CaseStep {
  readonly from: readonly CaseStatus[];
  /** A government must be above both sides. */
  readonly needsGovernment?: true;
  /** One more state, in some cases. */
  readonly alsoFrom?: (world: World, entry: Case) => CaseStatus | null;
  readonly by: readonly Part[];
  readonly to: CaseStatus;
}

/** 7.4 Correction and 7.5 dispute, after the first step of each. */
const CASE_STEPS = {
  verifyCorrection: { from: ['Filed'], by: [isRespondent], to: 'Verifying' },
  correct: { from: ['Verifying'], by: [isRespondent], to: 'Corrected' },
  uphold: { from: ['Verifying'], by: [isRespondent], to: 'Upheld' },
  feedBackCorrection: { from: ['Corrected', 'Upheld'], by: [isRespondent], to: 'FedBack' },
  closeCorrection: { from: ['FedBack'], by: [isClaimant], to: 'Closed' },
  applyForCoordination: { from: ['Negotiating'], by: [isClaimant, isRespondent], to: 'Applied' },
  coordinate: { from: ['Applied'], by: [isCommonAuthority], to: 'Coordinating' },
  settleDispute: { from: ['Coordinating'], by: [isCoordinator], to: 'Settled' },
  escalateDispute: {
    from: ['Coordinating'],
    alsoFrom: (world, entry) => (isAuthoritySide(world, entry) ? 'Applied' : null),
    by: [isClaimant, isRespondent],
    to: 'Escalated',
    needsGovernment: true,
  },
  decideDispute: { from: ['Escalated'], by: [isCommonGovernment], to: 'Decided' },
  executeDispute: { from: ['Settled', 'Decided'], by: [isClaimant, isRespondent], to: 'Executed' },
} satisfies Record<string, CaseStep>;

function caseRule({ from, alsoFrom, by, to, needsGovernment }: CaseStep): Rule {
  return {
    refusals: (world, act) => {
      const entry = caseIn(world, act.subject);
      const isFrom = from.includes(entry.status) || alsoFrom?.(world, entry) === entry.status;
      return [
        ['CaseBookUnexpectedStatus', !isFrom],
        ['CaseBookNoGovernment', needsGovernment === true && !hasGovernment(world, entry)],
        ['CaseBookNotEntitled', !by.some((isPart) => isPart(world, entry, act))],
      ];
    },
    apply: (world, act) => {
      const entry = caseIn(world, act.subject);
      const coordinator = to === 'Coordinating' ? act.department : entry.coordinator;
      const isConcluded = to === 'Settled' || to === 'Decided';
      const outcome = isConcluded ? act.reasonCode : entry.outcome;
      const isRefused = entry.subjectKind === 'Request' && requestIn(world, entry.subject).status === 'Refused';
      const reopens = isConcluded && isRefused && isReason(act, 'REOPEN');
      return {
        cases: withEntry(world.cases, act.subject, { ...entry, status: to, coordinator, outcome }),
        ...(reopens ? { reopenings: withEntry(world.reopenings, entry.subject, act.subject) } : {}),
      };
    },
  };
}

const isPair = (act: Act, claimant: string, respondent: string): boolean =>
  act.department === claimant && act.respondent === respondent;

/** Refused or overdue, by its requester. */
function isRequestDisputable(world: World, act: Act): boolean {
  const { status, dueAt, requester, resourceId } = requestIn(world, act.subject);
  const isOverdue = status === 'Submitted' && world.now >= dueAt;
  return (status === 'Refused' || isOverdue) && isPair(act, requester, resourceIn(world, resourceId).provider);
}

/** By either side. */
function isGrantDisputable(world: World, act: Act): boolean {
  const { status, provider, requestId } = grantIn(world, act.subject);
  const { requester } = requestIn(world, requestId);
  return status !== 'None' && (isPair(act, requester, provider) || isPair(act, provider, requester));
}

/** Fed back or overdue, by who filed it. */
function isCorrectionDisputable(world: World, act: Act): boolean {
  const { kind, status, dueAt, claimant, respondent } = caseIn(world, act.subject);
  const isOverdue = !['FedBack', 'Closed'].includes(status) && world.now >= dueAt;
  return kind === 'Correction' && (status === 'FedBack' || isOverdue) && isPair(act, claimant, respondent);
}

/** The class of a published resource, by anyone who may request it. */
function isClassDisputable(world: World, act: Act): boolean {
  const { publishedVersion, provider } = resourceIn(world, act.subject);
  const mayRequest = isBusiness(world, act.department) && act.department !== provider;
  return publishedVersion !== 0 && mayRequest && act.respondent === provider;
}

function isDisputable(world: World, act: Act): boolean {
  switch (act.subjectKind) {
    case 'Request':
      return isRequestDisputable(world, act);
    case 'Grant':
      return isGrantDisputable(world, act);
    case 'Correction':
      return isCorrectionDisputable(world, act);
    case 'Resource':
      return isClassDisputable(world, act);
    case 'None':
      return false;
  }
}

const fileCorrection: Rule = {
  refusals: (world, act): Broken => {
    const { publishedVersion, provider } = resourceIn(world, act.subject);
    const mayFile = isBusiness(world, act.department) && act.department !== provider;
    return [
      ['CaseBookResourceNotPublished', act.resourceVersion < 1 || act.resourceVersion > publishedVersion],
      ['CaseBookNotRequester', !mayFile],
      ['WorkingDayCalendarYearMissing', addWorkingDays(world.now, CORRECTION_DAYS) === null],
    ];
  },
  apply: (world, act, digest) => {
    const entry: Case = {
      ...NO_CASE,
      kind: 'Correction',
      status: 'Filed',
      claimant: act.department,
      respondent: resourceIn(world, act.subject).provider,
      subject: act.subject,
      dueAt: addWorkingDays(world.now, CORRECTION_DAYS)!,
    };
    return { cases: withEntry(world.cases, digest, entry) };
  },
};

const openDispute: Rule = {
  refusals: (world, act) => [['CaseBookInvalidDispute', !isDisputable(world, act)]],
  apply: (world, act, digest) => {
    const { department: claimant, respondent, subjectKind, subject } = act;
    const entry: Case = {
      ...NO_CASE,
      kind: 'Dispute',
      status: 'Negotiating',
      claimant,
      respondent,
      subjectKind,
      subject,
    };
    return { cases: withEntry(world.cases, digest, entry) };
  },
};

export const CASE_RULES = {
  fileCorrection,
  verifyCorrection: caseRule(CASE_STEPS.verifyCorrection),
  correct: caseRule(CASE_STEPS.correct),
  uphold: caseRule(CASE_STEPS.uphold),
  feedBackCorrection: caseRule(CASE_STEPS.feedBackCorrection),
  closeCorrection: caseRule(CASE_STEPS.closeCorrection),
  openDispute,
  applyForCoordination: caseRule(CASE_STEPS.applyForCoordination),
  coordinate: caseRule(CASE_STEPS.coordinate),
  settleDispute: caseRule(CASE_STEPS.settleDispute),
  escalateDispute: caseRule(CASE_STEPS.escalateDispute),
  decideDispute: caseRule(CASE_STEPS.decideDispute),
  executeDispute: caseRule(CASE_STEPS.executeDispute),
} satisfies Record<string, Rule>;
