import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseTrustedValidators } from '../../ledger/finality/trusted-validators.ts';
import { type JsonValue, parseStrictJson } from '../../ledger/json/strict-json.ts';
import { parseReceipt } from '../../ledger/receipts/receipt.ts';
import type { ReceiptCopy } from '../../verifier/copies/copy-check.ts';
import type { BundleReport } from '../../verifier/report.ts';
import { verifyBytes } from './evidence-bundle.ts';

export const VECTORS = 'test/vectors/evidence';

/** Files beside a vector: the deployment and the validators that the reader knows, and a folder of copies. */
export interface VectorGiven {
  readonly deployment?: string;
  readonly validators?: string;
  readonly copies?: string;
}

/** By file: a finding that it must have, or its verdict. */
export function vectorIndex(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(`${VECTORS}/index.json`, 'utf8')) as Readonly<Record<string, string>>;
}

export async function verifyVector(file: string): Promise<BundleReport> {
  const all = JSON.parse(readFileSync(`${VECTORS}/given.json`, 'utf8')) as Readonly<Record<string, VectorGiven>>;
  const { deployment, validators, copies } = all[file] ?? {};
  return await verifyBytes(readFileSync(join(VECTORS, file)), {
    deployment: deployment === undefined ? null : readJson(deployment),
    validators: validators === undefined ? null : parseTrustedValidators(readFileSync(join(VECTORS, validators))),
    copies: copies === undefined ? [] : readCopies(copies),
  });
}

function readCopies(folder: string): ReceiptCopy[] {
  return readdirSync(join(VECTORS, folder)).map((name) => {
    const { receipt } = readJson(join(folder, name)) as { readonly receipt: JsonValue };
    return { source: name, receipt: parseReceipt(receipt) };
  });
}

function readJson(path: string): JsonValue {
  return parseStrictJson(readFileSync(join(VECTORS, path)));
}
