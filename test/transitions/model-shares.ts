import { ZeroHash } from 'ethers';

import { type Act, isReason } from './acts.ts';
import { addWorkingDays } from './calendar.ts';
import {
  type Broken,
  governmentsOf,
  type Grant,
  grantIdOf,
  grantIn,
  type GrantStatus,
  isActive,
  isBusiness,
  isSameLevel,
  kindOf,
  latestOf,
  mayConsent,
  NO_GRANT,
  type Request,
  requestIn,
  type RequestStatus,
  resourceIn,
  type Rule,
  versionIn,
  withEntry,
  type World,
} from './world.ts';

const DAY_SECONDS = 86_400;
const EXTENSION_DAYS = 10;
const DELIVERY_DAYS = 20;
const MOST_RECTIFICATION_SECONDS = 366 * DAY_SECONDS;
const FOLLOW_UP_SECONDS = 10 * DAY_SECONDS;

const isMissing = (dueAt: number | null): boolean => dueAt === null;

function withRequest(world: World, id: string, change: Partial<Request>): Partial<World> {
  return { requests: withEntry(world.requests, id, { ...requestIn(world, id), ...change }) };
}

function withGrant(world: World, id: string, change: Partial<Grant>): Partial<World> {
  return { grants: withEntry(world.grants, id, { ...grantIn(world, id), ...change }) };
}

/** 1 working day for 无条件, 10 for others (R15, R16), and ten more for an extension; null beyond the calendar. */
function answerClock(
  world: World,
  resourceId: string,
  version: number,
): Pick<Request, 'dueAt' | 'extendableTo'> | null {
  const isFree = versionIn(world, resourceId, version).shareClass === 'Unconditional';
  const dueAt = addWorkingDays(world.now, isFree ? 1 : 10);
  const extendableTo = dueAt === null ? null : addWorkingDays(dueAt - 1, EXTENSION_DAYS);
  return dueAt === null || extendableTo === null ? null : { dueAt, extendableTo };
}

/** The version published last is neither restrained nor 不予 (I3). */
function sharingRefusals(world: World, resourceId: string): Broken {
  const { publishedVersion, restraint } = resourceIn(world, resourceId);
  return [
    ['ShareLedgerResourceNotPublished', publishedVersion === 0 || restraint !== 'None'],
    ['ShareLedgerResourceDenied', latestOf(world, resourceId).shareClass === 'Denied'],
  ];
}

const isOutside = (fields: bigint, allowed: bigint): boolean => fields === 0n || (fields & ~allowed) !== 0n;
const isRegion = (prefix: string): boolean => /^[0-9]{0,12}$/.test(prefix);
const isEmptyWindow = (world: World, { notBefore, notAfter }: Act): boolean =>
  notBefore >= notAfter || world.now >= notAfter;

/** What the codes of a region's own rows begin with: 990000 is a province, 990100 a city (GB/T 2260). */
const ownPrefix = (region: string): string => region.replace(/0000$|00$/, '');

function isReflow(world: World, act: Act): boolean {
  const [above] = governmentsOf(world, resourceIn(world, act.subject).provider);
  const [own, ...superiors] = governmentsOf(world, act.department);
  const isAbove = own !== undefined && above !== undefined && above !== own && superiors.includes(above);
  return isAbove && act.regionPrefix.startsWith(ownPrefix(world.departments.get(act.department)!.region));
}

/** A renewal, an extension and a passing on are about a grant of the requester's to the same resource. */
function fitsPrior(world: World, act: Act): boolean {
  if (act.kind === 'None') return false;
  if (act.kind === 'New' || act.kind === 'Reflow') return act.priorGrantId === ZeroHash;
  const { requester, resourceId } = requestIn(world, grantIn(world, act.priorGrantId).requestId);
  return requester === act.department && resourceId === act.subject;
}

