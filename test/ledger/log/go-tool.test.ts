import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { computeAddress } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { formatCheckpoint, parseCheckpoint } from '../../../ledger/log/checkpoint.ts';
import { proveConsistency, verifyConsistency } from '../../../ledger/log/consistency.ts';
import { cosign, cosignatureVerifier } from '../../../ledger/log/cosignature.ts';
import { signTreeHead, treeHeadSignature } from '../../../ledger/log/head-signature.ts';
import { proveInclusion, verifyInclusion } from '../../../ledger/log/inclusion.ts';
import type { TreeHead } from '../../../ledger/log/merkle-tree.ts';
import {
  ed25519Verifier,
  encodeVerifierKey,
  noteKeyOf,
  parseNote,
  signNote,
  verifiedSignatures,
} from '../../../ledger/log/signed-note.ts';
import { rootOf } from '../../../ledger/log/subtree.ts';
import { tilePath } from '../../../ledger/log/tiles.ts';
import { formatTlogProof } from '../../../ledger/log/tlog-proof.ts';
import { refusalOf } from '../refusal-of.ts';
import { seededRandom } from '../request-signature.factory.ts';
import { GoTool, hasGo, type GoClaim } from './go-tool.ts';
import { ACCOUNT_KEY, GATEWAY, gatewaySigner, PLACE, witness } from './note.factory.ts';
import { headOf, makeTree, makeUniformReader, readerOf, tamperedProofs, withBitFlipped } from './tree.factory.ts';
import type { Proof } from './tree.factory.ts';

const PROOFS = 1_500;
const LARGE_PROOFS = 200;
const LARGEST = 3_000;
const BUILD_TIMEOUT_MS = 900_000;
const isGoHere = hasGo();
if (!isGoHere) process.stderr.write('Skipped: no `go` on this machine, so no independent tool checks the log.\n');

const tree = makeTree(LARGEST);
const read = readerOf(tree);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A claim and what we say to it ourselves. */
interface Case {
  readonly what: string;
  readonly claim: GoClaim;
  readonly isAccepted: boolean;
}

function inclusionCase(what: string, index: number, leaf: Uint8Array, head: TreeHead, proof: Proof): Case {
  const claim: GoClaim = {
    kind: 'inclusion',
    index,
    size: head.size,
    leafHash: base64(leaf),
    root: base64(head.root),
    proof: proof.map(base64),
  };
  return { what, claim, isAccepted: verifyInclusion({ index, leafHash: leaf, head, proof }) };
}

function consistencyCase(what: string, from: TreeHead, to: TreeHead, proof: Proof): Case {
  const claim: GoClaim = {
    kind: 'consistency',
    from: from.size,
    size: to.size,
    fromRoot: base64(from.root),
    root: base64(to.root),
    proof: proof.map(base64),
  };
  return { what, claim, isAccepted: verifyConsistency({ from, to, proof }) };
}

const KEYS = [encodeVerifierKey(noteKeyOf(gatewaySigner)), encodeVerifierKey(noteKeyOf(witness), 4)];

/** A checkpoint as a gateway publishes it: its two signatures and one of a witness. */
function makeNote(head: TreeHead): Buffer {
  const text = formatCheckpoint({ origin: gatewaySigner.name, ...head });
  const account = computeAddress(ACCOUNT_KEY.publicKey);
  const anchored = signTreeHead(PLACE, { gateway: GATEWAY, ...head }, ACCOUNT_KEY);
  const others = [treeHeadSignature(GATEWAY, account, anchored), cosign(text, witness, 1_764_000_000)];
  return Buffer.from(signNote(text, [gatewaySigner], others));
}

function checkpointClaim(note: Uint8Array, head: TreeHead): GoClaim {
  return { kind: 'checkpoint', text: base64(note), keys: KEYS, size: head.size, root: base64(head.root) };
}

