import type { Act } from './acts.ts';
import { openGrantsOf } from './model-resources.ts';
import { caseIn, commonGovernmentOf, governmentsOf, kindOf, requestIn, resourceIn, type World } from './world.ts';

interface Disagreement {
  readonly name: string;
  readonly holds: (world: World, act: Act) => boolean;
}

/**
 * Where a contract does not do what its interface says; to be empty. The model keeps to the interface, and the tests
 * fail when one of these is no longer met, so that it goes from here when the contract is mended.
 */
export const DISAGREEMENTS: readonly Disagreement[] = [
  {
    // `openGrantsOf`: "the last second of the one that ends last", of those still open; the contract keeps the maximum.
    name: 'retirement waits for the end of a grant that is over',
    holds: (world, act) => {
      const { open, latestEnd } = openGrantsOf(world, act.subject);
      const isSettled = open !== 0 && world.now > latestEnd;
      return act.name === 'retireResource' && isSettled && isAnyLeft(world, act.subject);
    },
  },
  {
    // `governmentOf`: "an authority is on the same level as the departments of its own government"; zero is none.
    name: 'who has no government is on one level with all others who have none',
    holds: (world, act) => {
      const { provider } = resourceIn(world, act.subject);
      const isStray =
        kindOf(world, act.department) === 'Authority' && governmentsOf(world, act.department).length === 0;
      return isStray && provider !== 'nobody' && governmentsOf(world, provider).length === 0;
    },
  },
  {
    // `reopenRequestBySig`: "a dispute over the refusal"; the contract takes one that was over lateness before it.
    name: 'a dispute about lateness reopens a request that is refused later',
    holds: (world, act) => {
      const dispute = world.reopenings.get(act.subject);
      const isUnused = dispute !== undefined && dispute !== requestIn(world, act.subject).reopenedBy;
      const isOverAnother = isUnused && world.refusals.get(dispute) !== world.refusals.get(act.subject);
      return act.name === 'reopenRequest' && isOverAnother;
    },
  },
  {
    // `openDisputeBySig`: "a correction fed back or overdue"; the contract takes one that is upheld and not fed back.
    name: 'a correction is disputed before it is fed back',
    holds: (world, act) => act.subjectKind === 'Correction' && caseIn(world, act.subject).status === 'Upheld',
  },
  {
    // `coordinateBySig`: "an authority of the lowest government above both sides"; there is none.
    name: 'who has no government coordinates where there is no common one',
    holds: (world, act) => {
      const { claimant, respondent } = caseIn(world, act.subject);
      const isStray = governmentsOf(world, act.department).length === 0;
      return act.name === 'coordinate' && isStray && commonGovernmentOf(world, claimant, respondent) === undefined;
    },
  },
];

/** A grant of the resource, over or not, has a window that is not over. */
function isAnyLeft(world: World, resourceId: string): boolean {
  return [...world.grants.values()].some(
    ({ requestId, notAfter }) => requestIn(world, requestId).resourceId === resourceId && world.now <= notAfter,
  );
}

export function disagreementIn(world: World, act: Act): string | null {
  return DISAGREEMENTS.find(({ holds }) => holds(world, act))?.name ?? null;
}
