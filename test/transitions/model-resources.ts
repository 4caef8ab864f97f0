import { ZeroHash } from 'ethers';

import { type Act, isReason } from './acts.ts';
import { addWorkingDays } from './calendar.ts';
import {
  type Broken,
  governmentsOf,
  isBusiness,
  isSameLevel,
  latestOf,
  mayConsent,
  type Resource,
  resourceIdOf,
  resourceIn,
  type Rule,
  type Version,
  versionIn,
  withEntry,
  type World,
} from './world.ts';

const REVIEW_DAYS = 2;
const UPDATE_DAYS = 10;
const EXTENSION_DAYS = 5;

const isSet = (hash: string): boolean => hash !== ZeroHash;

function withResource(world: World, id: string, change: Partial<Resource>): Partial<World> {
  return { resources: withEntry(world.resources, id, { ...resourceIn(world, id), ...change }) };
}

function withVersion(world: World, id: string, version: number, change: Partial<Version>): Partial<World> {
  const entry = { ...versionIn(world, id, version), ...change };
  return { versions: withEntry(world.versions, `${id} ${String(version)}`, entry) };
}

/** The version that waits for review, or that comes next. */
const pendingVersion = (world: World, id: string): number => resourceIn(world, id).publishedVersion + 1;

const isInReview = (world: World, id: string): boolean =>
  versionIn(world, id, pendingVersion(world, id)).status === 'Submitted';
const isRetired = (world: World, id: string): boolean => resourceIn(world, id).restraint === 'Retired';
const isUnknown = (world: World, id: string): boolean => resourceIn(world, id).publishedVersion === 0;
const isNotSameLevel = (world: World, act: Act): boolean =>
  !isSameLevel(world, act.department, resourceIn(world, act.subject).provider);

/** The authority that acts is not on the level of the provider, or is the provider. */
const lacksConsent = (world: World, act: Act): boolean =>
  !mayConsent(world, act.department, resourceIn(world, act.subject).provider);

/** Data may come from a published source that has no source of its own (R12). */
function isSource(world: World, id: string): boolean {
  return !isUnknown(world, id) && !isSet(latestOf(world, id).derivedFrom);
}

const hasValidSource = (world: World, id: string, derivedFrom: string): boolean =>
  !isSet(derivedFrom) || (derivedFrom !== id && isSource(world, derivedFrom));

/** Conditions exactly for 有条件, an instrument and its basis exactly for 不予 (R8, R9). */
function isClassValid(act: Act): boolean {
  const isDenied = act.shareClass === 'Denied';
  return (
    act.shareClass !== 'None' &&
    isSet(act.conditionsHash) === (act.shareClass === 'Conditional') &&
    isSet(act.denyBasisHash) === isDenied &&
    (act.denyInstrument !== 0) === isDenied
  );
}

/** Grants that have not ended, and the last second of the one that ends last, ended or not (R29). */
export function openGrantsOf(world: World, resourceId: string): { readonly open: number; readonly latestEnd: number } {
  const all = [...world.grants.values()].filter(
    ({ requestId }) => world.requests.get(requestId)?.resourceId === resourceId,
  );
  const live = all.filter(({ status }) => ['Issued', 'Delivered', 'Active', 'Suspended'].includes(status));
  return { open: live.length, latestEnd: Math.max(0, ...all.map(({ notAfter }) => notAfter)) };
}

function reviewRefusals(world: World, act: Act): Broken {
  const version = versionIn(world, act.subject, pendingVersion(world, act.subject));
  return [
    ['ResourceCatalogUnexpectedStatus', version.status !== 'Submitted'],
    ['ResourceCatalogUnexpectedRestraint', isRetired(world, act.subject)],
    ['SignedActsNotSameLevel', isNotSameLevel(world, act)],
  ];
}

function submissionRefusals(world: World, act: Act): Broken {
  const id = resourceIdOf(act.department, act.codeHash);
  const entry = versionIn(world, id, act.version);
  return [
    ['ResourceCatalogNotProvider', !isBusiness(world, act.department)],
    ['ResourceCatalogInvalidClass', !isClassValid(act)],
    ['ResourceCatalogInvalidLawClass', act.lawClass !== 1 && act.lawClass !== 2],
    ['ResourceCatalogInvalidLevel', act.level < 1 || act.level > 4],
    ['ResourceCatalogInvalidFieldCount', act.fieldCount < 1 || act.fieldCount > 256],
    ['ResourceCatalogAssessmentMissing', !isSet(act.secrecyHash)],
    ['ResourceCatalogUnexpectedRestraint', isRetired(world, id)],
    ['ResourceCatalogUnexpectedVersion', act.version !== pendingVersion(world, id)],
    ['ResourceCatalogInvalidSource', !hasValidSource(world, id, act.derivedFrom)],
    ['ResourceCatalogUnexpectedStatus', entry.status === 'Submitted' || entry.status === 'Published'],
    ['ResourceCatalogUnchanged', isSet(entry.documentHash) && entry.documentHash === act.documentHash],
    ['WorkingDayCalendarYearMissing', act.version > 1 && addWorkingDays(world.now, REVIEW_DAYS) === null],
  ];
}

function extensionRefusals(world: World, act: Act): Broken {
  const { updateDueAt, updateExtended } = resourceIn(world, act.subject);
  const latest = addWorkingDays(updateDueAt - 1, EXTENSION_DAYS);
  return [
    ['ResourceCatalogUnknownResource', isUnknown(world, act.subject)],
    ['SignedActsNotSameLevel', lacksConsent(world, act)],
    ['ResourceCatalogUnexpectedRestraint', isRetired(world, act.subject)],
    ['ResourceCatalogUpdateNotOpen', updateExtended || world.now >= updateDueAt],
    ['ResourceCatalogInvalidDue', act.dueAt <= updateDueAt || (latest !== null && act.dueAt > latest)],
    ['WorkingDayCalendarYearMissing', latest === null],
  ];
}

