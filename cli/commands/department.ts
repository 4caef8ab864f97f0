import { Option } from 'commander';
import type { Command } from 'commander';
import { z } from 'zod';

import { once } from '../../ledger/acts/build-acts.ts';
import { DEPARTMENT_KINDS, DEPARTMENT_STATUSES } from '../../ledger/acts/chain-enums.ts';
import type { DepartmentKind } from '../../ledger/acts/chain-enums.ts';
import { departmentRegistration } from '../../ledger/acts/registry-acts.ts';
import { parseDepartmentId } from '../../ledger/ids.ts';
import type { Bytes32, DepartmentId } from '../../ledger/ids.ts';
import { departmentArgument, fromSchema, reasonArgument } from '../arguments.ts';
import { readList } from '../list-pages.ts';
import { performAct, withActOptions } from '../perform-act.ts';
import type { ActOptions } from '../perform-act.ts';
import { actExpiry, openSession, type Session } from '../session.ts';

interface AccountsOptions extends ActOptions {
  readonly maker: string;
  readonly office: string;
  readonly head: string;
}

interface RegisterOptions extends AccountsOptions {
  readonly uscc: DepartmentId;
  readonly kind: DepartmentKind;
  readonly region: string;
  readonly superior?: DepartmentId;
}

/** Authorities and governments are admitted by governance, not registered. */
const KIND_NAMES = Object.keys(DEPARTMENT_KINDS).filter((name) => name !== 'authority' && name !== 'government');

export function addDepartmentCommands(program: Command): void {
  const department = program.command('department').description('departments on the network / 部门');
  addReading(department);
  addRegister(department);
  addAccounts(department);
  addStatus(department);
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
    .argument('[uscc]', 'social credit code; your own by default', departmentArgument)
    .description('one department with its accounts')
    .action(async (uscc: DepartmentId | undefined, _options: unknown, command: Command) => {
      const { client, output, profile } = openSession(command);
      const { body } = await client.get(`/v1/departments/${uscc ?? profile.department}`);
      output.show(body);
    });
}

const regionArgument = fromSchema(departmentRegistration.shape.region, 'six digits');
const MAKER_HELP = 'account of the officers who prepare: an address or an ERC-7913 signer / 经办人账户';
const OFFICE_HELP = 'account of the sharing office, likewise / 共享工作机构账户';
const HEAD_HELP = 'account of the head of the department, likewise / 部门负责人账户';
const accountArgument = fromSchema(
  z.string().toLowerCase().pipe(departmentRegistration.shape.office),
  'an address (0x and 40 hex digits) or an ERC-7913 signer (0x, the address of its verifier, its key)',
);

function addRegister(department: Command): void {
  withActOptions(department.command('register'))
    .description('enter a department (authority only) / 登记部门')
    .requiredOption('--uscc <code>', 'its unified social credit code', departmentArgument)
    .addOption(new Option('--kind <kind>').choices(KIND_NAMES).default('department'))
    .requiredOption('--region <code>', 'six digits (GB/T 2260)', regionArgument)
    .option('--superior <uscc>', 'the superior department; your own superior by default', departmentArgument)
    .requiredOption('--maker <account>', MAKER_HELP, accountArgument)
    .requiredOption('--office <account>', OFFICE_HELP, accountArgument)
    .requiredOption('--head <account>', HEAD_HELP, accountArgument)
    .action(async (options: RegisterOptions, command: Command) => {
      const session = openSession(command);
      const act = {
        authority: parseDepartmentId(session.profile.department),
        department: options.uscc,
        kind: DEPARTMENT_KINDS[options.kind],
        superior: options.superior ?? (await ownSuperior(session)),
        region: options.region,
        maker: options.maker,
        office: options.office,
        head: options.head,
        ...once(actExpiry()),
      };
      await performAct(session, options, { name: 'registerDepartment', act, salted: null });
    });
}

const placeSchema = z.object({ superior: z.string().nullable() });

async function ownSuperior({ client, profile }: Session): Promise<DepartmentId | null> {
  const { body } = await client.get(`/v1/departments/${profile.department}`);
  const { superior } = placeSchema.parse(body);
  return superior === null ? null : parseDepartmentId(superior);
}

function addAccounts(department: Command): void {
  withActOptions(department.command('accounts'))
    .description('replace the three accounts of your department, signed by its head / 更换部门账户（由部门负责人签署）')
    .requiredOption('--maker <account>', MAKER_HELP, accountArgument)
    .requiredOption('--office <account>', OFFICE_HELP, accountArgument)
    .requiredOption('--head <account>', HEAD_HELP, accountArgument)
    .action(async (options: AccountsOptions, command: Command) => {
      const session = openSession(command);
      const act = {
        department: parseDepartmentId(session.profile.department),
        maker: options.maker,
        office: options.office,
        head: options.head,
        ...once(actExpiry()),
      };
      await performAct(session, options, { name: 'changeDepartmentAccounts', act, salted: null });
    });
}

const STATUS_COMMANDS = [
  {
    name: 'suspend',
    status: 'suspended',
    text: 'stop a department: from its block on its keys and grants are refused',
  },
  { name: 'resume', status: 'active', text: 'end the suspension of a department' },
] as const;

function addStatus(department: Command): void {
  for (const { name, status, text } of STATUS_COMMANDS) {
    withActOptions(department.command(name))
      .argument('<uscc>', 'its unified social credit code', departmentArgument)
      .description(`${text} (authority only; authorities, regulators and government bodies: governance only)`)
      .requiredOption('--reason <code>', 'capitals, digits and underscores, such as SECURITY', reasonArgument)
      .action(async (uscc: DepartmentId, options: ActOptions & { reason: Bytes32 }, command: Command) => {
        const session = openSession(command);
        const act = {
          authority: parseDepartmentId(session.profile.department),
          department: uscc,
          status: DEPARTMENT_STATUSES[status],
          reasonCode: options.reason,
          ...once(actExpiry()),
        };
        await performAct(session, options, { name: 'changeDepartmentStatus', act, salted: null });
      });
  }
}
