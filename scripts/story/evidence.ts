import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { saveEvidence } from '../../cli/save-evidence.ts';
import type { BundleReport } from '../../verifier/report.ts';
import { verifyBundle } from '../../verifier/verify-bundle.ts';
import type { Principal } from './principal.ts';
import { StoryError } from './story-error.ts';

/** A bundle on disk, what a verifier makes of it, and what it makes of a copy with one receipt altered. */
export interface TriedEvidence {
  readonly bytes: number;
  readonly report: BundleReport;
  readonly altered: BundleReport;
}

/**
 * Exports evidence with the receipts of a grant, verifies it offline, then alters how many rows a receipt says, and verifies
 * it again. Whoever alters it cannot sign for it: the last line is left as the gateway signed it.
 */
export async function tryEvidence(by: Principal, grantId: string, receiptId: string): Promise<TriedEvidence> {
  const folder = mkdtempSync(join(tmpdir(), 'dxl-evidence-'));
  try {
    const file = join(folder, 'evidence.ndjson');
    const { bytes } = await saveEvidence(by.client, `/v1/evidence?grant=${grantId}`, file);
    const report = await verify(file);
    await writeFile(file, alterRows(await readFile(file, 'utf8'), receiptId));
    return { bytes, report, altered: await verify(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function verify(file: string): Promise<BundleReport> {
  return await verifyBundle(createReadStream(file), { deployment: null, validators: null, copies: [] });
}

/** The same bundle, with a hundred rows more in one receipt. */
function alterRows(bundle: string, receiptId: string): string {
  const lines = bundle.split('\n');
  const index = lines.findIndex(
    (line) => line.includes(`"receiptId":"${receiptId}"`) && line.includes('"type":"receipt"'),
  );
  const line = lines[index];
  if (line === undefined) throw new StoryError('UNEXPECTED_ANSWER', 'The receipt is not in the evidence');
  lines[index] = line.replace(/"rows":(\d+)/, (_all, rows: string) => `"rows":${String(Number(rows) + 100)}`);
  return lines.join('\n');
}
