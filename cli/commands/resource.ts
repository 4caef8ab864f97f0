import type { Command } from 'commander';

import {
  buildResourcePublication,
  buildResourceSubmission,
  buildSourceDesignation,
  buildStep,
} from '../../ledger/acts/build-acts.ts';
import { parseDepartmentId } from '../../ledger/ids.ts';
import type { Bytes32, ResourceId } from '../../ledger/ids.ts';
import {
  codeArgument,
  collectNamed,
  departmentArgument,
  hashArgument,
  parseCount,
  resourceIdArgument,
} from '../arguments.ts';
import type { NamedText } from '../arguments.ts';
import { readDocumentFile, toDocument, withSalt } from '../documents.ts';
import { readCatalog } from '../export-catalog.ts';
import type { CatalogOptions } from '../export-catalog.ts';
import { showGraph, withFormat } from '../show-graph.ts';
import type { GraphFormat } from '../show-graph.ts';
import { showList, withPage } from '../list-pages.ts';
import type { Listing, Page } from '../list-pages.ts';
import { performAct, withActOptions } from '../perform-act.ts';
import type { ActOptions } from '../perform-act.ts';
import { actExpiry, openSession, readResource } from '../session.ts';
import { addStatementCommands } from '../statement-commands.ts';
import type { StatementCommand } from '../statement-commands.ts';

const RESOURCES: Listing = {
  path: '/v1/resources',
  member: 'resources',
  columns: ['resourceId', 'title', 'version', 'provider', 'status'],
};

const STATEMENTS: readonly StatementCommand[] = [
  {
    name: 'require-update',
    act: 'requireUpdate',
    text: 'a change of law or duty: a new version is due within ten working days / 要求更新目录',
  },
  {
    name: 'extend-update',
    act: 'extendUpdate',
    text: 'consent to a later update, by up to five working days (authority only) / 同意延期更新',
    reason: 'EXTENDED',
    needs: 'due',
  },
  {
    name: 'freeze',
    act: 'freezeResource',
    text: 'nothing more is requested, agreed or read (authority; the provider for SECURITY) / 冻结资源',
  },
  { name: 'unfreeze', act: 'unfreezeResource', text: 'lift a freeze (authority only) / 解除冻结', reason: 'RESOLVED' },
  {
    name: 'retire',
    act: 'retireResource',
    text: 'end a resource without grants in force, signed by its head and the authority / 资源下架',
    needs: 'authority',
  },
];

export function addResourceCommands(program: Command): void {
  const resource = program.command('resource').description('the catalogue / 目录');
  addReading(resource);
  addExport(resource);
  addSubmit(resource);
  addPublish(resource);
  addReturn(resource);
  addDesignate(resource);
  addStatementCommands(resource, { argument: '<resource-id>', parse: resourceIdArgument }, STATEMENTS);
}

function addReading(resource: Command): void {
  withPage(resource.command('list'))
    .description('resources, newest first')
    .action(async (page: Page, command: Command) => await showList(openSession(command), RESOURCES, page));

  resource
    .command('show')
    .argument('<resource-id>', '0x and 64 hex digits', resourceIdArgument)
    .description('a resource with its catalogue entry')
    .action(async (id: ResourceId, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      output.show((await client.get(`/v1/resources/${id}`)).body);
    });

  resource
    .command('fields')
    .argument('<resource-id>', '0x and 64 hex digits', resourceIdArgument)
    .description('the fields that can be asked for')
    .action(async (id: ResourceId, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const { entry } = await readResource(client, id);
      output.list(entry.fields, ['key', 'name', 'type', 'level', 'mask']);
    });
}