function requestRefusals(world: World, act: Act): Broken {
  const { provider, publishedVersion } = resourceIn(world, act.subject);
  const allFields = (1n << BigInt(latestOf(world, act.subject).fieldCount)) - 1n;
  return [
    ['ShareLedgerNotRequester', !isBusiness(world, act.department)],
    ...sharingRefusals(world, act.subject),
    ['ShareLedgerResourceNotPublished', act.resourceVersion !== publishedVersion],
    ['ShareLedgerOwnResource', act.department === provider],
    ['ShareLedgerInvalidKind', !fitsPrior(world, act)],
    ['ShareLedgerInvalidFields', isOutside(act.fields, allFields)],
    ['ShareLedgerInvalidRegion', !isRegion(act.regionPrefix)],
    ['ShareLedgerInvalidReflow', act.kind === 'Reflow' && !isReflow(world, act)],
    ['ShareLedgerInvalidWindow', isEmptyWindow(world, act)],
    ['WorkingDayCalendarYearMissing', answerClock(world, act.subject, act.resourceVersion) === null],
  ];
}

const providerOf = (world: World, requestId: string): string =>
  resourceIn(world, requestIn(world, requestId).resourceId).provider;

function statusRefusals(world: World, act: Act, from: readonly RequestStatus[]): Broken {
  return [['ShareLedgerUnexpectedRequestStatus', !from.includes(requestIn(world, act.subject).status)]];
}

/** By the provider, while the request has no answer. */
function answerRefusals(world: World, act: Act): Broken {
  return [
    ...statusRefusals(world, act, ['Submitted']),
    ['ShareLedgerNotProvider', act.department !== providerOf(world, act.subject)],
  ];
}

/** By the requester. */
function ownRefusals(world: World, act: Act, from: readonly RequestStatus[]): Broken {
  return [
    ...statusRefusals(world, act, from),
    ['ShareLedgerNotOwnRequest', act.department !== requestIn(world, act.subject).requester],
  ];
}

/** What may be granted of a request, now. */
function termRefusals(world: World, requestId: string, act: Act): Broken {
  const request = requestIn(world, requestId);
  const isWithin = act.notBefore >= request.notBefore && act.notAfter <= request.notAfter;
  return [
    ['ShareLedgerRequesterNotActive', !isActive(world, request.requester)],
    ...sharingRefusals(world, request.resourceId),
    ['ShareLedgerInvalidFields', isOutside(act.fields, request.fields)],
    ['ShareLedgerInvalidWindow', !isWithin || isEmptyWindow(world, act)],
    ['ShareLedgerGrantKnown', world.grants.has(grantIdOf(requestId, act))],
  ];
}

/** The conditions published for the version asked for; a return has none (R27). */
function conditionsOf(world: World, requestId: string): string {
  const { kind, resourceId, resourceVersion } = requestIn(world, requestId);
  return kind === 'Reflow' ? ZeroHash : versionIn(world, resourceId, resourceVersion).conditionsHash;
}

function agreementRefusals(world: World, act: Act): Broken {
  const { regionPrefix } = requestIn(world, act.subject);
  const isBound = act.conditionsHash !== ZeroHash;
  return [
    ...answerRefusals(world, act),
    ...termRefusals(world, act.subject, act),
    ['ShareLedgerInvalidRegion', !isRegion(act.regionPrefix) || !act.regionPrefix.startsWith(regionPrefix)],
    ['ShareLedgerConditionNotPublished', isBound && act.conditionsHash !== conditionsOf(world, act.subject)],
    ['ShareLedgerInvalidDisposalDays', act.disposalDays < 1 || act.disposalDays > 366],
    ['WorkingDayCalendarYearMissing', isMissing(addWorkingDays(world.now, DELIVERY_DAYS))],
  ];
}

/** A law that is cited, or the published conditions (R9, R18). */
function isGrounded(world: World, act: Act): boolean {
  if (act.groundsHash === ZeroHash) return false;
  if (isReason(act, 'FORBIDDEN_BY_LAW')) return true;
  return isReason(act, 'CONDITION_NOT_MET') && act.groundsHash === conditionsOf(world, act.subject);
}

