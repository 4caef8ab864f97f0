import { dropBufferPool } from '../../../verifier/native/buffer-pool.ts';
import { useFastKeccak } from '../../../verifier/native/fast-keccak.ts';
import { recoverNatively } from '../../../verifier/native/native-recovery.ts';
import { verifyBundle } from '../../../verifier/verify-bundle.ts';
import { chunksOf, peakMebibytes } from './chunks.ts';

/** Verifies the bundle that is named as its argument, all of it, and prints one JSON object: what that took. */
const [, , path = ''] = process.argv;
dropBufferPool();
await useFastKeccak();
const startedAt = performance.now();
const before = process.cpuUsage();
const { verdict, checked, findings } = await verifyBundle(chunksOf(path), {
  deployment: null,
  validators: null,
  copies: [],
  recover: recoverNatively,
});
const { user, system } = process.cpuUsage(before);
const measured = {
  verdict,
  firstFinding: findings[0]?.code ?? null,
  acts: checked.entries,
  signatures: checked.signatures,
  receipts: checked.receipts,
  cpuSeconds: (user + system) / 1e6,
  wallSeconds: (performance.now() - startedAt) / 1e3,
  peakMebibytes: peakMebibytes(),
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
