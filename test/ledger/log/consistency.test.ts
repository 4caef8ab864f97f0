import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { proveConsistency, verifyConsistency, type ConsistencyClaim } from '../../../ledger/log/consistency.ts';
import { EMPTY_ROOT, hashNode, isSameHash, type TreeHash, type TreeHead } from '../../../ledger/log/merkle-tree.ts';
import { rootOf } from '../../../ledger/log/subtree.ts';
import { runsOf } from '../../support/property-runs.ts';
import { ReferenceTree } from './reference-tree.ts';
import {
  BOUNDARY_SIZES,
  headOf,
  makeTree,
  makeUniformReader,
  readerOf,
  tamperedProofs,
  withBitFlipped,
} from './tree.factory.ts';

const RUNS = runsOf(10_000, 60);
const LARGEST = 2_050;
const tree = makeTree(LARGEST);
const read = readerOf(tree);

function claimOf(from: number, to: number, proof: readonly TreeHash[]): ConsistencyClaim {
  return { from: headOf(tree, from), to: headOf(tree, to), proof };
}

const isSameProof = (one: readonly TreeHash[], other: readonly TreeHash[]): boolean =>
  one.length === other.length && one.every((hash, place) => isSameHash(hash, other[place]!));

/** The same claim with something wrong in it. A head is one fact (it is signed), so its size never changes alone. */
function tamperedClaims(claim: ConsistencyClaim, seed: number): readonly (readonly [string, ConsistencyClaim])[] {
  const { from, to, proof } = claim;
  const claims: (readonly [string, ConsistencyClaim])[] = [
    ...tamperedProofs(proof, seed).map(([what, tampered]) => [what, { ...claim, proof: tampered }] as const),
    ['old root', { ...claim, from: { ...from, root: withBitFlipped(from.root, seed) } }],
    ['new root', { ...claim, to: { ...to, root: withBitFlipped(to.root, seed) } }],
    ['old root of another length', { ...claim, from: { ...from, root: from.root.subarray(1) } }],
    ['no size', { ...claim, from: { ...from, size: from.size + 0.5 } }],
    ['old size beyond', { ...claim, from: { ...from, size: to.size + 1 } }],
    ['old root of the empty tree', { ...claim, from: { ...from, root: EMPTY_ROOT } }],
    ['an empty tree that has leaves', { ...claim, from: { size: 0, root: from.root }, proof: [] }],
  ];
  if (from.size === to.size) return claims;
  return [
    ...claims,
    ['heads exchanged', { ...claim, from: to, to: from }],
    ['old root for new', { ...claim, to: { ...to, root: from.root } }],
    ['new root for old', { ...claim, from: { ...from, root: to.root } }],
    ['no proof', { ...claim, proof: [] }],
    ['the old root in front', { ...claim, proof: [from.root, ...proof] }],
  ];
}

