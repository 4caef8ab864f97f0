import type { Entry } from './entry.ts';
import { checkConsent, checkDocument, checkNoDeadline, deadline, known, must, REASON } from './rules.ts';
import { Timeline } from './timeline.ts';
import { CLASS, type Resource, type Version, type World, ZERO } from './world.ts';

const REVIEW_DAYS = 2;
const UPDATE_DAYS = 10;
const EXTENSION_DAYS = 5;
const MOST_FIELDS = 256;
const HIGHEST_LEVEL = 4;

/** Entries of `ResourceCatalog`. */
export function submitResource(world: World, entry: Entry): void {
  const { act, args, now } = entry;
  const id = args.hex('resourceId');
  must(world.isBusiness(act.hex('provider')), 'KIND');
  const version = versionOf(entry);
  const resource = world.resources.get(id) ?? newResource(entry);
  must(resource.restraint.now !== 'retired', 'STATUS');
  const number = act.small('version');
  must(number === nextOf(resource), 'VERSION');
  checkSource(world, id, version.derivedFrom);
  const before = resource.versions.get(number);
  must(before === undefined || before.status === 'returned', 'STATUS');
  must(before?.documentHash !== version.documentHash, 'UNCHANGED');
  const due = number === 1 ? 0n : deadline(world, now, REVIEW_DAYS);
  must(args.big('reviewDueAt') === due, 'DUE');
  resource.versions.set(number, version);
  Object.assign(resource, { updateDueAt: 0n, updateExtended: false });
  world.resources.set(id, resource);
}

export function publishResource(world: World, entry: Entry): void {
  const { resource, version } = review(world, entry);
  const { act, block } = entry;
  must(act.hex('documentHash') === version.documentHash, 'DOCUMENT');
  checkSource(world, act.hex('subject'), version.derivedFrom);
  const number = nextOf(resource);
  resource.versions.set(number, { ...version, status: 'published' });
  resource.published.set(block, number);
}

export function returnResource(world: World, entry: Entry): void {
  const { resource, version } = review(world, entry);
  resource.versions.set(nextOf(resource), { ...version, status: 'returned' });
}

export function requireUpdate(world: World, { act, args, now }: Entry): void {
  const resource = open(world, act.hex('subject'));
  const department = act.hex('department');
  must(department === resource.provider || world.isLevel(department, resource.provider), 'ENTITLED');
  const isFree = resource.updateDueAt === 0n && resource.versions.get(nextOf(resource))?.status !== 'submitted';
  must(isFree, 'STATUS');
  const due = deadline(world, now, UPDATE_DAYS);
  must(args.big('dueAt') === due, 'DUE');
  resource.updateDueAt = due;
}

export function extendUpdate(world: World, { act, args, now }: Entry): void {
  const resource = open(world, act.hex('subject'));
  checkConsent(world, act.hex('department'), resource.provider);
  must(!resource.updateExtended && now < resource.updateDueAt, 'CLOCK');
  const latest = deadline(world, resource.updateDueAt - 1n, EXTENSION_DAYS);
  const due = act.big('dueAt');
  must(args.big('dueAt') === due && due > resource.updateDueAt && due <= latest, 'DUE');
  Object.assign(resource, { updateDueAt: due, updateExtended: true });
}

export function freezeResource(world: World, entry: Entry): void {
  const { act, block } = entry;
  checkNoDeadline(entry);
  const resource = published(world, act.hex('subject'));
  const department = act.hex('department');
  const isOwn = department === resource.provider && act.hex('reasonCode') === REASON.security;
  must(isOwn || world.isLevel(department, resource.provider), 'ENTITLED');
  must(resource.restraint.now === 'none', 'STATUS');
  resource.restraint.set(block, 'frozen');
}

export function unfreezeResource(world: World, entry: Entry): void {
  const { act, block } = entry;
  checkNoDeadline(entry);
  const resource = known(world.resources.get(act.hex('subject')));
  must(resource.restraint.now === 'frozen', 'STATUS');
  checkConsent(world, act.hex('department'), resource.provider);
  resource.restraint.set(block, 'none');
}