function addExport(resource: Command): void {
  withFormat(resource.command('export'))
    .argument('[resource-ids...]', 'all published ones by default; those named also when only submitted')
    .description('the catalogue for other catalogues, by DCAT-AP 3 / 目录导出')
    .option('--publisher <uscc>', 'the authority whose catalogue it is; the only one by default', departmentArgument)
    .option('--publisher-name <name>', 'its name; that in its own entries by default, or its code')
    .option('--title <title>', 'title of the catalogue', '政务数据目录')
    .option('--description <text>', 'what the catalogue holds', '各部门可申请共享的政务数据资源')
    .action(async (ids: string[], options: CatalogOptions & { format: GraphFormat }, command: Command) => {
      const session = openSession(command);
      const document = await readCatalog(session, ids.map(resourceIdArgument), options);
      await showGraph(command, session.output, document, options.format);
    });
}

function addSubmit(resource: Command): void {
  withActOptions(resource.command('submit'))
    .argument('<file>', 'CatalogEntry document (JSON)')
    .description('submit a version of an entry, signed by the head of the department and by who prepared it / 目录报送')
    .action(async (file: string, options: ActOptions, command: Command) => {
      const session = openSession(command);
      const salted = withSalt(readDocumentFile(file));
      const act = buildResourceSubmission(salted, actExpiry());
      await performAct(session, options, { name: 'submitResource', act, salted });
    });
}

function addPublish(resource: Command): void {
  withActOptions(resource.command('publish'))
    .argument('<resource-id>', '0x and 64 hex digits', resourceIdArgument)
    .requiredOption('--document <hash>', 'the document hash of the entry that you have read', hashArgument)
    .description('announce the entry submitted last (authority only) / 目录发布')
    .action(async (id: ResourceId, options: ActOptions & { document: Bytes32 }, command: Command) => {
      const session = openSession(command);
      const authority = parseDepartmentId(session.profile.department);
      const act = buildResourcePublication(authority, id, options.document, actExpiry());
      await performAct(session, options, { name: 'publishResource', act, salted: null });
    });
}

interface ReturnOptions extends ActOptions {
  readonly version: number;
  readonly reason: string;
  readonly defect: readonly NamedText[];
}

function addReturn(resource: Command): void {
  withActOptions(resource.command('return'))
    .argument('<resource-id>', '0x and 64 hex digits', resourceIdArgument)
    .description('return the entry submitted last (authority only) / 退回目录')
    .requiredOption('--version <n>', 'the version that was submitted', parseCount)
    .option('--reason <code>', 'reason code: capitals, digits and underscores / 事由代码', codeArgument, 'INCOMPLETE')
    .requiredOption('--defect <pointer=text>', 'what to mend, such as /abstract=...; repeatable', collectNamed)
    .action(async (resourceId: ResourceId, options: ReturnOptions, command: Command) => {
      const session = openSession(command);
      const document = toDocument({
        type: 'EntryReturn',
        schema: 'dxl/entry-return/1',
        department: session.profile.department,
        resourceId,
        version: options.version,
        reasonCode: options.reason,
        defects: options.defect.map(({ name, text }) => ({ member: name, text })),
      });
      const salted = withSalt(document);
      const act = buildStep('returnResource', salted, actExpiry());
      await performAct(session, options, { name: 'returnResource', act, salted });
    });
}

interface DesignateOptions extends ActOptions {
  readonly element: string;
  readonly replaces?: ResourceId;
  readonly text: string;
}

function addDesignate(resource: Command): void {
  withActOptions(resource.command('designate'))
    .argument('<resource-id>', '0x and 64 hex digits', resourceIdArgument)
    .description('name the one source of a data element (authority only) / 数源确定')
    .requiredOption('--element <code>', 'the data element, such as GMSFHM / 数据元')
    .option('--replaces <resource-id>', 'the source that it had before', resourceIdArgument)
    .requiredOption('--text <text>', 'the reason in full / 事由')
    .action(async (resourceId: ResourceId, options: DesignateOptions, command: Command) => {
      const session = openSession(command);
      const document = toDocument({
        type: 'SourceDesignation',
        schema: 'dxl/source-designation/1',
        department: session.profile.department,
        element: options.element,
        resourceId,
        replaces: options.replaces ?? null,
        text: options.text,
      });
      const salted = withSalt(document);
      const act = buildSourceDesignation(salted, actExpiry());
      await performAct(session, options, { name: 'designateSource', act, salted });
    });
}