/** A dispute was concluded with REOPEN while the request was refused, and has not opened it yet (R33). */
function isReopened(world: World, requestId: string): boolean {
  const dispute = world.reopenings.get(requestId);
  return dispute !== undefined && dispute !== requestIn(world, requestId).reopenedBy;
}

function restart(world: World, { subject }: Act, change: Partial<Request> = {}): Partial<World> {
  const { resourceId, resourceVersion } = requestIn(world, subject);
  return withRequest(world, subject, {
    status: 'Submitted',
    ...answerClock(world, resourceId, resourceVersion)!,
    ...change,
  });
}

function restartRefusals(world: World, { subject }: Act): Broken {
  const { resourceId, resourceVersion } = requestIn(world, subject);
  return [['WorkingDayCalendarYearMissing', answerClock(world, resourceId, resourceVersion) === null]];
}

/** 7.2 Request. */
export const REQUEST_RULES = {
  submitRequest: {
    refusals: requestRefusals,
    apply: (world, act, digest) => {
      const { kind, subject: resourceId, resourceVersion, fields, regionPrefix, notBefore, notAfter } = act;
      return withRequest(world, digest, {
        ...{ status: 'Submitted', requester: act.department, kind, resourceId, resourceVersion, fields },
        ...{ regionPrefix, notBefore, notAfter },
        ...answerClock(world, resourceId, resourceVersion)!,
      });
    },
  },
  agree: {
    refusals: agreementRefusals,
    apply: (world, act) => ({
      ...withRequest(world, act.subject, { status: 'Agreed' }),
      ...withGrant(world, grantIdOf(act.subject, act), {
        status: 'Issued',
        provider: act.department,
        disposalDays: act.disposalDays,
        requestId: act.subject,
        notAfter: act.notAfter,
        dueAt: addWorkingDays(world.now, DELIVERY_DAYS)!,
      }),
    }),
  },
  refuse: {
    refusals: (world, act) => [...answerRefusals(world, act), ['ShareLedgerInvalidGrounds', !isGrounded(world, act)]],
    apply: (world, { subject }) => withRequest(world, subject, { status: 'Refused' }),
  },
  askSupplement: {
    refusals: (world, act) => {
      const { supplementAsked, dueAt } = requestIn(world, act.subject);
      return [...answerRefusals(world, act), ['ShareLedgerSupplementNotOpen', supplementAsked || world.now >= dueAt]];
    },
    apply: (world, { subject }) => withRequest(world, subject, { status: 'Supplementing', supplementAsked: true }),
  },
  supplement: {
    refusals: (world, act) => [...ownRefusals(world, act, ['Supplementing']), ...restartRefusals(world, act)],
    apply: (world, act) => restart(world, act),
  },
  extendAnswer: {
    refusals: (world, act) => {
      const { dueAt, extendableTo } = requestIn(world, act.subject);
      const isLate = world.now >= dueAt;
      return [
        ...answerRefusals(world, act),
        ['SignedActsNotSameLevel', !mayConsent(world, act.authority, act.department)],
        ['ShareLedgerInvalidDue', isLate || act.dueAt <= dueAt || act.dueAt > extendableTo],
      ];
    },
    apply: (world, { subject, dueAt }) => withRequest(world, subject, { dueAt }),
  },
  withdrawRequest: {
    refusals: (world, act) => ownRefusals(world, act, ['Submitted', 'Supplementing']),
    apply: (world, { subject }) => withRequest(world, subject, { status: 'Withdrawn' }),
  },
  reopenRequest: {
    refusals: (world, act) => [
      ...ownRefusals(world, act, ['Refused']),
      ['ShareLedgerNotReopened', !isReopened(world, act.subject)],
      ...restartRefusals(world, act),
    ],
    apply: (world, act) => restart(world, act, { reopenedBy: world.reopenings.get(act.subject)! }),
  },
} satisfies Record<string, Rule>;

type Part = (world: World, grant: Grant, act: Act) => boolean;

