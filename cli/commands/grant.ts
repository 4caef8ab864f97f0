import type { Command } from 'commander';

import { buildGrantRevocation } from '../../ledger/acts/build-acts.ts';
import { parseGrantId } from '../../ledger/ids.ts';
import { toDocument, withSalt } from '../documents.ts';
import { actExpiry, openSession, readList, sendAct } from '../session.ts';

export function addGrantCommands(program: Command): void {
  const grant = program.command('grant').description('grants held and given / 授权');

  grant
    .command('list')
    .description('all grants of this department')
    .action(async (_options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const rows = await readList(client, '/v1/grants', 'grants');
      output.list(rows, ['grantId', 'status', 'requester', 'provider', 'notAfter']);
    });

  grant
    .command('show')
    .argument('<grant-id>')
    .description('one grant with its authorization and what of its quota is used')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      output.show((await client.get(`/v1/grants/${parseGrantId(id)}`)).body);
    });

  grant
    .command('revoke')
    .argument('<grant-id>')
    .description('end a grant: from its block on no read is answered / 撤销')
    .requiredOption('--reason <code>', 'MISUSE, SECURITY, PURPOSE_ENDED, AGREED or LEGAL_CHANGE')
    .requiredOption('--text <text>', 'why')
    .action(async (id: string, options: { reason: string; text: string }, command: Command) => {
      const session = openSession(command);
      const document = toDocument({
        type: 'GrantRevocation',
        schema: 'dxl/grant-revocation/1',
        grantId: parseGrantId(id),
        department: session.profile.department,
        reasonCode: options.reason,
        text: options.text,
        evidence: [],
      });
      const salted = withSalt(document);
      session.output.show(await sendAct(session, 'revoke', buildGrantRevocation(salted, actExpiry()), salted));
    });
}
