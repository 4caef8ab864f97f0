import type { Entry } from './entry.ts';
import type { EventName } from './events.ts';
import { checkDocument, checkNoDeadline, deadline, known, must, REASON } from './rules.ts';
import { type Case, type CaseStatus, KIND, type World, ZERO } from './world.ts';

const CORRECTION_DAYS = 10;
const SUBJECT = { request: 1, grant: 2, correction: 3, resource: 4 } as const;
/** A correction that was not fed back yet. */
const UNANSWERED: readonly CaseStatus[] = ['filed', 'verifying', 'corrected', 'upheld'];

type Party = 'claimant' | 'respondent' | 'side' | 'authority' | 'coordinator' | 'government';

/** From which statuses, by whom, to which status. */
const STEPS: Readonly<Partial<Record<EventName, readonly [readonly CaseStatus[], Party, CaseStatus]>>> = {
  CorrectionVerifying: [['filed'], 'respondent', 'verifying'],
  CorrectionMade: [['verifying'], 'respondent', 'corrected'],
  CorrectionUpheld: [['verifying'], 'respondent', 'upheld'],
  CorrectionFedBack: [['corrected', 'upheld'], 'respondent', 'fed back'],
  CorrectionClosed: [['fed back'], 'claimant', 'closed'],
  CoordinationApplied: [['negotiating'], 'side', 'applied'],
  DisputeCoordinated: [['applied'], 'authority', 'coordinating'],
  DisputeSettled: [['coordinating'], 'coordinator', 'settled'],
  DisputeEscalated: [['coordinating'], 'side', 'escalated'],
  DisputeDecided: [['escalated'], 'government', 'decided'],
  DisputeExecuted: [['settled', 'decided'], 'side', 'executed'],
};

/** Entries of `CaseBook`. */
export function fileCorrection(world: World, entry: Entry): void {
  const { act, args, now } = entry;
  const [requester, resourceId] = [act.hex('requester'), act.hex('resourceId')];
  must(act.hex('reasonCode') !== ZERO, 'REASON');
  checkDocument(entry);
  const resource = known(world.resources.get(resourceId));
  const version = act.small('resourceVersion');
  must(version >= 1 && version <= (resource.published.now ?? 0), 'VERSION');
  must(world.isBusiness(requester) && requester !== resource.provider, 'ENTITLED');
  const dueAt = deadline(world, now, CORRECTION_DAYS);
  must(args.big('dueAt') === dueAt, 'DUE');
  const sides = { claimant: requester, respondent: resource.provider, coordinator: null };
  add(world, args.hex('caseId'), { subjectKind: 0, subject: resourceId, ...sides, dueAt, status: 'filed' });
}

export function openDispute(world: World, entry: Entry): void {
  const { act, args } = entry;
  must(act.hex('reasonCode') !== ZERO, 'REASON');
  checkDocument(entry);
  must(isDisputable(world, entry), 'DISPUTE');
  const sides = { claimant: act.hex('claimant'), respondent: act.hex('respondent'), coordinator: null };
  const subject = { subjectKind: act.small('subjectKind'), subject: act.hex('subject') };
  add(world, args.hex('caseId'), { ...subject, ...sides, dueAt: 0n, status: 'negotiating' });
}

export function stepCase(world: World, entry: Entry): void {
  checkNoDeadline(entry);
  const { act, name } = entry;
  const item = known(world.cases.get(act.hex('subject')));
  const [from, party, to] = known(STEPS[name]);
  const isDirect = name === 'DisputeEscalated' && item.status === 'applied' && isWithAuthority(world, item);
  must(from.includes(item.status) || isDirect, 'STATUS');
  must(isParty(world, party, item, act.hex('department')), 'ENTITLED');
  must(to !== 'escalated' || commonGovernment(world, item) !== null, 'GOVERNMENT');
  item.status = to;
  if (to === 'coordinating') item.coordinator = act.hex('department');
  const isConcluded = to === 'settled' || to === 'decided';
  const isRefusal = item.subjectKind === SUBJECT.request && world.requests.get(item.subject)?.status === 'refused';
  if (isConcluded && isRefusal && act.hex('reasonCode') === REASON.reopen) {
    world.reopenings.set(item.subject, act.hex('subject'));
  }
}

function add(world: World, id: string, item: Case): void {
  must(!world.cases.has(id), 'KNOWN');
  world.cases.set(id, item);
}

function isParty(world: World, party: Party, item: Case, department: string): boolean {
  switch (party) {
    case 'claimant':
    case 'respondent':
    case 'coordinator':
      return department === item[party];
    case 'side':
      return isSide(item, department);
    case 'authority':
      return !isSide(item, department) && mayCoordinate(world, item, department);
    case 'government':
      return department === commonGovernment(world, item);
  }
}

function isSide({ claimant, respondent }: Case, department: string): boolean {
  return department === claimant || department === respondent;
}

function commonGovernment(world: World, { claimant, respondent }: Case): string | null {
  return world.commonGovernmentOf(claimant, respondent);
}

/** An authority of the lowest government above both; where neither has one, any without a government. */
function mayCoordinate(world: World, item: Case, department: string): boolean {
  const common = commonGovernment(world, item);
  const isCommon = common !== null || world.governmentOf(item.claimant) === world.governmentOf(item.respondent);
  const isAuthority = world.departments.get(department)?.kind === KIND.authority;
  return isAuthority && isCommon && world.governmentOf(department) === common;
}

function isWithAuthority(world: World, item: Case): boolean {
  return mayCoordinate(world, item, item.claimant) || mayCoordinate(world, item, item.respondent);
}

function isDisputable(world: World, { act, now }: Entry): boolean {
  const [claimant, respondent, subject] = [act.hex('claimant'), act.hex('respondent'), act.hex('subject')];
  const isPair = (one: string | undefined, other: string | undefined): boolean =>
    claimant === one && respondent === other;
  switch (act.small('subjectKind')) {
    case SUBJECT.request: {
      const request = world.requests.get(subject);
      if (request === undefined) return world.hasLaterVersions;
      const isOpen = request.status === 'refused' || (request.status === 'submitted' && now >= request.dueAt);
      return isOpen && isPair(request.requester, world.resources.get(request.resourceId)?.provider);
    }
    case SUBJECT.grant: {
      const grant = world.grants.get(subject);
      if (grant === undefined) return world.hasLaterVersions;
      return isPair(grant.requester, grant.provider) || isPair(grant.provider, grant.requester);
    }
    case SUBJECT.correction: {
      const item = world.cases.get(subject);
      if (item?.subjectKind !== 0) return false;
      const isOpen = item.status === 'fed back' || (UNANSWERED.includes(item.status) && now >= item.dueAt);
      return isOpen && isPair(item.claimant, item.respondent);
    }
    case SUBJECT.resource: {
      const resource = world.resources.get(subject);
      const isPublished = resource !== undefined && resource.published.now !== 0;
      return isPublished && world.isBusiness(claimant) && claimant !== respondent && respondent === resource.provider;
    }
    default:
      return false;
  }
}