const isProvider: Part = (_, grant, act) => act.department === grant.provider;
const isRequester: Part = (world, grant, act) => act.department === requestIn(world, grant.requestId).requester;
const isSuspender: Part = (_, grant, act) => act.department === grant.suspender;
/** An authority on the level of either side, and neither of them itself. */
const isOverseer: Part = (world, grant, act) =>
  !isProvider(world, grant, act) &&
  !isRequester(world, grant, act) &&
  (isSameLevel(world, act.department, grant.provider) ||
    isSameLevel(world, act.department, requestIn(world, grant.requestId).requester));
const isRegulator: Part = (world, _, act) => kindOf(world, act.department) === 'Regulator' && isReason(act, 'SECURITY');
/** The requester, where an emergency was not followed up in time (I13). */
const isLeftAlone: Part = (world, grant, act) =>
  grant.suspension === 'Security' && !grant.followedUp && world.now >= grant.dueAt && isRequester(world, grant, act);

const LIVE: readonly GrantStatus[] = ['Issued', 'Delivered', 'Active', 'Suspended'];

/** A row of 7.3: from which states, by whom (one part is enough), to which state, and what else must hold. */
interface GrantStep {
  readonly from: (world: World, grant: Grant) => boolean;
  readonly by: readonly Part[];
  readonly change: (world: World, grant: Grant, act: Act) => Partial<Grant>;
  readonly evenIfSuspended?: true;
  readonly rules?: (world: World, grant: Grant, act: Act) => Broken;
}

const isIn =
  (...statuses: readonly GrantStatus[]): GrantStep['from'] =>
  (_, grant) =>
    statuses.includes(grant.status);
const hasEnded: GrantStep['from'] = (world, grant) =>
  ['Terminated', 'Released'].includes(grant.status) || (LIVE.includes(grant.status) && world.now > grant.notAfter);
const become =
  (status: GrantStatus): GrantStep['change'] =>
  () => ({ status });
/** Disposal is due when the days that the provider set are over (R31). */
const end =
  (status: GrantStatus): GrantStep['change'] =>
  (world, { disposalDays }) => ({ status, dueAt: world.now + disposalDays * DAY_SECONDS });
const needsAuthority: GrantStep['rules'] = (world, grant, act) => [
  ['SignedActsNotSameLevel', !mayConsent(world, act.authority, grant.provider)],
];

const isMisuse = ({ now }: World, act: Act): boolean =>
  isReason(act, 'MISUSE') && act.dueAt > now && act.dueAt <= now + MOST_RECTIFICATION_SECONDS;
const isEmergency = (act: Act): boolean => isReason(act, 'SECURITY') && act.dueAt === 0;

function suspensionRules(world: World, _: Grant, act: Act): Broken {
  return [['ShareLedgerInvalidSuspension', !isMisuse(world, act) && !isEmergency(act)]];
}

function suspendedState(world: World, _: Grant, act: Act): Partial<Grant> {
  const suspender = act.department;
  if (!isEmergency(act)) {
    return { status: 'Suspended', suspension: 'Misuse', followedUp: false, dueAt: act.dueAt, suspender };
  }
  const dueAt = world.now + FOLLOW_UP_SECONDS;
  return { status: 'Suspended', suspension: 'Security', followedUp: false, dueAt, suspender };
}

function followUpRules(world: World, grant: Grant): Broken {
  const isOpen = grant.suspension === 'Security' && !grant.followedUp && world.now < grant.dueAt;
  return [['ShareLedgerFollowUpNotOpen', !isOpen]];
}

function forfeitRules(world: World, grant: Grant, act: Act): Broken {
  const isUnmended = world.now >= grant.dueAt || isReason(act, 'RECTIFICATION_INSUFFICIENT');
  return [['ShareLedgerNotForfeited', grant.suspension !== 'Misuse' || !isUnmended]];
}

