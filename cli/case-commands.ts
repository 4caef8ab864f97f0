import type { Command } from 'commander';
import { z } from 'zod';

import type { CaseId } from '../ledger/ids.ts';
import { caseIdArgument } from './arguments.ts';
import { readRange, withPage } from './list-pages.ts';
import type { Page } from './list-pages.ts';
import { openSession } from './session.ts';

const COLUMNS = ['caseId', 'status', 'claimant', 'respondent', 'subject', 'dueAt'] as const;
const kindSchema = z.looseObject({ kind: z.string() });

/** `list` and `show` of the cases of one kind; the gateway lists both kinds together. */
export function addCaseReading(parent: Command, kind: 'correction' | 'dispute'): void {
  withPage(parent.command('list'))
    .description(`the newest cases of this department that are ${kind}s`)
    .action(async (page: Page, command: Command) => {
      const { client, output } = openSession(command);
      const cases = await readRange(client, { path: '/v1/cases', member: 'cases' }, page);
      output.list(
        cases.filter((row) => kindSchema.safeParse(row).data?.kind === kind),
        COLUMNS,
      );
    });

  parent
    .command('show')
    .argument('<case-id>', '0x and 64 hex digits', caseIdArgument)
    .description(`one ${kind} with every step that was taken`)
    .action(async (id: CaseId, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      output.show((await client.get(`/v1/cases/${id}`)).body);
    });
}
