import { Command, CommanderError } from 'commander';

import { EXIT } from './cli-error.ts';
import { addActCommands } from './commands/act.ts';
import { addAnswerCommands } from './commands/answer.ts';
import { addChainCommands, addDoctorCommand } from './commands/chain.ts';
import { addDepartmentCommands } from './commands/department.ts';
import { addFetchCommand } from './commands/fetch.ts';
import { addGrantCommands } from './commands/grant.ts';
import { addKeyCommands } from './commands/key.ts';
import { addReceiptCommands } from './commands/receipt.ts';
import { addRequestCommands } from './commands/request.ts';
import { addResourceCommands } from './commands/resource.ts';
import { reportFailure } from './output.ts';
import { DEFAULT_PROFILE } from './session.ts';

const FOOTER = `
The profile is a JSON file: {"gateway": "https://...", "department": "<18 characters>", "accessKey": "access.pem",
"office": [{"keystore": "office.json", "passwordFile": "office.password"}], "head": [...]}; paths are relative to it.

Exit codes: 0 done, 1 refused or failed, 2 usage, 3 an answer could not be verified, 4 network.`;

function createProgram(): Command {
  const program = new Command('dxl')
    .description('Request, answer and fetch data between departments / 政务数据共享')
    .option('--profile <file>', `who acts, and over which gateway (default ${DEFAULT_PROFILE})`)
    .option('--json', 'print data as one JSON text', false)
    .addHelpText('after', FOOTER)
    .showHelpAfterError()
    .exitOverride();
  addDepartmentCommands(program);
  addKeyCommands(program);
  addResourceCommands(program);
  addRequestCommands(program);
  addAnswerCommands(program);
  addGrantCommands(program);
  addFetchCommand(program);
  addReceiptCommands(program);
  addActCommands(program);
  addChainCommands(program);
  addDoctorCommand(program);
  return program;
}

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = reportFailure(error, process.argv.includes('--json'));
}
