import type { Command } from 'commander';

import { buildResourceSubmission, once } from '../../ledger/acts/build-acts.ts';
import { parseDepartmentId } from '../../ledger/ids.ts';
import type { Bytes32, ResourceId } from '../../ledger/ids.ts';
import { hashArgument, parseCount, resourceIdArgument } from '../arguments.ts';
import { readDocumentFile, withSalt } from '../documents.ts';
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
