import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { parseCheckpoint } from '../../../ledger/log/checkpoint.ts';
import { proveConsistency, verifyConsistency } from '../../../ledger/log/consistency.ts';
import { cosign, cosignatureTime, cosignatureVerifier } from '../../../ledger/log/cosignature.ts';
import { Frontier } from '../../../ledger/log/frontier.ts';
import { proveInclusion, verifyInclusion } from '../../../ledger/log/inclusion.ts';
import { hashLeaf, type TreeHash } from '../../../ledger/log/merkle-tree.ts';
import {
  encodeVerifierKey,
  noteKeyOf,
  openNote,
  parseNote,
  signNote,
  verifiedSignatures,
} from '../../../ledger/log/signed-note.ts';
import { rootOf } from '../../../ledger/log/subtree.ts';
import { encodeTile, parseTilePath, tileIn, tilePath } from '../../../ledger/log/tiles.ts';
import { formatTlogProof, parseTlogProof } from '../../../ledger/log/tlog-proof.ts';
import { codeOf } from '../refusal-of.ts';
import { makeSigner } from './note.factory.ts';
import { leafOf, makeTree, readerOf } from './tree.factory.ts';

/** Written by `test/independent/go vectors`; bytes are base64. */
const FOLDER = join(import.meta.dirname, '..', '..', 'vectors', 'log');
const bytes = z.string().transform((text) => Buffer.from(text, 'base64'));
const proofSchema = z.array(bytes);

