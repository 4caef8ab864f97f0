import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Command, CommanderError } from 'commander';
import { z } from 'zod';

import { CliError, EXIT } from './cli-error.ts';
import { addActCommands } from './commands/act.ts';
import { addAnswerCommands } from './commands/answer.ts';
import { addCalendarCommands } from './commands/calendar.ts';
import { addChainCommands } from './commands/chain.ts';
import { addCorrectionCommands } from './commands/correction.ts';
import { addDepartmentCommands } from './commands/department.ts';
import { addDisputeCommands } from './commands/dispute.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addEvidenceCommands } from './commands/evidence.ts';
import { addDutyCommands, addExplainCommand } from './commands/duties.ts';
import { addFetchCommand } from './commands/fetch.ts';
import { addGatewayCommands } from './commands/gateway.ts';
import { addGrantCommands } from './commands/grant.ts';
import { addKeyCommands } from './commands/key.ts';
import { addReceiptCommands } from './commands/receipt.ts';
import { addRequestCommands } from './commands/request.ts';
import { addResourceCommands } from './commands/resource.ts';
import { addVerifyCommands } from './commands/verify.ts';
import { reportFailure } from './output.ts';
import { DEFAULT_PROFILE } from './session.ts';

const FOOTER = `
The profile is a JSON file: {"gateway": "https://...", "gatewayKey": "0x...", "department": "<18 characters>",
"accessKey": "access.pem", "office": [{"keystore": "office.json", "passwordFile": "office.password"}],
"maker": [...], "head": [...]}; paths in it are relative to it. gatewayKey pins the gateway; docs/operations.md explains
each member.

Commands that sign an act take --dry-run, which shows the act and sends nothing, and --out, which hands it to whoever
signs next: dxl act sign, then dxl act send.

With --json a command prints one JSON text, also when it fails: {"error": {"code": ..., "message": ...}}.
Exit codes: 0 done, 1 refused or failed, 2 usage, 3 an answer could not be verified, 4 network; those of dxl verify are its
own: 0 sound, 1 wrong, 2 could not be checked.
dxl --version prints the version.`;

const isJson = process.argv.includes('--json');

function createProgram(): Command {
  const program = new Command('dxl')
    .description('Request, answer and fetch data between departments / 政务数据共享')
    .option('--profile <file>', `who acts, and over which gateway (default ${DEFAULT_PROFILE})`)
    .option('--json', 'print data as one JSON text', false)
    .addHelpText('after', FOOTER)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeErr: (text) => {
        if (!isJson) process.stderr.write(text);
      },
    })
    .showHelpAfterError('(dxl <command> --help shows what it takes)')
    .exitOverride();
  addDepartmentCommands(program);
  addKeyCommands(program);
  addGatewayCommands(program);
  addResourceCommands(program);
  addRequestCommands(program);
  addAnswerCommands(program);
  addGrantCommands(program);
  addFetchCommand(program);
  addExplainCommand(program);
  addDutyCommands(program);
  addCorrectionCommands(program);
  addDisputeCommands(program);
  addReceiptCommands(program);
  addEvidenceCommands(program);
  addAuditCommand(program);
  addActCommands(program);
  addCalendarCommands(program);
  addChainCommands(program);
  addDoctorCommand(program);
  addVerifyCommands(program);
  return program;
}

/** What was not read was not proved to anybody. A reader that went away, `| head` say, wants no more, and no word. */
function endWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') process.stderr.write(`dxl: the output cannot be written: ${error.code ?? 'unknown'}\n`);
  process.exit(EXIT.usage);
}

function reportUsage({ code, exitCode, message }: CommanderError): number {
  if (exitCode === 0) return EXIT.ok;
  // Commander has told it to a person already.
  if (!isJson) return EXIT.usage;
  const told = code === 'commander.help' ? 'A command is missing: --help lists them' : message.replace(/^error: /, '');
  return reportFailure(new CliError('INPUT_INVALID', told), true);
}

function readVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

async function main(words: readonly string[]): Promise<number> {
  // Not an option of the program: commander would take the --version of `resource return` for it.
  if (words[0] === '--version') {
    process.stdout.write(`${readVersion()}\n`);
    return EXIT.ok;
  }
  try {
    await createProgram().parseAsync(words, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return error instanceof CommanderError ? reportUsage(error) : reportFailure(error, isJson);
  }
}

process.stdout.on('error', endWithoutReader);
process.stderr.on('error', () => process.exit(EXIT.usage));
const exitCode = await main(process.argv.slice(2));
// `doctor` sets the code of what it found by itself.
if (exitCode !== EXIT.ok) process.exitCode = exitCode;
