import type { Entry } from './entry.ts';
import { checkConsent, checkNoDeadline, checkPrefix, deadline, known, must, prefixDigits, REASON } from './rules.ts';
import { boundConditions, checkTerms, toAnswer } from './request-rules.ts';
import { Timeline } from './timeline.ts';
import { type Grant, type GrantStatus, KIND, type World, ZERO } from './world.ts';

const DAY = 86_400n;
const DELIVERY_DAYS = 20;
const FOLLOW_UP = 10n * DAY;
const MOST_RECTIFICATION = 366n * DAY;
const MOST_DISPOSAL_DAYS = 366;
const LIVE: readonly GrantStatus[] = ['issued', 'delivered', 'active', 'suspended'];

/** Grants of `ShareLedger`. */
export function agree(world: World, entry: Entry): void {
  const { act, args, block, now } = entry;
  const requestId = act.hex('requestId');
  const request = toAnswer(world, requestId, act.hex('provider'));
  const { requester, resourceId, resourceVersion } = request;
  checkTerms(world, request, entry);
  const prefix = act.hex('regionPrefix');
  checkPrefix(prefix);
  must(prefixDigits(prefix).startsWith(prefixDigits(request.regionPrefix)), 'REGION');
  const conditions = act.hex('conditionsHash');
  must(conditions === ZERO || conditions === boundConditions(world, request), 'CONDITIONS');
  const disposalDays = act.small('disposalDays');
  must(disposalDays >= 1 && disposalDays <= MOST_DISPOSAL_DAYS, 'DAYS');
  must(args.big('dueAt') === deadline(world, now, DELIVERY_DAYS), 'DUE');
  must(!world.grants.has(args.hex('grantId')), 'KNOWN');
  request.status = 'agreed';
  const [notBefore, notAfter] = [act.big('notBefore'), act.big('notAfter')];
  const terms = {
    requestId,
    requester,
    provider: act.hex('provider'),
    resourceId,
    resourceVersion,
    notBefore,
    notAfter,
  };
  const status = new Timeline<GrantStatus>(block, 'issued');
  world.grants.set(args.hex('grantId'), { ...terms, disposalDays, status, suspension: null });
  count(world, resourceId, 1, notAfter);
}

export function deliver(world: World, entry: Entry): void {
  checkNoDeadline(entry);
  const grant = grantIn(world, entry, ['issued']);
  must(entry.act.hex('department') === grant.provider, 'ENTITLED');
  grant.status.set(entry.block, 'delivered');
}

export function activate(world: World, entry: Entry): void {
  checkNoDeadline(entry);
  const grant = grantIn(world, entry, ['delivered']);
  must(entry.act.hex('department') === grant.requester, 'ENTITLED');
  grant.status.set(entry.block, 'active');
}

export function suspend(world: World, entry: Entry): void {
  const { act, args, block, now } = entry;
  const grant = grantIn(world, entry, ['active']);
  const [department, given, due] = [act.hex('department'), act.big('dueAt'), args.big('dueAt')];
  const misuse = act.hex('reasonCode') === REASON.misuse;
  must(misuse || act.hex('reasonCode') === REASON.security, 'SUSPENSION');
  const isDated = given > now && given <= now + MOST_RECTIFICATION && due === given;
  must(misuse ? isDated : given === 0n && due === now + FOLLOW_UP, 'DUE');
  const isRegulator = world.departments.get(department)?.kind === KIND.regulator && !misuse;
  must(isRegulator || department === grant.provider || isOver(world, grant, department), 'ENTITLED');
  grant.suspension = { by: department, misuse, followedUp: false, dueAt: due };
  grant.status.set(block, 'suspended');
}

export function followUp(world: World, entry: Entry): void {
  checkNoDeadline(entry);
  const grant = grantIn(world, entry, ['suspended']);
  const suspension = known(grant.suspension ?? undefined);
  must(entry.act.hex('department') === suspension.by, 'ENTITLED');
  must(!suspension.misuse && !suspension.followedUp && entry.now < suspension.dueAt, 'CLOCK');
  grant.suspension = { ...suspension, followedUp: true };
}

