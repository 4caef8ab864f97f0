import { createReadStream } from 'node:fs';

import { verifyBundle } from '../../../verifier/verify-bundle.ts';

/** Verifies the bundle named as its argument in a process of its own, and prints one JSON object: what it took. */
async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path)) if (chunk instanceof Uint8Array) yield chunk;
}

const [, , path = ''] = process.argv;
const startedAt = performance.now();
const before = process.cpuUsage();
const { verdict, checked, findings } = await verifyBundle(chunksOf(path), {
  deployment: null,
  validators: null,
  copies: [],
});
const { user, system } = process.cpuUsage(before);
const measured = {
  verdict,
  checked,
  firstFinding: findings[0] ?? null,
  cpuSeconds: (user + system) / 1e6,
  wallSeconds: (performance.now() - startedAt) / 1e3,
  peakMebibytes: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
