import type { Command } from 'commander';
import { z } from 'zod';

import { departmentArgument, receiptIdArgument } from '../arguments.ts';
import { readList } from '../list-pages.ts';
import { openSession } from '../session.ts';

const INBOX_COLUMNS = ['task', 'titleZh', 'dueAt', 'overdue', 'liability', 'kind', 'subject', 'counterpart'];
const DUTIES = ['answers', 'deliveries', 'corrections', 'updates', 'reviews', 'disposals'] as const;

const itemSchema = z.looseObject({ dueAt: z.int(), overdue: z.boolean(), liability: z.string().nullable() });
const inboxSchema = z.looseObject({ items: z.array(itemSchema), truncated: z.boolean() });
const timeliness = z.object({ inTime: z.int(), late: z.int(), overdue: z.int() });
const scorecardSchema = z.looseObject({ department: z.string(), misuse: z.int() });

/** What waits for the department, and how it did so far. */
export function addDutyCommands(program: Command): void {
  program
    .command('inbox')
    .description('what waits for this department, by deadline, and what is overdue / 待办与逾期事项')
    .option('--overdue', 'only what is overdue / 仅逾期', false)
    .action(async (options: { readonly overdue: boolean }, command: Command) => {
      const { client, output } = openSession(command);
      const { items, truncated } = inboxSchema.parse((await client.get('/v1/inbox')).body);
      const shown = items.filter(({ overdue }) => overdue || !options.overdue);
      output.list(shown, INBOX_COLUMNS);
      if (truncated) output.say('There is more than is shown / 仅显示最紧急的事项');
    });

  const scorecard = program
    .command('scorecard')
    .description('timeliness of departments, counted from the ledger alone / 履责记录');

  scorecard
    .command('list')
    .description('of every department for those who supervise, of this one for others')
    .action(async (_options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const rows = await readList(client, '/v1/scorecards', 'scorecards');
      output.list(rows.map(toScoreRow), ['department', ...DUTIES, 'misuse']);
    });

  scorecard
    .command('show')
    .argument('<department>', 'unified social credit code', departmentArgument)
    .description('one record: in time / late / overdue for each duty')
    .action(async (department: string, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      output.show((await client.get(`/v1/scorecards/${department}`)).body);
    });
}

/** `dxl explain`: why a read was refused. */
export function addExplainCommand(program: Command): void {
  program
    .command('explain')
    .argument('<receipt-id>', 'of the refusal, as fetch printed it', receiptIdArgument)
    .description('which rule refused a read, by which fact, since which block, and what to do / 说明拒绝原因')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      output.show((await client.get(`/v1/receipts/${id}/explanation`)).body);
    });
}

function toScoreRow(value: unknown): Readonly<Record<string, unknown>> {
  const { department, misuse, ...duties } = scorecardSchema.parse(value);
  const cells = DUTIES.map((duty) => {
    const { inTime, late, overdue } = timeliness.parse(duties[duty]);
    return [duty, `${String(inTime)}/${String(late)}/${String(overdue)}`] as const;
  });
  return { department, ...Object.fromEntries(cells), misuse };
}