export function resume(world: World, entry: Entry): void {
  checkNoDeadline(entry);
  const grant = grantIn(world, entry, ['suspended']);
  const suspension = known(grant.suspension ?? undefined);
  const department = entry.act.hex('department');
  const hasLapsed = !suspension.misuse && !suspension.followedUp && entry.now >= suspension.dueAt;
  const mayResume =
    department === suspension.by || (hasLapsed && department === grant.requester) || isOver(world, grant, department);
  must(mayResume, 'ENTITLED');
  grant.status.set(entry.block, 'active');
}

export function terminate(world: World, entry: Entry): void {
  const grant = grantIn(world, entry, LIVE);
  must(entry.act.hex('department') === grant.provider, 'ENTITLED');
  checkConsent(world, entry.act.hex('authority'), grant.provider);
  end(world, grant, entry, 'terminated');
}

export function forfeit(world: World, entry: Entry): void {
  const grant = grantIn(world, entry, ['suspended']);
  must(isOver(world, grant, entry.act.hex('department')), 'ENTITLED');
  const { misuse, dueAt } = known(grant.suspension ?? undefined);
  const isUnmended = entry.now >= dueAt || entry.act.hex('reasonCode') === REASON.insufficient;
  must(misuse && isUnmended, 'CLOCK');
  end(world, grant, entry, 'terminated');
}

export function changeGrant(world: World, entry: Entry): void {
  const { act, args, block, now } = entry;
  const prior = known(world.grants.get(act.hex('grantId')));
  must(prior.status.now === 'active' && now <= prior.notAfter, 'STATUS');
  must(act.hex('provider') === prior.provider, 'ENTITLED');
  checkConsent(world, act.hex('authority'), prior.provider);
  checkTerms(world, known(world.requests.get(prior.requestId)), entry);
  must(act.hex('negotiationHash') !== ZERO, 'NEGOTIATION');
  must(!world.grants.has(args.hex('newGrantId')), 'KNOWN');
  prior.status.set(block, 'changed');
  const window = { notBefore: act.big('notBefore'), notAfter: act.big('notAfter') };
  const status = new Timeline<GrantStatus>(block, 'active');
  world.grants.set(args.hex('newGrantId'), { ...prior, ...window, status, suspension: null });
  count(world, prior.resourceId, 0, window.notAfter);
}

export function release(world: World, entry: Entry): void {
  const grant = grantIn(world, entry, ['issued', 'delivered', 'active']);
  must(entry.act.hex('department') === grant.requester, 'ENTITLED');
  end(world, grant, entry, 'released');
}

export function certifyDisposal(world: World, entry: Entry): void {
  checkNoDeadline(entry);
  const grant = known(world.grants.get(entry.act.hex('subject')));
  const hasEnded = grant.status.now === 'terminated' || grant.status.now === 'released';
  const hasExpired = isLive(grant) && entry.now > grant.notAfter;
  must(hasEnded || hasExpired, 'STATUS');
  must(entry.act.hex('department') === grant.requester, 'ENTITLED');
  if (hasExpired) count(world, grant.resourceId, -1, 0n);
  grant.status.set(entry.block, 'certified');
}

export function closeGrant(world: World, entry: Entry): void {
  checkNoDeadline(entry);
  const grant = grantIn(world, entry, ['certified']);
  must(entry.act.hex('department') === grant.provider, 'ENTITLED');
  grant.status.set(entry.block, 'closed');
}

function grantIn(world: World, { act }: Entry, statuses: readonly GrantStatus[]): Grant {
  const grant = known(world.grants.get(act.hex('subject')));
  must(
    statuses.some((status) => status === grant.status.now),
    'STATUS',
  );
  return grant;
}

function isLive({ status }: Grant): boolean {
  return LIVE.some((live) => live === status.now);
}

/** An authority on the level of either side that is no side itself. */
function isOver(world: World, { provider, requester }: Grant, department: string): boolean {
  const isSide = department === provider || department === requester;
  return !isSide && (world.isLevel(department, provider) || world.isLevel(department, requester));
}

function end(world: World, grant: Grant, { args, block, now }: Entry, status: 'terminated' | 'released'): void {
  must(args.big('dueAt') === now + BigInt(grant.disposalDays) * DAY, 'DUE');
  grant.status.set(block, status);
  count(world, grant.resourceId, -1, 0n);
}

function count(world: World, resourceId: string, added: number, notAfter: bigint): void {
  const resource = known(world.resources.get(resourceId));
  resource.live += added;
  if (notAfter > resource.latestEnd) resource.latestEnd = notAfter;
}
