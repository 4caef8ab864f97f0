import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import type { Command } from 'commander';

import { parseGrantId } from '../../ledger/ids.ts';
import { CliError } from '../cli-error.ts';
import { collectPair, parseCount, parseList } from '../documents.ts';
import { fetchRows } from '../fetch-rows.ts';
import type { FetchOptions, TakeBytes } from '../fetch-rows.ts';
import { openSession } from '../session.ts';
import type { Session } from '../session.ts';

interface Options {
  readonly fields: string;
  readonly where: ReadonlyMap<string, string>;
  readonly region?: string;
  readonly limit?: number;
  readonly purpose: string;
  readonly case?: string;
  readonly system?: string;
  readonly out?: string;
}

const PROGRESS_MS = 200;

export function addFetchCommand(program: Command): void {
  program
    .command('fetch')
    .argument('<grant-id>')
    .description('read rows under a grant, as NDJSON to stdout or a file / 获取数据')
    .option('--fields <keys>', 'comma-separated; all granted fields by default', '')
    .option(
      '--where <key=value>',
      'only rows whose field equals the value; repeatable',
      collectPair,
      new Map<string, string>(),
    )
    .option('--region <prefix>', 'only rows of this region')
    .option('--limit <n>', 'most rows', parseCount)
    .option('--purpose <code>', 'purpose code', 'BUSINESS_COLLAB')
    .option('--case <number>', 'case number')
    .option('--system <id>', 'the calling system')
    .option('--out <file>', 'write here; the file appears only when all of it is proved')
    .action(async (grantId: string, options: Options, command: Command) => {
      const session = openSession(command);
      const request = toFetchOptions(grantId, options);
      if (options.out === undefined) await toStdout(session, request);
      else await toFile(session, request, options.out);
    });
}

function toFetchOptions(grantId: string, options: Options): FetchOptions {
  return {
    grantId: parseGrantId(grantId),
    fields: parseList(options.fields),
    equals: options.where,
    region: options.region ?? null,
    limit: options.limit ?? null,
    purpose: options.purpose,
    caseNumber: options.case ?? null,
    system: options.system ?? null,
  };
}

/** Lines are passed on as they come: the exit code says whether they were proved. */
async function toStdout(session: Session, request: FetchOptions): Promise<void> {
  const fetched = await fetchRows(session.client, request, async (bytes) => {
    if (!process.stdout.write(bytes)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  });
  session.output.say(`${String(fetched.rows)} rows, ${String(fetched.bytes)} bytes, receipt ${fetched.receiptId}`);
}

async function toFile(session: Session, request: FetchOptions, path: string): Promise<void> {
  const partial = `${path}.partial`;
  const file = await openNew(partial);
  try {
    const fetched = await fetchRows(session.client, request, withProgress(file));
    await file.sync();
    await file.close();
    await rename(partial, path);
    session.output.show({ file: path, ...fetched });
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w', 0o600);
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `The file ${path} cannot be written`, {}, cause);
  }
}

function withProgress(file: FileHandle): TakeBytes {
  let shownAt = 0;
  return async (bytes, sofar) => {
    await file.write(bytes);
    if (!process.stderr.isTTY || Date.now() - shownAt < PROGRESS_MS) return;
    shownAt = Date.now();
    process.stderr.write(`\r${(sofar / 1024).toFixed(0)} KiB `);
  };
}
