import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { BundleReport } from '../../verifier/report.ts';
import { findPython } from './find-python.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'verifier', 'independent');
const TIME_LIMIT_MS = 600_000;
/** Far more than a report of a thousand findings. */
const MAX_OUTPUT = 16_777_216;

interface ScriptResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What two verifiers must agree on: the verdict, and which findings there are. */
export interface Judgement {
  readonly verdict: string;
  readonly codes: readonly string[];
}

/** Runs a script of the verifier in Python; it is killed after ten minutes. */
export async function runIndependent(script: string, words: readonly string[] = []): Promise<ScriptResult> {
  const python = findPython('cryptography', 'pycryptodome');
  const options = { timeout: TIME_LIMIT_MS, maxBuffer: MAX_OUTPUT };
  return await new Promise((resolve) => {
    execFile(python, [join(FOLDER, script), ...words], options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ exitCode, stdout, stderr });
    });
  });
}

/** What the verifier in Python finds in a file. It leaves out what only the schemas of documents say. */
export async function judgeIndependently(file: string, words: readonly string[] = []): Promise<Judgement> {
  const result = await runIndependent('verify.py', [file, '--json', '--without-schemas', ...words]);
  if (result.stdout === '') throw new TypeError(`The verifier in Python failed: ${result.stderr}`);
  const { verdict, findings } = JSON.parse(result.stdout) as Pick<BundleReport, 'verdict' | 'findings'>;
  return { verdict, codes: codesOf(findings) };
}

/** The same of bytes. */
export async function judgeBytesIndependently(bytes: Uint8Array): Promise<Judgement> {
  return await withFile(bytes, judgeIndependently);
}

/** Signatures over a digest by a signer, with the accounts that a bundle tells of; all hex. */
export interface AskedSignatures {
  readonly verifiers: { readonly p256: string; readonly webauthn: string };
  readonly accounts: readonly {
    readonly account: string;
    readonly officers: readonly string[];
    readonly threshold: number;
  }[];
  readonly signer: string;
  readonly digest: string;
  readonly signatures: readonly string[];
}

/** Which of the signatures the verifier in Python takes. */
export async function judgeSignaturesIndependently(asked: AskedSignatures): Promise<readonly boolean[]> {
  return await withFile(JSON.stringify(asked), async (file) => {
    const { stdout, stderr } = await runIndependent('../../test/support/judge_signatures.py', [file]);
    if (stdout === '') throw new TypeError(`The verifier in Python failed: ${stderr}`);
    return JSON.parse(stdout) as readonly boolean[];
  });
}

async function withFile<Result>(content: Uint8Array | string, use: (file: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'dxl-independent-'));
  try {
    const file = join(folder, 'asked');
    await writeFile(file, content);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A report of the verifier in TypeScript in the same form. */
export function judgementOf({ verdict, findings }: Pick<BundleReport, 'verdict' | 'findings'>): Judgement {
  return { verdict, codes: codesOf(findings) };
}

function codesOf(findings: readonly { readonly code: string }[]): readonly string[] {
  return [...new Set(findings.map(({ code }) => code))].toSorted();
}
