#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import { z } from 'zod';

import { endAsWrongUsage, parseOptions } from '../scripts/parse-options.ts';
import { CAN_RECOVER_NATIVELY } from '../verifier/native/native-recovery.ts';
import { BenchError } from './support/bench-error.ts';
import { bundlePath, EvidenceMaker } from './support/evidence/evidence-maker.ts';
import { formatTable, median } from './support/statistics.ts';

const HELP = `Usage: npm run bench:verify -- [options]

Makes evidence bundles with real signatures, which is not measured, and verifies them, each time in a process of its own:
  acts        acts alone, beside ethers (parseLog of each log, verifyTypedData of each signature), in turn
  leaves      hashes and root of the receipts' leaves, beside @openzeppelin/merkle-tree, in turn
  everything  all receipts and acts, and a tenth of the receipts, for the memory
Ours always does all; the peers do a sample, and what they take is scaled up. Prints CPU time (user and system, all
threads) and the most memory that a process had. Half of the acts register an access key (one signature), half request
a resource (two).

  --receipts N    receipts (20000)
  --acts N        acts (2000)
  --full          1,000,000 receipts and 100,000 acts
  --rounds N      rounds of both comparisons, each side in turn (3)
  --sample N      acts that ethers replays in a round (200)
  --leaves N      leaves of which OpenZeppelin's trees are made (5000)
  --young N       most MiB of a half of the young generation, as --max-semi-space-size of node; 0 for node's own (4)
  --folder DIR    where bundles are kept and taken from the next time; else a temporary one
  --json          one JSON object instead of tables
  --help          this text
`;

const CHILDREN = resolve(import.meta.dirname, 'support', 'evidence');
const FULL = { receipts: 1_000_000, acts: 100_000 };

const verifiedSchema = z.object({
  verdict: z.string(),
  firstFinding: z.string().nullable(),
  acts: z.number(),
  signatures: z.number(),
  receipts: z.number(),
  cpuSeconds: z.number(),
  wallSeconds: z.number(),
  peakMebibytes: z.number(),
});
const peerSchema = z.object({ acts: z.number(), cpuSeconds: z.number(), peakMebibytes: z.number() });
const times = z.array(z.number());
const leavesSchema = z.object({
  all: z.object({ leaves: z.number(), cpuSeconds: z.number(), peakMebibytes: z.number() }),
  sample: z.number(),
  times: z.object({ ours: times, standard: times, oursOfHashes: times, simple: times }),
  peakMebibytes: z.number(),
});
type Verified = z.output<typeof verifiedSchema>;

interface Options {
  readonly receipts: number;
  readonly acts: number;
  readonly rounds: number;
  readonly sample: number;
  readonly leaves: number;
  readonly young: number;
  readonly folder: string | null;
}

interface Measured {
  readonly native: boolean;
  readonly acts: { readonly ours: readonly Verified[]; readonly peer: readonly z.output<typeof peerSchema>[] };
  readonly leaves: z.output<typeof leavesSchema>;
  readonly everything: readonly Verified[];
}

