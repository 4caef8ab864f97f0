import type { Entry } from './entry.ts';
import {
  checkConsent,
  checkDocument,
  checkFields,
  checkNoDeadline,
  checkPrefix,
  checkWindow,
  deadline,
  known,
  must,
  prefixDigits,
  REASON,
} from './rules.ts';
import { ACTIVE, CLASS, type Request, type Resource, type Version, type World, ZERO } from './world.ts';

const UNCONDITIONAL_DAYS = 1;
const CONDITIONAL_DAYS = 10;
const EXTENSION_DAYS = 10;
const NEW = 1;
export const REFLOW = 5;

/** Requests of `ShareLedger` until they are agreed to. */
export function submitRequest(world: World, entry: Entry): void {
  const { act, args } = entry;
  const id = args.hex('requestId');
  must(world.isBusiness(act.hex('requester')), 'KIND');
  const { resource, version } = shareable(world, act.hex('resourceId'));
  must(act.hex('requester') !== resource.provider, 'ENTITLED');
  must(act.small('resourceVersion') === resource.published.now, 'VERSION');
  must(!world.requests.has(id), 'KNOWN');
  checkPrior(world, entry);
  checkFields(act.big('fields'), (1n << BigInt(version.fieldCount)) - 1n);
  checkPrefix(act.hex('regionPrefix'));
  checkWindow(entry);
  checkDocument(entry);
  must(act.small('kind') !== REFLOW || isReflow(world, entry, resource), 'REFLOW');
  const request: Request = {
    kind: act.small('kind'),
    requester: act.hex('requester'),
    resourceId: act.hex('resourceId'),
    resourceVersion: act.small('resourceVersion'),
    fields: act.big('fields'),
    regionPrefix: act.hex('regionPrefix'),
    notBefore: act.big('notBefore'),
    notAfter: act.big('notAfter'),
    status: 'submitted',
    supplementAsked: false,
    dueAt: 0n,
    extendableTo: 0n,
    reopenedBy: null,
  };
  startClock(world, request, entry);
  world.requests.set(id, request);
}

export function askSupplement(world: World, entry: Entry): void {
  checkNoDeadline(entry);
  const request = toAnswer(world, entry.act.hex('subject'), entry.act.hex('department'));
  must(!request.supplementAsked && entry.now < request.dueAt, 'CLOCK');
  Object.assign(request, { status: 'supplementing', supplementAsked: true });
}

export function supplement(world: World, entry: Entry): void {
  const request = ownRequest(world, entry);
  must(request.status === 'supplementing', 'STATUS');
  startClock(world, request, entry);
}

export function extendAnswer(world: World, { act, args, now }: Entry): void {
  const request = toAnswer(world, act.hex('subject'), act.hex('department'));
  checkConsent(world, act.hex('authority'), act.hex('department'));
  const due = act.big('dueAt');
  const isLater = now < request.dueAt && due > request.dueAt && due <= request.extendableTo;
  must(isLater && args.big('dueAt') === due, 'DUE');
  request.dueAt = due;
}

export function withdrawRequest(world: World, entry: Entry): void {
  checkNoDeadline(entry);
  const request = ownRequest(world, entry);
  must(request.status === 'submitted' || request.status === 'supplementing', 'STATUS');
  request.status = 'withdrawn';
}

export function reopenRequest(world: World, entry: Entry): void {
  const request = ownRequest(world, entry);
  must(request.status === 'refused', 'STATUS');
  const dispute = world.reopenings.get(entry.act.hex('subject')) ?? null;
  must(world.hasLaterVersions || (dispute !== null && dispute !== request.reopenedBy), 'REOPENED');
  startClock(world, request, entry);
  request.reopenedBy = dispute;
}

export function refuse(world: World, entry: Entry): void {
  const { act } = entry;
  const request = toAnswer(world, act.hex('requestId'), act.hex('provider'));
  const grounds = act.hex('groundsHash');
  const isByLaw = act.hex('reasonCode') === REASON.forbidden;
  const isByCondition = act.hex('reasonCode') === REASON.conditionNotMet && grounds === boundConditions(world, request);
  must(grounds !== ZERO && (isByLaw || isByCondition), 'GROUNDS');
  checkDocument(entry);
  request.status = 'refused';
}

/** The request, submitted, if the department is the one to answer it. */
export function toAnswer(world: World, id: string, department: string): Request {
  const request = known(world.requests.get(id));
  must(request.status === 'submitted', 'STATUS');
  must(world.resources.get(request.resourceId)?.provider === department, 'ENTITLED');
  return request;
}

/** Hash of the conditions that may bind; null where data returns, which no condition binds. */
export function boundConditions(world: World, request: Request): string | null {
  if (request.kind === REFLOW) return null;
  const version = world.resources.get(request.resourceId)?.versions.get(request.resourceVersion);
  return version?.conditionsHash ?? null;
}

/** What may be granted of a request now. */
export function checkTerms(world: World, request: Request, entry: Entry): void {
  const { act } = entry;
  must(world.departments.get(request.requester)?.status.now === ACTIVE, 'ACTIVE');
  shareable(world, request.resourceId);
  checkFields(act.big('fields'), request.fields);
  must(act.big('notBefore') >= request.notBefore && act.big('notAfter') <= request.notAfter, 'WINDOW');
  checkWindow(entry);
  checkDocument(entry);
}

function shareable(world: World, id: string): { readonly resource: Resource; readonly version: Version } {
  const resource = known(world.resources.get(id));
  const version = world.latestOf(id);
  must(version !== undefined && resource.restraint.now === 'none', 'STATUS');
  must(version.shareClass !== CLASS.denied, 'CLASS');
  return { resource, version };
}

function ownRequest(world: World, { act }: Entry): Request {
  const request = known(world.requests.get(act.hex('subject')));
  must(request.requester === act.hex('department'), 'ENTITLED');
  return request;
}

function startClock(world: World, request: Request, { args, now }: Entry): void {
  const version = world.resources.get(request.resourceId)?.versions.get(request.resourceVersion);
  const isFree = version?.shareClass === CLASS.unconditional;
  const due = deadline(world, now, isFree ? UNCONDITIONAL_DAYS : CONDITIONAL_DAYS);
  must(args.big('dueAt') === due, 'DUE');
  const extendableTo = deadline(world, due - 1n, EXTENSION_DAYS);
  Object.assign(request, { status: 'submitted', dueAt: due, extendableTo });
}

/** A renewal, an extension and a passing on are about a grant of the requester's to the same resource. */
function checkPrior(world: World, { act }: Entry): void {
  const [kind, prior] = [act.small('kind'), act.hex('priorGrantId')];
  must(kind >= NEW && kind <= REFLOW, 'KIND');
  if (kind === NEW || kind === REFLOW) {
    must(prior === ZERO, 'PRIOR');
    return;
  }
  const grant = world.grants.get(prior);
  must(grant?.requester === act.hex('requester') && grant.resourceId === act.hex('resourceId'), 'PRIOR');
}

/** Down the tree, and only the rows of the requester's own region. */
function isReflow(world: World, { act }: Entry, { provider }: Resource): boolean {
  const requester = act.hex('requester');
  const above = world.governmentOf(provider);
  const isAbove =
    above !== null &&
    above !== world.governmentOf(requester) &&
    above === world.commonGovernmentOf(provider, requester);
  // "00" twice, in ASCII: a pair of zeros at the end stands for the whole of a level.
  const own = (world.departments.get(requester)?.region ?? '').replace(/(?:3030){1,2}$/, '');
  return isAbove && prefixDigits(act.hex('regionPrefix')).startsWith(own);
}