describe.skipIf(!isGoHere)('Go tools (x/mod, transparency-dev), unless `go` is missing', () => {
  let tool: GoTool;

  beforeAll(() => {
    tool = new GoTool();
    process.stdout.write(`The Go tool was built in ${tool.buildSeconds.toFixed(1)} s\n`);
  }, BUILD_TIMEOUT_MS);

  afterAll(() => tool.remove());

  /** What the two do not agree on, and how many claims both accept. */
  function compare(cases: readonly Case[]): { readonly different: readonly string[]; readonly accepted: number } {
    const verdicts = tool.check(cases.map(({ claim }) => claim));
    expect(verdicts).toHaveLength(cases.length);
    const different = cases.filter(({ isAccepted }, place) => verdicts[place]!.accepted !== isAccepted);
    return {
      different: different.map(({ what }) => what),
      accepted: verdicts.filter((verdict) => verdict.accepted).length,
    };
  }

  it.each(['trees', 'notes', 'tiles'])('write the committed vectors: %s', (name) => {
    const path = join(import.meta.dirname, '..', '..', 'vectors', 'log', `${name}.json`);
    expect(tool.vectors(name)).toBe(readFileSync(path, 'utf8'));
  });

  it(`accept our inclusion proofs, and refuse every tampered one`, async () => {
    const random = seededRandom(6_962);
    const cases: Case[] = [];
    for (let run = 0; run < PROOFS; run += 1) {
      const size = 1 + Math.floor(random() * LARGEST);
      const index = Math.floor(random() * size);
      const seed = Math.floor(random() * 1_000_000);
      const [leaf, head] = [tree.leafHash(index), headOf(tree, size)];
      const proof = await proveInclusion(read, index, size);
      const make = (what: string, tampered: Proof): Case =>
        inclusionCase(`${what}: ${index}/${size}`, index, leaf, head, tampered);
      cases.push(make('right', proof), ...tamperedProofs(proof, seed).map(([what, tampered]) => make(what, tampered)));
      cases.push(inclusionCase('leaf', index, withBitFlipped(leaf, seed), head, proof));
      cases.push(inclusionCase('root', index, leaf, { size, root: withBitFlipped(head.root, seed) }, proof));
      cases.push(
        inclusionCase('index', (index + 1) % (size + 1), tree.leafHash(index), head, size === 1 ? [leaf] : proof),
      );
    }
    expect(compare(cases)).toEqual({ different: [], accepted: PROOFS });
  });

  it('accept our consistency proofs, and refuse every tampered one', async () => {
    const random = seededRandom(9_162);
    const cases: Case[] = [];
    for (let run = 0; run < PROOFS; run += 1) {
      const sizes = [1 + Math.floor(random() * LARGEST), 1 + Math.floor(random() * LARGEST)].sort((a, b) => a - b);
      const [from, to] = sizes.map((size) => headOf(tree, size)) as [TreeHead, TreeHead];
      const seed = Math.floor(random() * 1_000_000);
      const proof = await proveConsistency(read, from.size, to.size);
      const make = (what: string, tampered: Proof): Case =>
        consistencyCase(`${what}: ${from.size} to ${to.size}`, from, to, tampered);
      cases.push(make('right', proof), ...tamperedProofs(proof, seed).map(([what, tampered]) => make(what, tampered)));
      cases.push(consistencyCase('old root', { ...from, root: withBitFlipped(from.root, seed) }, to, proof));
      cases.push(consistencyCase('new root', from, { ...to, root: withBitFlipped(to.root, seed) }, proof));
    }
    const [empty, some] = [headOf(tree, 0), headOf(tree, 7)];
    cases.push(consistencyCase('from nothing', empty, some, []));
    cases.push(consistencyCase('from nothing with a proof', empty, some, [some.root]));
    expect(compare(cases)).toEqual({ different: [], accepted: PROOFS + 1 });
  });

  it('say the same as we do about heads of another size, whatever it is', () => {
    const random = seededRandom(2_119);
    const cases: Case[] = [];
    for (let run = 0; run < PROOFS; run += 1) {
      const [size, said, at] = [
        1 + Math.floor(random() * 40),
        1 + Math.floor(random() * 40),
        Math.floor(random() * 40),
      ];
      const index = at % size;
      const head = { size: said, root: tree.root(0, size) };
      cases.push(
        inclusionCase(`${index}/${size} as ${said}`, index, tree.leafHash(index), head, tree.path(index, 0, size)),
      );
      const from = { size: at + 1, root: tree.root(0, Math.min(at + 1, size)) };
      cases.push(
        consistencyCase(`${at + 1} to ${size} as ${said}`, from, head, tree.proof(Math.min(at + 1, size), size)),
      );
    }
    expect(compare(cases).different).toEqual([]);
  });

  it('do so up to 2^53 - 1 leaves', async () => {
    const random = seededRandom(53);
    const uniform = makeUniformReader();
    const leaf = await uniform(0, 0);
    const cases: Case[] = [];
    const anySize = (): number => 1 + Math.floor(random() * (2 ** (1 + Math.floor(random() * 53)) - 1));
    for (let run = 0; run < LARGE_PROOFS; run += 1) {
      const [from, to] = [anySize(), anySize()].sort((a, b) => a - b) as [number, number];
      const [old, head] = [
        { size: from, root: await rootOf(uniform, from) },
        { size: to, root: await rootOf(uniform, to) },
      ];
      cases.push(inclusionCase(`${from - 1}/${to}`, from - 1, leaf, head, await proveInclusion(uniform, from - 1, to)));
      const proof = await proveConsistency(uniform, from, to);
      cases.push(consistencyCase(`${from} to ${to}`, old, head, proof));
      cases.push(consistencyCase(`one more: ${from} to ${to}`, old, head, [...proof, leaf]));
    }
    expect(compare(cases)).toEqual({ different: [], accepted: 2 * LARGE_PROOFS });
  });

  it('accept our checkpoints with the signatures of gateway and witness, and refuse altered ones', () => {
    const heads = [0, 1, 2, 255, 256, 257, LARGEST].map((size) => headOf(tree, size));
    const right = heads.map((head) => checkpointClaim(makeNote(head), head));
    expect(tool.check(right)).toEqual(right.map(() => ({ accepted: true })));

    const [head, other] = [headOf(tree, 300), headOf(tree, 301)];
    const text = formatCheckpoint({ origin: gatewaySigner.name, ...head });
    const unwitnessed = signNote(text, [gatewaySigner]);
    const wrong = [
      checkpointClaim(makeNote(head), other),
      checkpointClaim(unwitnessed, head),
      checkpointClaim(makeNote(head).subarray(1), head),
      { ...checkpointClaim(makeNote(head), head), keys: [encodeVerifierKey(noteKeyOf(witness))] },
    ];
    expect(tool.check(wrong).map(({ accepted }) => accepted)).toEqual(wrong.map(() => false));
  });

  it('refuse our checkpoints after any bit has changed, as we do; only spare bits of base64 they overlook', () => {
    const head = headOf(tree, 300);
    const text = formatCheckpoint({ origin: gatewaySigner.name, ...head });
    const note = signNote(text, [gatewaySigner], [cosign(text, witness, 1_764_000_000)]);
    const altered = Array.from({ length: 8 * note.length }, (_, bit) => withBitFlipped(note, bit));
    const verifiers = [ed25519Verifier(noteKeyOf(gatewaySigner)), cosignatureVerifier(noteKeyOf(witness))];
    const isTaken = (bytes: Uint8Array): boolean => verifiedSignatures(parseNote(bytes), verifiers).length === 2;
    const ours = altered.map((bytes) => refusalOf(() => isTaken(bytes) || parseCheckpoint('')));
    expect(isTaken(note)).toBe(true);
    expect(ours.filter((refusal) => refusal === null)).toEqual([]);
    const theirs = tool.check(altered.map((bytes) => checkpointClaim(bytes, head)));
    const overlooked = ours.filter((_, place) => theirs[place]!.accepted);
    expect(overlooked.map((refusal) => refusal?.details)).toEqual(overlooked.map(() => ({ reason: 'BASE64' })));
  });

  it('accept our proofs in text form, and refuse those of other leaves', async () => {
    const size = 777;
    const note = makeNote(headOf(tree, size));
    const claims: GoClaim[] = [];
    for (const index of [0, 1, 400, 775, 776]) {
      const proof = await proveInclusion(read, index, size);
      for (const extra of [null, Buffer.from('extra')]) {
        const text = base64(formatTlogProof({ index, proof, extra, note }));
        claims.push({ kind: 'proof', text, keys: KEYS, leafHash: base64(tree.leafHash(index)) });
        claims.push({ kind: 'proof', text, keys: KEYS, leafHash: base64(tree.leafHash(index + 1)) });
      }
    }
    expect(tool.check(claims).map(({ accepted }) => accepted)).toEqual(claims.map((_, place) => place % 2 === 0));
  });

  it('read our paths of tiles', () => {
    const random = seededRandom(8);
    const claims = Array.from({ length: 500 }, (): GoClaim => {
      const index = Math.floor(random() * 2 ** Math.floor(random() * 53));
      const tile = { level: Math.floor(random() * 64), index, width: 1 + Math.floor(random() * 256) };
      return { kind: 'tile', path: tilePath(tile), ...tile };
    });
    expect(tool.check(claims)).toEqual(claims.map(() => ({ accepted: true })));
  });
});
