import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { proveInclusion, verifyInclusion, type InclusionClaim } from '../../../ledger/log/inclusion.ts';
import { hashLeaf, hashNode, isSameHash, type TreeHash } from '../../../ledger/log/merkle-tree.ts';
import { rootOf } from '../../../ledger/log/subtree.ts';
import { runsOf } from '../../support/property-runs.ts';
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

function claimOf(index: number, size: number, proof: readonly TreeHash[]): InclusionClaim {
  return { index, leafHash: tree.leafHash(index), head: headOf(tree, size), proof };
}

const isSameProof = (one: readonly TreeHash[], other: readonly TreeHash[]): boolean =>
  one.length === other.length && one.every((hash, place) => isSameHash(hash, other[place]!));

/** The same claim with something wrong in it. A head is one fact (it is signed), so its size never changes alone. */
function tamperedClaims(claim: InclusionClaim, seed: number): readonly (readonly [string, InclusionClaim])[] {
  const { index, leafHash, head, proof } = claim;
  const other = (index + 1 + (seed % Math.max(1, head.size - 1))) % head.size;
  const otherSize = 1 + (seed % LARGEST);
  const claims: (readonly [string, InclusionClaim])[] = [
    ...tamperedProofs(proof, seed).map(([what, tampered]) => [what, { ...claim, proof: tampered }] as const),
    ['leaf', { ...claim, leafHash: withBitFlipped(leafHash, seed) }],
    ['leaf of another length', { ...claim, leafHash: leafHash.subarray(1) }],
    ['root', { ...claim, head: { ...head, root: withBitFlipped(head.root, seed) } }],
    ['index beyond', { ...claim, index: head.size + (seed % 3) }],
    ['index before', { ...claim, index: index - head.size }],
    ['index by 2^32', { ...claim, index: index + 2 ** 32 }],
    ['no index', { ...claim, index: index + 0.5 }],
  ];
  if (other !== index) {
    claims.push(['another index', { ...claim, index: other }]);
    claims.push(['another leaf', { ...claim, leafHash: tree.leafHash(other) }]);
  }
  if (otherSize !== head.size) claims.push(['another head', { ...claim, head: headOf(tree, otherSize) }]);
  return claims;
}

describe('proveInclusion and verifyInclusion', () => {
  it(`make and take the proofs of RFC 9162, and no tampered one, in ${RUNS} random trees`, async () => {
    const failures: string[] = [];
    let tampered = 0;
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: LARGEST }), fc.nat(), fc.nat(), async (size, place, seed) => {
        const index = place % size;
        const proof = await proveInclusion(read, index, size);
        if (!isSameProof(proof, tree.path(index, 0, size))) failures.push(`proof ${index} of ${size}`);
        const claim = claimOf(index, size, proof);
        if (verifyInclusion(claim)) accepted += 1;
        for (const [what, wrong] of tamperedClaims(claim, seed)) {
          tampered += 1;
          if (verifyInclusion(wrong)) failures.push(`${what}: ${index} of ${size}, seed ${seed}`);
        }
      }),
      { numRuns: RUNS },
    );
    expect(failures).toEqual([]);
    expect(accepted).toBe(RUNS);
    expect(tampered).toBeGreaterThan(15 * RUNS);
  });

  it('agree at every index of the boundary sizes', async () => {
    const failures: string[] = [];
    for (const size of BOUNDARY_SIZES.filter((candidate) => candidate <= 129)) {
      for (let index = 0; index < size; index += 1) {
        const proof = await proveInclusion(read, index, size);
        const isRight = isSameProof(proof, tree.path(index, 0, size)) && verifyInclusion(claimOf(index, size, proof));
        if (!isRight) failures.push(`${index} of ${size}`);
      }
    }
    expect(failures).toEqual([]);
  });

  it('refuse everything in an empty tree', () => {
    const claim = { index: 0, leafHash: tree.leafHash(0), head: headOf(tree, 0), proof: [] };
    expect(verifyInclusion(claim)).toBe(false);
    expect(verifyInclusion({ ...claim, head: { size: 0, root: tree.leafHash(0) } })).toBe(false);
  });

  it('take one leaf for its own root', () => {
    expect(verifyInclusion(claimOf(0, 1, []))).toBe(true);
  });

  it('refuse the index behind the last leaf', () => {
    expect(verifyInclusion({ ...claimOf(0, 1, []), index: 1 })).toBe(false);
  });

  it('refuse a proof that goes on above the root, also when it leads there', () => {
    const extra = tree.leafHash(9);
    const head = { size: 1, root: hashNode(extra, tree.leafHash(0)) };
    expect(verifyInclusion({ index: 0, leafHash: tree.leafHash(0), head, proof: [extra] })).toBe(false);
  });

  it('do not take an inner node for a leaf at its place', () => {
    const node = tree.root(0, 2);
    const claim = { index: 0, leafHash: node, head: headOf(tree, 4), proof: [tree.root(2, 4)] };
    expect(verifyInclusion(claim)).toBe(false);
    expect(isSameHash(hashLeaf(Buffer.concat([tree.leafHash(0), tree.leafHash(1)])), node)).toBe(false);
  });

  it('work up to the largest size', async () => {
    const uniform = makeUniformReader();
    const leafHash = await uniform(0, 0);
    await fc.assert(
      fc.asyncProperty(fc.maxSafeNat(), fc.maxSafeNat(), fc.nat(), async (one, other, seed) => {
        const size = Math.max(one, other, 1);
        const index = Math.min(one, other, size - 1);
        const head = { size, root: await rootOf(uniform, size) };
        const proof = await proveInclusion(uniform, index, size);
        expect(verifyInclusion({ index, leafHash, head, proof })).toBe(true);
        expect(verifyInclusion({ index, leafHash: withBitFlipped(leafHash, seed), head, proof })).toBe(false);
        expect(verifyInclusion({ index, leafHash, head, proof: [...proof, leafHash] })).toBe(false);
      }),
      { numRuns: runsOf(300, 15) },
    );
  });

  it.each([
    ['no size', 0, -1, 'SIZE'],
    ['a size that is not exact', 0, 2 ** 53, 'SIZE'],
    ['an empty tree', 0, 0, 'INDEX'],
    ['an index beyond', 5, 5, 'INDEX'],
    ['no index', Number.NaN, 5, 'INDEX'],
  ])('prove nothing for %s', async (_, index, size, reason) => {
    await expect(proveInclusion(read, index, size)).rejects.toMatchObject({
      code: 'TREE_INVALID',
      details: { reason },
    });
  });
});
