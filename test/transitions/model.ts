import { ZeroHash } from 'ethers';

import { type ActName, ACTS, dueSignatories } from './acts.ts';
import { CASE_RULES } from './model-cases.ts';
import { RESOURCE_RULES } from './model-resources.ts';
import { GRANT_RULES, REQUEST_RULES } from './model-shares.ts';
import { type Attempt, type Broken, isActive, type Rule, type World } from './world.ts';

/**
 * The state machines of the ledger once more, from the interfaces and the domain report (7.1 to 7.5), in another
 * language and by other hands than the contracts: the tests beside this file compare the two.
 */
const RULES: Readonly<Record<ActName, Rule>> = { ...RESOURCE_RULES, ...REQUEST_RULES, ...GRANT_RULES, ...CASE_RULES };

/** Acts that may set a deadline; all others must not. */
const DATED: readonly ActName[] = ['extendUpdate', 'extendAnswer', 'suspend'];

export interface Verdict {
  /** Every error that the contract may name; none if it must accept. */
  readonly refusals: readonly string[];
  /** The world after the act, the same as before if it is refused. */
  readonly world: World;
}

export function judge(world: World, attempt: Attempt): Verdict {
  const { act, digest } = attempt;
  const rule = RULES[act.name];
  const broken = [...formRefusals(world, attempt), ...rule.refusals(world, act)];
  const refusals = [...new Set(broken.flatMap(([error, isBroken]) => (isBroken ? [error] : [])))];
  if (refusals.length > 0) return { refusals, world };
  const nonces = new Set(world.nonces).add(nonceKey(attempt));
  return { refusals, world: { ...world, ...rule.apply(world, act, digest), nonces } };
}

/** What every act needs, whatever it is about. */
function formRefusals(world: World, attempt: Attempt): Broken {
  const { act, signatories } = attempt;
  const { type } = ACTS[act.name];
  const due = dueSignatories(act);
  const isUndated = type.includes('dueAt') && !DATED.includes(act.name);
  const needsReason = type.includes('reasonCode') && act.name !== 'refuse';
  const isWrong = due.some(({ department, role }, index) => {
    const signatory = signatories[index];
    return signatory?.department !== department || signatory.role !== role;
  });
  return [
    ['SignedActsExpired', world.now > act.expiresAt],
    ['SignedActsDepartmentNotActive', !mayAct(world, attempt)],
    ['SignedActsInvalidSignature', isWrong],
    ['InvalidAccountNonce', world.nonces.has(nonceKey(attempt)) || BigInt.asUintN(64, act.nonce) !== 0n],
    ['SignedActsReasonMissing', needsReason && act.reasonCode === ZeroHash],
    ['SignedActsDueMisplaced', isUndated && act.dueAt !== 0],
    ['SignedActsDocumentMissing', act.documentHash === ZeroHash],
    ['SignedActsHashAlgorithmUnsupported', act.hashAlgorithm !== 1],
  ];
}

/** Active; taking a right away is never blocked, but a second signature always is. */
function mayAct(world: World, { act }: Attempt): boolean {
  const isKnown = world.departments.has(act.department);
  const first = isActive(world, act.department) || (RULES[act.name].evenIfSuspended === true && isKnown);
  return (
    first &&
    dueSignatories(act)
      .slice(1)
      .every(({ department }) => isActive(world, department))
  );
}

/** A contract counts per department; here each act has a key of its own, so its first use is the only one. */
function nonceKey({ act }: Attempt): string {
  return `${ACTS[act.name].contract} ${act.department} ${String(act.nonce >> 64n)}`;
}
