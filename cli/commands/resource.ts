import type { Command } from 'commander';

import { buildResourceSubmission, once } from '../../ledger/acts/build-acts.ts';
import { parseDepartmentId } from '../../ledger/ids.ts';
import type { Bytes32, ResourceId } from '../../ledger/ids.ts';
import { departmentArgument, hashArgument, parseCount, resourceIdArgument } from '../arguments.ts';
import { readDocumentFile, withSalt } from '../documents.ts';
import { readCatalog } from '../export-catalog.ts';
import type { CatalogOptions } from '../export-catalog.ts';
import { showGraph, withFormat } from '../show-graph.ts';
import type { GraphFormat } from '../show-graph.ts';
import { showList, withPage } from '../list-pages.ts';
import type { Listing, Page } from '../list-pages.ts';
import { actExpiry, openSession, readResource, sendAct } from '../session.ts';

const RESOURCES: Listing = {
  path: '/v1/resources',
  member: 'resources',
  columns: ['resourceId', 'title', 'version', 'provider', 'status'],
};

export function addResourceCommands(program: Command): void {
  const resource = program.command('resource').description('the catalogue / 目录');
  addReading(resource);
  addExport(resource);
  addSubmit(resource);
  addPublish(resource);
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
  resource
    .command('submit')
    .argument('<file>', 'CatalogEntry document (JSON)')
    .description('submit a version of an entry, signed by the head of the department / 目录报送')
    .action(async (file: string, _options: unknown, command: Command) => {
      const session = openSession(command);
      const salted = withSalt(readDocumentFile(file));
      const act = buildResourceSubmission(salted, actExpiry());
      session.output.show(await sendAct(session, 'submitResource', act, salted));
    });
}

function addPublish(resource: Command): void {
  resource
    .command('publish')
    .argument('<resource-id>', '0x and 64 hex digits', resourceIdArgument)
    .requiredOption('--version <n>', 'the version that was submitted', parseCount)
    .requiredOption('--document <hash>', 'the document hash of the entry that you have read', hashArgument)
    .description('announce a submitted entry (authority only) / 目录发布')
    .action(async (id: ResourceId, options: { version: number; document: Bytes32 }, command: Command) => {
      const session = openSession(command);
      const act = {
        authority: parseDepartmentId(session.profile.department),
        resourceId: id,
        version: options.version,
        documentHash: options.document,
        ...once(actExpiry()),
      };
      session.output.show(await sendAct(session, 'publishResource', act, null));
    });
}
