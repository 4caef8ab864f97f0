import { Option } from 'commander';
import type { Command } from 'commander';

import { buildGrantRevocation } from '../../ledger/acts/build-acts.ts';
import { REVOCATION_REASONS } from '../../ledger/documents/grant-revocation.ts';
import type { GrantId } from '../../ledger/ids.ts';
import { grantIdArgument } from '../arguments.ts';
import { toDocument, withSalt } from '../documents.ts';
import { readAgreement } from '../export-agreement.ts';
import { showList, withPage } from '../list-pages.ts';
import type { Listing, Page } from '../list-pages.ts';
import { actExpiry, openSession, sendAct } from '../session.ts';
import { showGraph, withFormat } from '../show-graph.ts';
import type { GraphFormat } from '../show-graph.ts';

const GRANTS: Listing = {
  path: '/v1/grants',
  member: 'grants',
  columns: ['grantId', 'status', 'requester', 'provider', 'notAfter'],
};

export function addGrantCommands(program: Command): void {
  const grant = program.command('grant').description('grants held and given / 授权');

  withPage(grant.command('list'))
    .description('grants of this department, newest first')
    .action(async (page: Page, command: Command) => await showList(openSession(command), GRANTS, page));

  grant
    .command('show')
    .argument('<grant-id>', '0x and 64 hex digits', grantIdArgument)
    .description('one grant: its authorization, what of its quota is used, and who ended or suspends it')
    .action(async (id: GrantId, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      output.show((await client.get(`/v1/grants/${id}`)).body);
    });

  addExport(grant);

  grant
    .command('revoke')
    .argument('<grant-id>', '0x and 64 hex digits', grantIdArgument)
    .description('end a grant: from its block on no read is answered / 撤销')
    .addOption(new Option('--reason <code>').choices(REVOCATION_REASONS).makeOptionMandatory())
    .requiredOption('--text <text>', 'why')
    .action(async (id: GrantId, options: { reason: string; text: string }, command: Command) => {
      const session = openSession(command);
      const document = toDocument({
        type: 'GrantRevocation',
        schema: 'dxl/grant-revocation/1',
        grantId: id,
        department: session.profile.department,
        reasonCode: options.reason,
        text: options.text,
        evidence: [],
      });
      const salted = withSalt(document);
      session.output.show(await sendAct(session, 'revoke', buildGrantRevocation(salted, actExpiry()), salted));
    });
}

function addExport(grant: Command): void {
  withFormat(grant.command('export'))
    .argument('<grant-id>', '0x and 64 hex digits', grantIdArgument)
    .description('one grant as an agreement by ODRL 2.2 / 授权导出')
    .action(async (id: GrantId, { format }: { format: GraphFormat }, command: Command) => {
      const { client, output } = openSession(command);
      await showGraph(command, output, await readAgreement(client, id), format);
    });
}