describe('proveConsistency and verifyConsistency', () => {
  it(`make and take the proofs of RFC 9162, and no tampered one, in ${RUNS} random trees`, async () => {
    const failures: string[] = [];
    let tampered = 0;
    let accepted = 0;
    const size = fc.integer({ min: 1, max: LARGEST });
    await fc.assert(
      fc.asyncProperty(size, size, fc.nat(), async (one, other, seed) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const proof = await proveConsistency(read, from, to);
        if (!isSameProof(proof, tree.proof(from, to))) failures.push(`proof ${from} to ${to}`);
        const claim = claimOf(from, to, proof);
        if (verifyConsistency(claim)) accepted += 1;
        for (const [what, wrong] of tamperedClaims(claim, seed)) {
          tampered += 1;
          if (verifyConsistency(wrong)) failures.push(`${what}: ${from} to ${to}, seed ${seed}`);
        }
      }),
      { numRuns: RUNS },
    );
    expect(failures).toEqual([]);
    expect(accepted).toBe(RUNS);
    expect(tampered).toBeGreaterThan(15 * RUNS);
  });

  it('agree between all boundary sizes', async () => {
    const failures: string[] = [];
    for (const to of BOUNDARY_SIZES) {
      for (const from of BOUNDARY_SIZES.filter((size) => size <= to)) {
        const proof = await proveConsistency(read, from, to);
        const isRight = isSameProof(proof, tree.proof(from, to)) && verifyConsistency(claimOf(from, to, proof));
        if (!isRight) failures.push(`${from} to ${to}`);
      }
    }
    expect(failures).toEqual([]);
  });

  it('refuse a log that was rewritten, at every leaf', async () => {
    const size = 33;
    for (let changed = 0; changed < size; changed += 1) {
      const rewritten = readerOf(makeRewritten(changed));
      const to = { size: size + 8, root: await rootOf(rewritten, size + 8) };
      const proof = await proveConsistency(rewritten, size, size + 8);
      expect(verifyConsistency({ from: headOf(tree, size), to, proof })).toBe(false);
    }
  });

  it('take any tree after the empty one, without a proof', () => {
    expect(verifyConsistency(claimOf(0, 7, []))).toBe(true);
    expect(verifyConsistency(claimOf(0, 0, []))).toBe(true);
    expect(verifyConsistency(claimOf(0, 7, [EMPTY_ROOT]))).toBe(false);
    const zero = { size: 0, root: new Uint8Array(32) };
    expect(verifyConsistency({ from: zero, to: headOf(tree, 7), proof: [] })).toBe(false);
    expect(verifyConsistency({ from: zero, to: zero, proof: [] })).toBe(false);
  });

  it('refuse one root for two sizes', () => {
    const { root } = headOf(tree, 4);
    for (const [from, to] of [
      [2, 1],
      [4, 2],
      [1, 4],
      [2, 4],
      [3, 4],
    ] as const) {
      expect(verifyConsistency({ from: { size: from, root }, to: { size: to, root }, proof: [] })).toBe(false);
      expect(verifyConsistency({ from: { size: from, root }, to: { size: to, root }, proof: [root] })).toBe(false);
    }
  });

  it('refuse a proof that goes on above the root, also when it leads to both', async () => {
    const extra = tree.leafHash(9);
    const proof = [...(await proveConsistency(read, 3, 4)), extra];
    const [from, to] = [3, 4].map((size) => ({ size, root: hashNode(extra, headOf(tree, size).root) })) as [
      TreeHead,
      TreeHead,
    ];
    expect(verifyConsistency({ from, to, proof })).toBe(false);
  });

  it('work up to the largest size', async () => {
    const uniform = makeUniformReader();
    await fc.assert(
      fc.asyncProperty(fc.maxSafeNat(), fc.maxSafeNat(), fc.nat(), async (one, other, seed) => {
        const sizes = [Math.min(one, other) + 1, Math.max(one, other) + 1].map((size) => Math.min(size, 2 ** 53 - 1));
        const [from, to] = sizes as [number, number];
        const heads = {
          from: { size: from, root: await rootOf(uniform, from) },
          to: { size: to, root: await rootOf(uniform, to) },
        };
        const proof = await proveConsistency(uniform, from, to);
        expect(verifyConsistency({ ...heads, proof })).toBe(true);
        for (const [, wrong] of tamperedProofs(proof, seed).slice(0, 4)) {
          expect(verifyConsistency({ ...heads, proof: wrong })).toBe(false);
        }
      }),
      { numRuns: runsOf(300, 15) },
    );
  });

  it.each([
    ['no old size', -1, 5],
    ['no new size', 5, 2 ** 53],
    ['a tree that shrank', 6, 5],
  ])('prove nothing for %s', async (_, from, to) => {
    await expect(proveConsistency(read, from, to)).rejects.toMatchObject({
      code: 'TREE_INVALID',
      details: { reason: 'SIZE' },
    });
  });
});

function makeRewritten(changed: number): ReturnType<typeof makeTree> {
  const leaves = Array.from({ length: 41 }, (_, index) => Buffer.from(`leaf-${index}${index === changed ? '!' : ''}`));
  return new ReferenceTree(leaves);
}