function load<Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> {
  return schema.parse(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')));
}

const trees = load(
  'trees',
  z.object({
    reference: z.object({ leaves: z.array(bytes), roots: z.array(bytes) }),
    roots: z.record(z.string(), bytes),
    inclusion: z.array(z.object({ index: z.int(), size: z.int(), proof: proofSchema })),
    consistency: z.array(z.object({ from: z.int(), to: z.int(), proof: proofSchema })),
  }),
);
const notes = load(
  'notes',
  z.object({
    keys: z.array(z.object({ name: z.string(), publicKey: bytes, verifierKey: z.string(), cosignerKey: z.string() })),
    cosignedAt: z.int(),
    notes: z.array(
      z.object({
        name: z.string(),
        note: bytes,
        signers: z.array(z.string()),
        cosigners: z.array(z.string()),
        text: z.string(),
      }),
    ),
    altered: z.array(z.object({ name: z.string(), note: bytes, accepted: z.boolean() })),
    proofs: z.array(
      z.object({ index: z.int(), leaf: bytes, extra: bytes.nullable(), proof: proofSchema, text: bytes }),
    ),
  }),
);
const tileSchema = z.object({ path: z.string(), level: z.int(), index: z.int(), width: z.int() });
const tiles = load(
  'tiles',
  z.object({
    size: z.int(),
    tiles: z.array(tileSchema.extend({ sha256: bytes })),
    paths: z.array(tileSchema),
  }),
);

const toBuffers = (hashes: readonly TreeHash[]): Buffer[] => hashes.map((hash) => Buffer.from(hash));
const rootAt = (size: number): Buffer => trees.roots[size]!;

describe('roots by two Go implementations', () => {
  it('are those of the reference leaves', () => {
    const frontier = new Frontier();
    const roots = [frontier.root()];
    for (const leaf of trees.reference.leaves) {
      frontier.append(hashLeaf(leaf));
      roots.push(frontier.root());
    }
    expect(toBuffers(roots)).toEqual(trees.reference.roots);
  });

  it('are ours at every size', () => {
    const sizes = Object.keys(trees.roots).map(Number);
    expect(sizes.length).toBeGreaterThan(300);
    const frontier = new Frontier();
    const different: number[] = [];
    for (let size = 0; size <= Math.max(...sizes); size += 1) {
      if (sizes.includes(size) && !rootAt(size).equals(frontier.root())) different.push(size);
      frontier.append(hashLeaf(leafOf(size)));
    }
    expect(different).toEqual([]);
  });
});

describe('proofs by two Go implementations', () => {
  const tree = makeTree(4_097);
  const read = readerOf(tree);

  it('of inclusion are ours, and verify', async () => {
    expect(trees.inclusion.length).toBeGreaterThan(180);
    for (const { index, size, proof } of trees.inclusion) {
      const head = { size, root: rootAt(size) };
      expect(toBuffers(await proveInclusion(read, index, size))).toEqual(proof);
      expect(verifyInclusion({ index, leafHash: hashLeaf(leafOf(index)), head, proof })).toBe(true);
      expect(verifyInclusion({ index, leafHash: hashLeaf(leafOf(index + 1)), head, proof })).toBe(false);
    }
  });

  it('of consistency are ours, and verify', async () => {
    expect(trees.consistency.length).toBeGreaterThan(200);
    for (const { from, to, proof } of trees.consistency) {
      const heads = { from: { size: from, root: rootAt(from) }, to: { size: to, root: rootAt(to) } };
      expect(toBuffers(await proveConsistency(read, from, to))).toEqual(proof);
      expect(verifyConsistency({ ...heads, proof })).toBe(true);
      expect(verifyConsistency({ ...heads, proof: [...proof, rootAt(1)] })).toBe(false);
    }
  });
});

describe('notes signed by Go', () => {
  const signers = new Map(notes.keys.map(({ name }) => [name, makeSigner(name)]));
  const signersOf = (names: readonly string[]): ReturnType<typeof makeSigner>[] =>
    names.map((name) => signers.get(name)!);

  it.each(notes.keys)('are by the key of $name', ({ name, publicKey, verifierKey, cosignerKey }) => {
    const key = noteKeyOf(signers.get(name)!);
    expect(Buffer.from(key.publicKey)).toEqual(publicKey);
    expect(encodeVerifierKey(key)).toBe(verifierKey);
    expect(encodeVerifierKey(key, 4)).toBe(cosignerKey);
  });

  it.each(notes.notes)('open, and are signed byte for byte by us: $name', ({ note, text, ...names }) => {
    const opened = openNote(note, signersOf(names.signers).map(noteKeyOf));
    expect(opened.text).toBe(text);
    expect(opened.signatures.map(({ name }) => name)).toEqual(names.signers);
    const verifiers = signersOf(names.cosigners).map((signer) => cosignatureVerifier(noteKeyOf(signer)));
    const cosignatures = verifiedSignatures(parseNote(note), verifiers);
    expect(cosignatures.map(({ name }) => name)).toEqual(names.cosigners);
    expect(cosignatures.map(cosignatureTime)).toEqual(names.cosigners.map(() => notes.cosignedAt));
    const ours = signersOf(names.cosigners).map((signer) => cosign(text, signer, notes.cosignedAt));
    expect(Buffer.from(signNote(text, signersOf(names.signers), ours))).toEqual(note);
  });

  /** Where we are stricter: one spelling of base64, and every signature of a known key must be right. */
  const STRICTER = ['a wrong signature after a right one', 'base64 with spare bits'];

  it.each(notes.altered)('are refused or not as Go does: $name', ({ name, note, accepted }) => {
    const key = noteKeyOf(signers.get('example.com/log')!);
    const isAccepted = codeOf(() => parseCheckpoint(openNote(note, [key]).text)) === null;
    expect(isAccepted).toBe(accepted && !STRICTER.includes(name));
  });

  it.each(notes.proofs)('are at the end of proofs: leaf $index', ({ index, leaf, extra, proof, text }) => {
    const parsed = parseTlogProof(text);
    expect(parsed).toMatchObject({ index, proof, extra });
    const head = parseCheckpoint(openNote(parsed.note, [noteKeyOf(signers.get('example.com/log')!)]).text);
    expect(verifyInclusion({ ...parsed, leafHash: hashLeaf(leaf), head })).toBe(true);
    expect(Buffer.from(formatTlogProof(parsed))).toEqual(text);
  });
});

describe('tiles by the Go checksum database', () => {
  it('have our paths', () => {
    for (const { path, level, index, width } of [...tiles.tiles, ...tiles.paths]) {
      expect(tilePath({ level, index, width })).toBe(path);
      expect(parseTilePath(path)).toEqual({ level, index, width });
    }
  });

  it('hold our hashes', async () => {
    const read = readerOf(makeTree(tiles.size));
    const different: string[] = [];
    for (const { path, level, index, width, sha256 } of tiles.tiles) {
      expect(tileIn(tiles.size, level, index)).toEqual({ level, index, width });
      const places = Array.from({ length: width }, (_, place) => index * 256 + place);
      const hashes = await Promise.all(places.map(async (place) => await read(8 * level, place)));
      if (!createHash('sha256').update(encodeTile(hashes)).digest().equals(sha256)) different.push(path);
    }
    expect(different).toEqual([]);
    expect(await rootOf(read, 4_097)).toEqual(rootAt(4_097));
  });
});
