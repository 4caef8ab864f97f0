import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { BundleReport } from '../../verifier/report.ts';

const VECTORS = 'test/vectors/evidence';
const VALID = `${VECTORS}/valid/whole-ledger.ndjson`;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string, words: readonly string[]): Promise<Run> {
  return await new Promise((resolve) => {
    execFile(program, words, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

async function dxl(...words: readonly string[]): Promise<Run> {
  return await run(process.execPath, ['cli/main.ts', 'verify', 'bundle', ...words]);
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dxl-copies-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function lineOf(type: string): Promise<Record<string, unknown>> {
  const lines = (await readFile(VALID, 'utf8')).split('\n').slice(0, -1);
  const values = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return values.find((value) => value['type'] === type)!;
}

describe('dxl verify bundle', () => {
  it('exits with 0 for a sound bundle, and says what is not proved', async () => {
    const { code, stdout, stderr } = await dxl(VALID);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('verdict: sound / 核验通过');
    expect(stdout).toContain('not proved: TRUSTED_NODE');
  });

  it('exits with 1 for findings, each on a line of its own in two languages', async () => {
    const { code, stdout } = await dxl(`${VECTORS}/invalid/over-grant-after-suspension.ndjson`);

    expect(code).toBe(1);
    expect(stdout).toMatch(/^OVER_GRANT {2}line \d+; receipt-\d+; .* \/ 越权放行; decision PERMIT/m);
  });

  it('exits with 2 for what is no bundle, and for a file that is not there', async () => {
    expect((await dxl(`${VECTORS}/invalid/empty.ndjson`)).code).toBe(2);
    expect((await dxl(join(folder, 'missing'))).code).toBe(2);
  });

  it.each(['--deployment', '--validators', '--copies'])(
    'exits with 2 where %s is not what it should be',
    async (name) => {
      const place = join(folder, `wrong${name}`);
      await mkdir(place);
      const file = join(place, 'wrong.json');
      await writeFile(file, '{"receipt":{"type":"AccessReceipt"}}');
      const { code, stderr } = await dxl(VALID, name, name === '--copies' ? place : file);
      expect(code).toBe(2);
      expect(stderr).toContain(file);
      expect((await dxl(VALID, name, join(folder, 'none'))).code).toBe(2);
    },
  );

  it('takes more copies than a process may have files open', async () => {
    const { receipt } = (await lineOf('receipt')) as { receipt: Record<string, unknown> };
    const place = join(folder, 'many');
    await mkdir(place);
    const copies = Array.from({ length: 300 }, (_, at) => join(place, `${String(at)}.json`));
    for (const copy of copies) await writeFile(copy, JSON.stringify({ receipt }));
    const words = [process.execPath, 'cli/main.ts', 'verify', 'bundle', VALID, '--copies', place];
    const { stdout, stderr } = await run('bash', ['-c', 'ulimit -n 100; exec "$@"', 'bash', ...words]);
    expect(stderr).toBe('');
    expect(stdout).toContain('copies 300');
  });

  it('exits with 2, and one line, where its verdict cannot be written', async () => {
    const words = [process.execPath, 'cli/main.ts', 'verify', 'bundle', VALID];
    const { code, stderr } = await run('bash', ['-c', 'exec "$@" > /dev/full', 'bash', ...words]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'dxl: the output cannot be written: ENOSPC\n' });
  });

  it('prints the whole report as JSON', async () => {
    const { code, stdout } = await dxl(VALID, '--json');
    const report = JSON.parse(stdout) as BundleReport;

    expect(code).toBe(0);
    expect(report).toMatchObject({ verdict: 'sound', findings: [], findingCount: 0, checked: { receipts: 3 } });
  });

  it('compares with the ledger that one names', async () => {
    const { deployment } = (await lineOf('header')) as { deployment: Record<string, unknown> };
    const file = join(folder, 'deployment');
    await writeFile(file, JSON.stringify(deployment));
    expect((await dxl(VALID, '--deployment', file)).code).toBe(0);

    await writeFile(file, JSON.stringify({ ...deployment, startBlock: 0 }));
    expect((await dxl(VALID, '--deployment', file)).stdout).toContain('DEPLOYMENT_MISMATCH  line 1');
  });

  it('misses the receipts that others kept', async () => {
    const { receipt } = (await lineOf('receipt')) as { receipt: Record<string, unknown> };
    await writeFile(join(folder, 'kept.json'), JSON.stringify({ receipt, contentSalt: null }));
    await writeFile(
      join(folder, 'cut.json'),
      JSON.stringify({ receipt: { ...receipt, receiptId: 'receipt-cut-off-00' } }),
    );

    const { code, stdout } = await dxl(VALID, '--copies', folder);

    expect(code).toBe(1);
    expect(stdout).toContain('COPY_MISSING  file; receipt-cut-off-00');
    expect(stdout).toContain('copies 1');
  });
});