export function retireResource(world: World, entry: Entry): void {
  const { act, block, now } = entry;
  checkNoDeadline(entry);
  const resource = open(world, act.hex('subject'));
  must(act.hex('department') === resource.provider, 'ENTITLED');
  checkConsent(world, act.hex('authority'), resource.provider);
  must(world.hasLaterVersions || resource.live === 0 || now > resource.latestEnd, 'GRANTS_OPEN');
  resource.restraint.set(block, 'retired');
}

export function designateSource(world: World, entry: Entry): void {
  const { act } = entry;
  checkDocument(entry);
  const id = act.hex('resourceId');
  const resource = open(world, id);
  must(world.isLevel(act.hex('authority'), resource.provider), 'LEVEL');
  must(isSource(world, id), 'SOURCE');
  const key = `${world.governmentOf(act.hex('authority')) ?? ''} ${act.hex('element')}`;
  const before = world.sources.get(key) ?? ZERO;
  must(before === act.hex('replaces') && before !== id, 'SOURCE');
  world.sources.set(key, id);
}

function newResource({ act, block }: Entry): Resource {
  return {
    provider: act.hex('provider'),
    published: new Timeline(block, 0),
    restraint: new Timeline<'none' | 'frozen' | 'retired'>(block, 'none'),
    versions: new Map(),
    updateDueAt: 0n,
    updateExtended: false,
    live: 0,
    latestEnd: 0n,
  };
}

function versionOf(entry: Entry): Version {
  const { act } = entry;
  const shareClass = act.small('shareClass');
  const isDenied = shareClass === CLASS.denied;
  const isClassValid =
    shareClass >= CLASS.unconditional &&
    shareClass <= CLASS.denied &&
    (act.hex('conditionsHash') !== ZERO) === (shareClass === CLASS.conditional) &&
    (act.hex('denyBasisHash') !== ZERO) === isDenied &&
    act.small('denyInstrument') <= 3 &&
    (act.small('denyInstrument') !== 0) === isDenied;
  must(isClassValid, 'CLASS');
  const isEntry =
    (act.small('lawClass') === 1 || act.small('lawClass') === 2) &&
    act.small('level') >= 1 &&
    act.small('level') <= HIGHEST_LEVEL &&
    act.small('fieldCount') >= 1 &&
    act.small('fieldCount') <= MOST_FIELDS &&
    act.hex('secrecyHash') !== ZERO;
  must(isEntry, 'ENTRY');
  checkDocument(entry);
  return {
    status: 'submitted',
    shareClass,
    fieldCount: act.small('fieldCount'),
    documentHash: act.hex('documentHash'),
    conditionsHash: act.hex('conditionsHash'),
    derivedFrom: act.hex('derivedFrom'),
  };
}

/** The version that waits for the review by an authority on the level of the provider. */
function review(world: World, entry: Entry): { readonly resource: Resource; readonly version: Version } {
  checkNoDeadline(entry);
  const resource = known(world.resources.get(entry.act.hex('subject')));
  const version = resource.versions.get(nextOf(resource));
  must(version?.status === 'submitted' && resource.restraint.now !== 'retired', 'STATUS');
  must(world.isLevel(entry.act.hex('department'), resource.provider), 'LEVEL');
  return { resource, version };
}

function nextOf({ published: { now = 0 } }: Resource): number {
  return now + 1;
}

function published(world: World, id: string): Resource {
  const resource = known(world.resources.get(id));
  must(resource.published.now !== 0, 'UNKNOWN');
  return resource;
}

function open(world: World, id: string): Resource {
  const resource = published(world, id);
  must(resource.restraint.now !== 'retired', 'STATUS');
  return resource;
}

function checkSource(world: World, id: string, source: string): void {
  must(source === ZERO || (source !== id && isSource(world, source)), 'SOURCE');
}

function isSource(world: World, id: string): boolean {
  return world.latestOf(id)?.derivedFrom === ZERO;
}
