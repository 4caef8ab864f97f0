import type { Command } from 'commander';

import type { GrantId } from '../../ledger/ids.ts';
import { codeArgument, collectPair, grantIdArgument, parseCount, parseList } from '../arguments.ts';
import { CliError } from '../cli-error.ts';
import type { SignedConfirmation } from '../../ledger/receipts/confirmation.ts';
import { confirmDelivery, keepReceipt } from '../confirm-delivery.ts';
import { fetchRows } from '../fetch-rows.ts';
import type { Fetched, FetchOptions, ProvedRows } from '../fetch-rows.ts';
import { requireFile, writeNewFile } from '../new-file.ts';
import { besideProfile } from '../profile.ts';
import { globalOptions, openSession } from '../session.ts';
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
  readonly confirm: boolean;
}

export function addFetchCommand(program: Command): void {
  program
    .command('fetch')
    .argument('<grant-id>', '0x and 64 hex digits', grantIdArgument)
    .description(
      'read rows under a grant, as NDJSON to stdout or a file / 获取数据; with --json and without --out one JSON text ' +
        'whose member rows is the list, kept back until all of it is proved',
    )
    .option('--fields <keys>', 'comma-separated; all granted fields by default', '')
    .option(
      '--where <key=value>',
      'only rows whose field equals the value; repeatable',
      collectPair,
      new Map<string, string>(),
    )
    .option('--region <prefix>', 'only rows of this region')
    .option('--limit <n>', 'most rows', parseCount)
    .option('--purpose <code>', 'purpose code', codeArgument, 'BUSINESS_COLLAB')
    .option('--case <number>', 'case number')
    .option('--system <id>', 'the calling system')
    .option('--out <file>', 'write here; the file appears only when all of it is proved')
    .option('--no-confirm', 'do not sign for what was received')
    .action(async (grantId: GrantId, options: Options, command: Command) => {
      const { out } = options;
      if (out !== undefined) await requireFile(out, '--out');
      const session = openSession(command);
      const request = toFetchOptions(grantId, options);
      const isJson = globalOptions(command).json === true;
      const fetched = await (out !== undefined
        ? toFile(session, request, out)
        : isJson
          ? toJson(session, request)
          : toStdout(session, request));
      await signFor(session, fetched, options.confirm);
    });
}

function toFetchOptions(grantId: GrantId, options: Options): FetchOptions {
  return {
    grantId,
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
async function toStdout(session: Session, request: FetchOptions): Promise<ProvedRows> {
  const fetched = await fetchRows(session.client, request, async (bytes) => {
    if (!process.stdout.write(bytes)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  });
  session.output.say(`${String(fetched.rows)} rows, ${String(fetched.bytes)} bytes, receipt ${fetched.receiptId}`);
  return fetched;
}

/** All rows as one value, for a program that wants them with their receipt. */
async function toJson({ client, output }: Session, request: FetchOptions): Promise<ProvedRows> {
  const chunks: Buffer[] = [];
  const fetched = await fetchRows(client, request, (bytes) => void chunks.push(bytes));
  const { rows: count, ...proof } = tellOf(fetched);
  const lines = Buffer.concat(chunks).toString('utf8').split('\n').slice(0, count);
  output.show({ ...proof, count, rows: lines.map((line): unknown => JSON.parse(line)) });
  return fetched;
}

function tellOf({ receiptId, rows, bytes, contentDigest }: ProvedRows): Fetched {
  return { receiptId, rows, bytes, contentDigest };
}

/** The rows are proved by now: that the gateway does not take the signature is told, and no failure of the read. */
async function signFor(session: Session, fetched: ProvedRows, isWanted: boolean): Promise<void> {
  let signed: SignedConfirmation | null = null;
  try {
    if (isWanted) signed = await confirmDelivery(session, fetched);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    session.output.say(`the delivery is not confirmed: ${error.message} / 未能提交接收确认`);
  }
  const { receipts } = session.profile;
  if (receipts !== null) await keepReceipt(besideProfile(session.profile, receipts), fetched, signed);
}

async function toFile(session: Session, request: FetchOptions, path: string): Promise<ProvedRows> {
  const fetched = await writeNewFile(path, async (append) => await fetchRows(session.client, request, append));
  session.output.show({ file: path, ...tellOf(fetched) });
  return fetched;
}
