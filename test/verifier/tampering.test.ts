import { setImmediate } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { JsonValue } from '../../ledger/json/strict-json.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { bundleLines, exporterOf, verifyBytes, writeBundle } from './evidence-bundle.ts';
import { EvidenceWorld, SMALL_CALENDAR } from './evidence-world.ts';
import {
  changedMembers,
  flippedBytes,
  flippedDigits,
  movedLines,
  rewrittenLines,
  shiftedBytes,
  type Tampered,
  type Target,
  targetOf,
} from './tampering.ts';

const isLong = process.env['DXL_LONG'] === '1';
/** In the long form every bit of every byte, and every byte dropped and doubled: more than a million cases. */
const BITS = isLong ? [0, 1, 2, 3, 4, 5, 6, 7] : [0];
const BYTE_STEP = isLong ? 1 : 53;
const DIGIT_STEP = isLong ? 1 : 67;

let chain: LedgerChain;
let target: Target;
let deployment: JsonValue;
let tried = 0;

beforeAll(async () => {
  chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
  const world = await EvidenceWorld.build(chain, 1);
  for (let count = 0; count < 3; count += 1) world.gateway.deliver(world.read());
  const { afterSuspension, suspendedGrantId: grantId } = world;
  world.gateway.refuse(world.read({ grantId, block: afterSuspension, at: afterSuspension.timestamp }), 'NOT_ACTIVE');
  // Without it the exporter could leave its whole log out, and nobody would know of it.
  await world.anchor();
  target = targetOf(await writeBundle(await bundleLines(world), exporterOf(world.gateway)), world.gateway);
  deployment = target.values[0]!['deployment']!;
});

afterAll(async () => {
  await chain.stop();
  process.stdout.write(`tampering: ${String(tried)} cases\n`);
});

interface Outcome {
  /** What was not noticed: what was done, and to which type of line. */
  readonly accepted: readonly string[];
  /** Cases that no finding gives a place to. */
  readonly placeless: readonly string[];
}

/** @param given the ledger that the reader knows; null for one who knows nothing */
async function tryAll(cases: Iterable<Tampered>, given: JsonValue = null): Promise<Outcome> {
  const accepted = new Set<string>();
  const placeless: string[] = [];
  for (const { how, where, bytes } of cases) {
    tried += 1;
    // Without a turn of the event loop V8 frees nothing that waits for one, and a million cases fill the memory.
    if (tried % 256 === 0) await setImmediate();
    const { verdict, findings } = await verifyBytes(bytes, { deployment: given });
    const what = `${target.types[where - 1] ?? ''} ${how}`;
    if (verdict === 'sound') accepted.add(what);
    if (verdict === 'findings' && !findings.some(({ line }) => line !== null)) placeless.push(what);
  }
  return { accepted: [...accepted].toSorted(), placeless };
}

const NOTHING: Outcome = { accepted: [], placeless: [] };
const LIMIT = { timeout: isLong ? 86_400_000 : 900_000 };

describe('a bundle that somebody changed', LIMIT, () => {
  it.each(BITS)('in one byte is refused (bit %i)', async (bit) => {
    expect(await tryAll(flippedBytes(target, 0, BYTE_STEP, bit))).toEqual(NOTHING);
  });

  it.each(BITS)('in one byte, with count and hash made to fit, is refused (bit %i)', async (bit) => {
    expect(await tryAll(flippedDigits(target, 0, DIGIT_STEP, bit))).toEqual(NOTHING);
  });

  it.each([
    ['dropped', 'kept'],
    ['dropped', 'recomputed'],
    ['doubled', 'kept'],
    ['doubled', 'recomputed'],
  ] as const)('by a byte that is %s is refused (end %s)', async (how, ending) => {
    expect(await tryAll(shiftedBytes(target, how, DIGIT_STEP, ending))).toEqual(NOTHING);
  });

  it.each(['kept', 'recomputed'] as const)('in the order of its lines is refused (end %s)', async (ending) => {
    expect(await tryAll(movedLines(target, ending))).toEqual(NOTHING);
  });

  it.each(['kept', 'recomputed'] as const)('in the spelling of a line is refused (end %s)', async (ending) => {
    expect(await tryAll(rewrittenLines(target, ending))).toEqual(NOTHING);
  });

  it('in any member is refused', async () => {
    expect(await tryAll(changedMembers(target, 'recomputed'))).toEqual(NOTHING);
  });
});

describe('a bundle that its exporter changed and signed', LIMIT, () => {
  /** The anchored head, which is no entry of a history: `ANCHORS` in `notProved`. */
  it('in the order of its lines is refused, but for an anchored head that it leaves out', async () => {
    const outcome = await tryAll(movedLines(target, 'signed'), deployment);

    expect(outcome).toEqual({ accepted: ['log line dropped'], placeless: [] });
  });

  /**
   * The page says so, section 12: these rest on who exported the file, and are what `notProved` names. Of a signature it
   * is what its encoding has room for: no contract reads that, and whoever carried the act could choose it.
   */
  it('in a member is refused, but for what a trusted node alone could tell', async () => {
    const { accepted, placeless } = await tryAll(changedMembers(target, 'signed'), deployment);

    expect(placeless).toEqual([]);
    expect(accepted).toEqual([
      'account officers: another value',
      'account officers: item dropped',
      'account threshold: another value',
      'block hash: another value',
      'block number: another value',
      'block timestamp: another value',
      'log block: another value',
      'receipt contentSalt: another value',
      'signature data: another value',
    ]);
  });
});

describe('a file that is no bundle', () => {
  it.each([
    ['nothing', ''],
    ['a line feed', '\n'],
    ['other JSON', '{"type":"header"}\n'],
    ['another version', '{"format":"dxl/evidence/2","type":"header"}\n'],
    ['no JSON', '\0'.repeat(1_000)],
    ['deep nesting', `${'['.repeat(500_000)}\n`],
  ])('is not checked: %s', async (_name, text) => {
    const report = await verifyBytes(Buffer.from(text));

    expect(report).toMatchObject({ verdict: 'cannot-check', obstacles: ['NOT_A_BUNDLE'], findings: [] });
  });

  it('is given up as soon as a line is too long', async () => {
    const head = Buffer.from(target.bytes.subarray(0, target.bytes.indexOf(0x0a) + 1));
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield head;
      for (; given < 1_000; given += 1) {
        await Promise.resolve();
        yield Buffer.alloc(65_536, 0x20);
      }
    }
    const { verifyBundle } = await import('../../verifier/verify-bundle.ts');
    const report = await verifyBundle(endless(), { deployment: null, validators: null, copies: [] });

    expect(report.findings).toMatchObject([{ code: 'LINE_TOO_LONG', line: 2 }]);
    expect(given).toBeLessThan(20);
  });

  it('is read alike in pieces of any size', async () => {
    const sizes = [1, 7, 4_096, target.bytes.length];
    const reports = await Promise.all(sizes.map(async (size) => await verifyBytes(target.bytes, {}, size)));

    expect(reports.map(({ verdict }) => verdict)).toEqual(sizes.map(() => 'sound'));
  });
});
