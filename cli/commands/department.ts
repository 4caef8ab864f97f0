import type { Command } from 'commander';

import { once } from '../../ledger/acts/build-acts.ts';
import { DEPARTMENT_KINDS } from '../../ledger/acts/chain-enums.ts';
import { parseDepartmentId } from '../../ledger/ids.ts';
import { CliError } from '../cli-error.ts';
import { actExpiry, openSession, readList, sendAct } from '../session.ts';

interface AccountsOptions {
  readonly office: string;
  readonly head: string;
}

interface RegisterOptions extends AccountsOptions {
  readonly uscc: string;
  readonly kind: string;
  readonly region: string;
  readonly superior?: string;
}

/** Authorities are admitted by governance, not registered. */
const KINDS = Object.entries(DEPARTMENT_KINDS).filter(([name]) => name !== 'authority');
const KIND_NAMES = KINDS.map(([name]) => name).join(', ');

function kindNumber(kind: string): number {
  const found = KINDS.find(([name]) => name === kind);
  if (found === undefined) throw new CliError('INPUT_INVALID', `Kinds are ${KIND_NAMES}`);
  return found[1];
}

export function addDepartmentCommands(program: Command): void {
  const department = program.command('department').description('departments on the network / 部门');
  addReading(department);
  addRegister(department);
  addAccounts(department);
}

function addReading(department: Command): void {
  department
    .command('list')
    .description('all departments')
    .action(async (_options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const rows = await readList(client, '/v1/departments', 'departments');
      output.list(rows, ['id', 'kind', 'status', 'region', 'superior']);
    });

  department
    .command('show')
    .argument('[uscc]', 'social credit code; your own by default')
    .description('one department with its accounts')
    .action(async (uscc: string | undefined, _options: unknown, command: Command) => {
      const { client, output, profile } = openSession(command);
      const { body } = await client.get(`/v1/departments/${parseDepartmentId(uscc ?? profile.department)}`);
      output.show(body);
    });
}

function addRegister(department: Command): void {
  department
    .command('register')
    .description('enter a department (authority only) / 登记部门')
    .requiredOption('--uscc <code>', 'its unified social credit code')
    .option('--kind <kind>', KIND_NAMES, 'department')
    .requiredOption('--region <code>', 'six digits (GB/T 2260)')
    .option('--superior <uscc>', 'the superior department')
    .requiredOption('--office <account>', 'account of the sharing office: an address or an ERC-7913 signer')
    .requiredOption('--head <account>', 'account of the head of the department')
    .action(async (options: RegisterOptions, command: Command) => {
      const session = openSession(command);
      const act = {
        authority: parseDepartmentId(session.profile.department),
        department: parseDepartmentId(options.uscc),
        kind: kindNumber(options.kind),
        superior: options.superior === undefined ? null : parseDepartmentId(options.superior),
        region: options.region,
        office: options.office.toLowerCase(),
        head: options.head.toLowerCase(),
        ...once(actExpiry()),
      };
      session.output.show(await sendAct(session, 'registerDepartment', act, null));
    });
}

function addAccounts(department: Command): void {
  department
    .command('accounts')
    .description('replace both accounts of your department, signed by its head / 更换部门账户（由部门负责人签署）')
    .requiredOption('--office <account>', 'account of the sharing office: an address or an ERC-7913 signer')
    .requiredOption('--head <account>', 'account of the head of the department')
    .action(async (options: AccountsOptions, command: Command) => {
      const session = openSession(command);
      const act = {
        department: parseDepartmentId(session.profile.department),
        office: options.office.toLowerCase(),
        head: options.head.toLowerCase(),
        ...once(actExpiry()),
      };
      session.output.show(await sendAct(session, 'changeDepartmentAccounts', act, null));
    });
}
