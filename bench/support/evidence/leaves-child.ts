import { SimpleMerkleTree, StandardMerkleTree } from '@openzeppelin/merkle-tree';

import { Frontier } from '../../../ledger/log/frontier.ts';
import { hashLeaf } from '../../../ledger/log/merkle-tree.ts';
import { readLines } from '../../../verifier/bundle/read-lines.ts';
import { chunksOf, cpuSecondsOf, peakMebibytes } from './chunks.ts';

/**
 * Roots over the leaves of a bundle: ours over all of them, then ours and those of OpenZeppelin's trees over the first
 * ones, in turn. Theirs hash with keccak-256 and sort, as contracts verify them; the work is that of one hash of each
 * leaf and one of each node on both sides.
 */
const BATCH = 5_000;
const BEFORE = '"receipt":';
const BEHIND = Buffer.from(',"type":"receipt"}');

/** The bytes of a leaf as they stand in its line, which is canonical; null for another line. */
function leafOf(bytes: Uint8Array): Uint8Array | null {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!line.subarray(-BEHIND.length).equals(BEHIND)) return null;
  const start = line.indexOf(BEFORE);
  return start < 0 ? null : Uint8Array.from(line.subarray(start + BEFORE.length, -BEHIND.length));
}

/** Ours, as the verifier has it: nothing is kept but the edge of the tree. */
function append(frontier: Frontier, leaves: readonly Uint8Array[]): void {
  for (const leaf of leaves) frontier.append(hashLeaf(leaf));
}

async function measureAll(path: string, sampleSize: number) {
  const frontier = new Frontier();
  const sample: Uint8Array[] = [];
  let batch: Uint8Array[] = [];
  let cpuSeconds = 0;
  const flush = (): void => {
    cpuSeconds += cpuSecondsOf(() => {
      append(frontier, batch);
    });
    batch = [];
  };
  for await (const { bytes } of readLines(chunksOf(path))) {
    const leaf = leafOf(bytes);
    if (leaf === null) continue;
    if (sample.length < sampleSize) sample.push(leaf);
    if (batch.push(leaf) === BATCH) flush();
  }
  flush();
  return { sample, all: { leaves: frontier.size, cpuSeconds, peakMebibytes: peakMebibytes() } };
}

const [, , path = '', sampleSize = '0', rounds = '1'] = process.argv;
const { sample, all } = await measureAll(path, Number(sampleSize));
const hashes = sample.map((leaf) => hashLeaf(leaf));
const times: { ours: number[]; standard: number[]; oursOfHashes: number[]; simple: number[] } = {
  ours: [],
  standard: [],
  oursOfHashes: [],
  simple: [],
};
for (let round = 0; round < Number(rounds); round += 1) {
  const [frontier, ofHashes] = [new Frontier(), new Frontier()];
  times.ours.push(
    cpuSecondsOf(() => {
      append(frontier, sample);
      frontier.root();
    }),
  );
  times.standard.push(
    cpuSecondsOf(
      () =>
        StandardMerkleTree.of(
          sample.map((leaf) => [leaf]),
          ['bytes'],
        ).root,
    ),
  );
  times.oursOfHashes.push(
    cpuSecondsOf(() => {
      for (const hash of hashes) ofHashes.append(hash);
      ofHashes.root();
    }),
  );
  times.simple.push(cpuSecondsOf(() => SimpleMerkleTree.of(hashes).root));
}
const measured = { all, sample: sample.length, times, peakMebibytes: peakMebibytes() };
process.stdout.write(`${JSON.stringify(measured)}\n`);
