import type { Command } from 'commander';

import { buildResourceSubmission, once } from '../../ledger/acts/build-acts.ts';
import { parseBytes32, parseDepartmentId, parseResourceId } from '../../ledger/ids.ts';
import { readDocumentFile, withSalt } from '../documents.ts';
import { actExpiry, openSession, readList, readResource, sendAct } from '../session.ts';

export function addResourceCommands(program: Command): void {
  const resource = program.command('resource').description('the catalogue / 目录');
  addReading(resource);
  addSubmit(resource);
  addPublish(resource);
}

function addReading(resource: Command): void {
  resource
    .command('list')
    .description('all resources')
    .action(async (_options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const rows = await readList(client, '/v1/resources?limit=500', 'resources');
      output.list(rows, ['resourceId', 'version', 'provider', 'status']);
    });

  resource
    .command('show')
    .argument('<resource-id>')
    .description('a resource with its catalogue entry')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      output.show((await client.get(`/v1/resources/${parseResourceId(id)}`)).body);
    });

  resource
    .command('fields')
    .argument('<resource-id>')
    .description('the fields that can be asked for')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const { entry } = await readResource(client, parseResourceId(id));
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
    .argument('<resource-id>')
    .requiredOption('--version <n>', 'the version that was submitted')
    .requiredOption('--document <hash>', 'the document hash of the entry that you have read')
    .description('announce a submitted entry (authority only) / 目录发布')
    .action(async (id: string, options: { version: string; document: string }, command: Command) => {
      const session = openSession(command);
      const act = {
        authority: parseDepartmentId(session.profile.department),
        resourceId: parseResourceId(id),
        version: Number(options.version),
        documentHash: parseBytes32(options.document),
        ...once(actExpiry()),
      };
      session.output.show(await sendAct(session, 'publishResource', act, null));
    });
}