/** Runs a program of this bench alone and reads the one object that it prints. */
async function runChild<Shape extends z.ZodType>(
  schema: Shape,
  { young }: Options,
  file: string,
  ...args: readonly string[]
): Promise<z.output<Shape>> {
  const flags = young === 0 ? [] : [`--max-semi-space-size=${String(young)}`];
  const child = spawn(process.execPath, [...flags, join(CHILDREN, file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const output = await text(child.stdout);
  await exited;
  if (child.exitCode !== 0) throw new BenchError('PROCESS_ENDED', `${file} failed`);
  return schema.parse(JSON.parse(output));
}

async function verify(options: Options, path: string): Promise<Verified> {
  const verified = await runChild(verifiedSchema, options, 'verify-child.ts', path);
  if (verified.verdict === 'sound') return verified;
  throw new BenchError('SETUP_FAILED', `The bundle is not sound: ${verified.firstFinding ?? verified.verdict}`);
}

/** Paths of the bundles of acts alone, of a tenth of the receipts, and of everything. */
async function prepare({ acts, receipts }: Options, folder: string): Promise<readonly [string, string, string]> {
  const sizes = [0, Math.ceil(receipts / 10), receipts].map((count) => ({ acts, receipts: count }));
  const [alone = '', tenth = '', all = ''] = sizes.map((size) => bundlePath(folder, size));
  const isThere = await Promise.all([alone, tenth, all].map(async (path) => await exists(path)));
  if (isThere.includes(false)) {
    await mkdir(folder, { recursive: true });
    const maker = await EvidenceMaker.open(folder);
    for (const size of sizes) {
      process.stderr.write(`making ${String(size.acts)} acts and ${String(size.receipts)} receipts\n`);
      await maker.write(size);
    }
  }
  return [alone, tenth, all];
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function measure(options: Options, folder: string): Promise<Measured> {
  const [alone, tenth, all] = await prepare(options, folder);
  const ours: Verified[] = [];
  const peer: z.output<typeof peerSchema>[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    process.stderr.write(`acts, round ${String(round + 1)}\n`);
    ours.push(await verify(options, alone));
    peer.push(await runChild(peerSchema, options, 'peer-acts-child.ts', alone, String(options.sample)));
  }
  process.stderr.write('leaves\n');
  const sizes = [String(options.leaves), String(options.rounds)];
  const leaves = await runChild(leavesSchema, options, 'leaves-child.ts', all, ...sizes);
  process.stderr.write('everything\n');
  const everything = [await verify(options, tenth), await verify(options, all)];
  return { native: CAN_RECOVER_NATIVELY, acts: { ours, peer }, leaves, everything };
}

function print({ native, acts, leaves, everything }: Measured): string {
  const oneAct = median(acts.ours.map(({ cpuSeconds, acts: count }) => (cpuSeconds / count) * 1e6));
  const onePeer = median(acts.peer.map(({ cpuSeconds, acts: count }) => (cpuSeconds / count) * 1e6));
  const perLeaf = (values: readonly number[]): number => (median(values) / leaves.sample) * 1e6;
  const { ours, standard, oursOfHashes, simple } = leaves.times;
  const row = (name: string, one: number, peer: number, count: number): string[] => [
    name,
    one.toFixed(1),
    peer.toFixed(1),
    (peer / one).toFixed(1),
    ((peer * count) / 1e6).toFixed(0),
  ];
  const count = leaves.all.leaves;
  const ratios = formatTable([
    ['CPU µs each', 'ours', 'peer', 'ratio', 'peer, all, s'],
    row('act: ethers parseLog + verifyTypedData', oneAct, onePeer, acts.ours[0]?.acts ?? 0),
    row('leaf: StandardMerkleTree of leaves', perLeaf(ours), perLeaf(standard), count),
    row('leaf: SimpleMerkleTree of leaf hashes', perLeaf(oursOfHashes), perLeaf(simple), count),
  ]);
  const totals = formatTable([
    ['verified', 'acts', 'receipts', 'CPU s', 'wall s', 'peak MiB'],
    ...[...acts.ours.slice(-1), ...everything].map((run) => [
      run.verdict,
      String(run.acts),
      String(run.receipts),
      run.cpuSeconds.toFixed(1),
      run.wallSeconds.toFixed(1),
      run.peakMebibytes.toFixed(0),
    ]),
  ]);
  const peaks = `peers, peak MiB: ethers ${String(Math.round(acts.peer[0]?.peakMebibytes ?? 0))} (${String(acts.peer[0]?.acts ?? 0)} acts), OpenZeppelin ${leaves.peakMebibytes.toFixed(0)} (${String(leaves.sample)} leaves)`;
  const root = `root of all ${String(count)} leaves: ${leaves.all.cpuSeconds.toFixed(1)} s CPU`;
  return `signers recovered ${native ? 'natively' : 'in JavaScript'}\n\n${ratios}\n${totals}\n${root}\n${peaks}\n`;
}

function readOptions(): { readonly options: Options; readonly json: boolean; readonly help: boolean } {
  const number = (value: string): { type: 'string'; default: string } => ({ type: 'string', default: value });
  const { values } = parseOptions({
    options: {
      receipts: number('20000'),
      acts: number('2000'),
      full: { type: 'boolean', default: false },
      rounds: number('3'),
      sample: number('200'),
      leaves: number('5000'),
      young: number('4'),
      folder: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const numbers = [values.receipts, values.acts, values.rounds, values.sample, values.leaves, values.young].map(Number);
  const [receipts = 0, acts = 0, rounds = 0, sample = 0, leaves = 0, young = 0] = numbers;
  if (numbers.some((value) => !Number.isSafeInteger(value) || value < 0) || rounds < 1) {
    return endAsWrongUsage('Numbers are whole and positive');
  }
  const size = values.full ? FULL : { receipts, acts };
  const options = { ...size, rounds, sample, leaves, young, folder: values.folder ?? null };
  return { options, json: values.json, help: values.help };
}

async function main(): Promise<void> {
  const { options, json, help } = readOptions();
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'dxl-bench-')));
  try {
    const measured = await measure(options, folder);
    process.stdout.write(json ? `${JSON.stringify(measured)}\n` : print(measured));
  } finally {
    if (options.folder === null) await rm(folder, { recursive: true, force: true });
  }
}

await main();
