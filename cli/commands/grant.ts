import { Option } from 'commander';
import type { Command } from 'commander';

import { buildGrantRevocation } from '../../ledger/acts/build-acts.ts';
import { REVOCATION_REASONS } from '../../ledger/documents/grant-revocation.ts';
import type { GrantId } from '../../ledger/ids.ts';
import { grantIdArgument } from '../arguments.ts';
import { toDocument, withSalt } from '../documents.ts';
import { showList, withPage } from '../list-pages.ts';
import type { Listing, Page } from '../list-pages.ts';
import { actExpiry, openSession, sendAct } from '../session.ts';

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
