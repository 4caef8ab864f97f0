import { type Command, InvalidArgumentError } from 'commander';

import { caseIdArgument, grantIdArgument, receiptIdArgument } from '../arguments.ts';
import { CliError } from '../cli-error.ts';
import { saveEvidence } from '../save-evidence.ts';
import { openSession } from '../session.ts';

interface Options {
  readonly grant?: string;
  readonly case?: string;
  readonly receipt?: string;
  readonly range?: readonly [first: number, end: number];
  readonly redact?: boolean;
  readonly out: string;
}

const RANGE = /^(\d{1,15})\.\.(\d{1,15})$/;

export function addEvidenceCommands(program: Command): void {
  const evidence = program
    .command('evidence')
    .description('files that prove what happened, without any gateway / 证据');

  evidence
    .command('export')
    .description(
      'everything that a third party needs to check the ledger and receipts offline with dxl verify bundle: of the ' +
        'whole ledger and all receipts of this gateway (supervisors), or with the receipts of one grant, case, receipt ' +
        'or range / 导出证据包',
    )
    .option('--grant <id>', 'receipts and documents of this grant', grantIdArgument)
    .option('--case <id>', 'of this correction or dispute', caseIdArgument)
    .option('--receipt <id>', 'this receipt only', receiptIdArgument)
    .option(
      '--range <first..end>',
      "receipts of the gateway's log from number first up to end, end left out",
      parseRange,
    )
    .option('--redact', 'withhold what reads asked for, the salts of what was delivered, and confirmations')
    .requiredOption('--out <file>', 'write here; the file appears only when all of it arrived and is signed')
    .action(async (options: Options, command: Command) => {
      const session = openSession(command);
      const { lines, bytes, receiptId } = await saveEvidence(session.client, toPath(options), options.out);
      session.output.show({ file: options.out, lines, bytes, receiptId });
    });
}

function parseRange(text: string): readonly [number, number] {
  const [, first, end] = RANGE.exec(text) ?? [];
  if (first === undefined || end === undefined || Number(first) >= Number(end)) {
    throw new InvalidArgumentError('Expected two numbers such as 0..1000, the first one smaller.');
  }
  return [Number(first), Number(end)];
}

function toPath({ grant, case: caseId, receipt, range, redact }: Options): string {
  const scopes = [grant, caseId, receipt, range].filter((scope) => scope !== undefined);
  if (scopes.length > 1) throw new CliError('INPUT_INVALID', 'One of --grant, --case, --receipt and --range at most');
  const query = new URLSearchParams();
  if (grant !== undefined) query.set('grant', grant);
  if (caseId !== undefined) query.set('case', caseId);
  if (receipt !== undefined) query.set('receipt', receipt);
  if (range !== undefined) {
    query.set('from', String(range[0]));
    query.set('to', String(range[1]));
  }
  if (redact === true) query.set('redact', 'yes');
  const text = query.toString();
  return `/v1/evidence${text === '' ? '' : `?${text}`}`;
}