const GRANT_STEPS = {
  deliver: { from: isIn('Issued'), by: [isProvider], change: become('Delivered') },
  acknowledge: { from: isIn('Delivered'), by: [isRequester], change: become('Active') },
  suspend: {
    from: isIn('Active'),
    by: [isProvider, isOverseer, isRegulator],
    change: suspendedState,
    rules: suspensionRules,
    evenIfSuspended: true,
  },
  followUpSuspension: {
    from: isIn('Suspended'),
    by: [isSuspender],
    change: () => ({ followedUp: true }),
    rules: followUpRules,
    // The interface is silent; the contract takes it from a suspended department.
    evenIfSuspended: true,
  },
  resume: { from: isIn('Suspended'), by: [isSuspender, isOverseer, isLeftAlone], change: become('Active') },
  terminate: { from: isIn(...LIVE), by: [isProvider], change: end('Terminated'), rules: needsAuthority },
  // The interface is silent about suspended departments in the next and in `release`; both take a right away.
  forfeit: {
    from: isIn('Suspended'),
    by: [isOverseer],
    change: end('Terminated'),
    rules: forfeitRules,
    evenIfSuspended: true,
  },
  release: {
    from: isIn('Issued', 'Delivered', 'Active'),
    by: [isRequester],
    change: end('Released'),
    evenIfSuspended: true,
  },
  certifyDisposal: { from: hasEnded, by: [isRequester], change: become('DisposalCertified') },
  acceptDisposal: { from: isIn('DisposalCertified'), by: [isProvider], change: become('Closed') },
} satisfies Record<string, GrantStep>;

function grantRule(step: GrantStep): Rule {
  return {
    evenIfSuspended: step.evenIfSuspended ?? false,
    refusals: (world, act) => {
      const grant = grantIn(world, act.subject);
      return [
        ['ShareLedgerUnexpectedGrantStatus', !step.from(world, grant)],
        ['ShareLedgerNotEntitled', !step.by.some((isPart) => isPart(world, grant, act))],
        ...(step.rules?.(world, grant, act) ?? []),
      ];
    },
    apply: (world, act) => withGrant(world, act.subject, step.change(world, grantIn(world, act.subject), act)),
  };
}

/** New terms take the place of the old ones at once (R29). */
const changeGrant: Rule = {
  refusals: (world, act) => {
    const grant = grantIn(world, act.subject);
    return [
      ['ShareLedgerUnexpectedGrantStatus', grant.status !== 'Active' || world.now > grant.notAfter],
      ['ShareLedgerNotEntitled', act.department !== grant.provider],
      ['SignedActsNotSameLevel', !mayConsent(world, act.authority, act.department)],
      ...termRefusals(world, grant.requestId, act),
      ['ShareLedgerNegotiationMissing', act.negotiationHash === ZeroHash],
    ];
  },
  apply: (world, act) => {
    const { provider, disposalDays, requestId } = grantIn(world, act.subject);
    const successor = { ...NO_GRANT, provider, disposalDays, requestId, notAfter: act.notAfter };
    const replaced = { ...world, ...withGrant(world, act.subject, { status: 'Changed' }) };
    return withGrant(replaced, grantIdOf(requestId, act), { ...successor, status: 'Active' });
  },
};

/** 7.3 Grant. */
export const GRANT_RULES = {
  deliver: grantRule(GRANT_STEPS.deliver),
  acknowledge: grantRule(GRANT_STEPS.acknowledge),
  suspend: grantRule(GRANT_STEPS.suspend),
  followUpSuspension: grantRule(GRANT_STEPS.followUpSuspension),
  resume: grantRule(GRANT_STEPS.resume),
  terminate: grantRule(GRANT_STEPS.terminate),
  forfeit: grantRule(GRANT_STEPS.forfeit),
  changeGrant,
  release: grantRule(GRANT_STEPS.release),
  certifyDisposal: grantRule(GRANT_STEPS.certifyDisposal),
  acceptDisposal: grantRule(GRANT_STEPS.acceptDisposal),
} satisfies Record<string, Rule>;