/** 7.1 Resource. */
export const RESOURCE_RULES = {
  submitResource: {
    refusals: submissionRefusals,
    apply: (world, act) => {
      const id = resourceIdOf(act.department, act.codeHash);
      const { shareClass, level, fieldCount, documentHash, conditionsHash, denyBasisHash, derivedFrom } = act;
      const reviewDueAt = act.version === 1 ? 0 : addWorkingDays(world.now, REVIEW_DAYS)!;
      const entry = { shareClass, level, fieldCount, documentHash, conditionsHash, denyBasisHash, derivedFrom };
      return {
        ...withResource(world, id, { provider: act.department, updateDueAt: 0, updateExtended: false }),
        ...withVersion(world, id, act.version, { status: 'Submitted', reviewDueAt, ...entry }),
      };
    },
  },
  publishResource: {
    refusals: (world, act) => {
      const version = versionIn(world, act.subject, pendingVersion(world, act.subject));
      return [
        ...reviewRefusals(world, act),
        ['ResourceCatalogDocumentMismatch', version.documentHash !== act.documentHash],
        ['ResourceCatalogInvalidSource', !hasValidSource(world, act.subject, version.derivedFrom)],
      ];
    },
    apply: (world, { subject }) => {
      const publishedVersion = pendingVersion(world, subject);
      return {
        ...withResource(world, subject, { publishedVersion }),
        ...withVersion(world, subject, publishedVersion, { status: 'Published' }),
      };
    },
  },
  returnResource: {
    refusals: reviewRefusals,
    apply: (world, { subject }) => withVersion(world, subject, pendingVersion(world, subject), { status: 'Returned' }),
  },
  requireUpdate: {
    refusals: (world, act) => {
      const { provider, updateDueAt } = resourceIn(world, act.subject);
      return [
        ['ResourceCatalogUnknownResource', isUnknown(world, act.subject)],
        ['ResourceCatalogNotEntitled', act.department !== provider && isNotSameLevel(world, act)],
        ['ResourceCatalogUnexpectedRestraint', isRetired(world, act.subject)],
        ['ResourceCatalogUpdateNotOpen', updateDueAt !== 0],
        ['ResourceCatalogUnexpectedStatus', isInReview(world, act.subject)],
        ['WorkingDayCalendarYearMissing', addWorkingDays(world.now, UPDATE_DAYS) === null],
      ];
    },
    apply: (world, { subject }) =>
      withResource(world, subject, { updateDueAt: addWorkingDays(world.now, UPDATE_DAYS)! }),
  },
  extendUpdate: {
    refusals: extensionRefusals,
    apply: (world, { subject, dueAt }) => withResource(world, subject, { updateDueAt: dueAt, updateExtended: true }),
  },
  freezeResource: {
    evenIfSuspended: true,
    refusals: (world, act) => {
      const { provider, restraint } = resourceIn(world, act.subject);
      const isOwnEmergency = act.department === provider && isReason(act, 'SECURITY');
      return [
        ['ResourceCatalogUnknownResource', isUnknown(world, act.subject)],
        ['ResourceCatalogNotEntitled', !isOwnEmergency && isNotSameLevel(world, act)],
        ['ResourceCatalogUnexpectedRestraint', restraint !== 'None'],
      ];
    },
    apply: (world, { subject }) => withResource(world, subject, { restraint: 'Frozen' }),
  },
  unfreezeResource: {
    refusals: (world, act) => [
      ['SignedActsNotSameLevel', lacksConsent(world, act)],
      ['ResourceCatalogUnexpectedRestraint', resourceIn(world, act.subject).restraint !== 'Frozen'],
    ],
    apply: (world, { subject }) => withResource(world, subject, { restraint: 'None' }),
  },
  retireResource: {
    refusals: (world, act) => {
      const { provider } = resourceIn(world, act.subject);
      const { open, latestEnd } = openGrantsOf(world, act.subject);
      return [
        ['ResourceCatalogUnknownResource', isUnknown(world, act.subject)],
        ['ResourceCatalogNotEntitled', act.department !== provider],
        ['SignedActsNotSameLevel', !mayConsent(world, act.authority, provider)],
        ['ResourceCatalogUnexpectedRestraint', isRetired(world, act.subject)],
        ['ResourceCatalogGrantsOpen', open !== 0 && world.now <= latestEnd],
      ];
    },
    apply: (world, { subject }) => withResource(world, subject, { restraint: 'Retired' }),
  },
  designateSource: {
    refusals: (world, act) => {
      const source = world.sources.get(sourceKey(world, act)) ?? ZeroHash;
      return [
        ['ResourceCatalogUnknownResource', isUnknown(world, act.subject)],
        ['SignedActsNotSameLevel', isNotSameLevel(world, act)],
        ['ResourceCatalogUnexpectedRestraint', isRetired(world, act.subject)],
        ['ResourceCatalogInvalidSource', !isSource(world, act.subject)],
        ['ResourceCatalogSourceTaken', source !== act.replaces || source === act.subject],
      ];
    },
    apply: (world, act) => ({ sources: withEntry(world.sources, sourceKey(world, act), act.subject) }),
  },
} satisfies Record<string, Rule>;

function sourceKey(world: World, { department, element }: Act): string {
  return `${governmentsOf(world, department)[0] ?? 'none'} ${element}`;
}
