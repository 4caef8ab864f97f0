import { type Command, Argument } from 'commander';
import { z } from 'zod';

import { globalOptions, openSession } from '../session.ts';

const KINDS = ['department', 'resource', 'request', 'grant', 'case'] as const;
const timelineSchema = z.looseObject({ items: z.array(z.looseObject({})), truncated: z.boolean() });
const COLUMNS = ['recordedAt', 'what', 'by', 'reason', 'status', 'rows', 'bytes', 'id'];

export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .addArgument(new Argument('<kind>', 'what it is about').choices(KINDS))
    .argument('<id>', 'its id; 18 characters for a department')
    .option('--limit <n>', 'most steps and most receipts, the newest', '500')
    .description(
      'what happened, in order: steps on the ledger and receipts of reads; supervisors only, recorded / 审计',
    )
    .action(async (kind: string, id: string, { limit }: { limit: string }, command: Command) => {
      const { client, output } = openSession(command);
      const query = new URLSearchParams({ limit }).toString();
      const { body } = await client.get(`/v1/audit/${kind}/${encodeURIComponent(id)}?${query}`);
      const timeline = timelineSchema.parse(body);
      if (globalOptions(command).json === true) output.show(timeline);
      else output.list(timeline.items.map(toRow), COLUMNS);
      if (timeline.truncated) output.say('there is more than shown: raise --limit / 结果未完整显示');
    });
}

/** Steps and receipts in the same columns. */
function toRow(item: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isStep = item['item'] === 'step';
  const { reasonCode, status, decision, outcome, confirmed } = item;
  return {
    recordedAt: item['at'],
    what: isStep ? item['event'] : 'receipt',
    by: isStep ? item['department'] : item['caller'],
    reason: isStep ? reasonCode : decision,
    status: isStep ? status : `${String(outcome)}${confirmed === true ? ', confirmed' : ''}`,
    rows: item['rows'] ?? '',
    bytes: item['bytes'] ?? '',
    id: isStep ? item['subject'] : item['receiptId'],
  };
}
