import { Option } from 'commander';
import type { Command } from 'commander';

import { buildDisputeOpening } from '../../ledger/acts/build-acts.ts';
import { DISPUTE_SUBJECTS } from '../../ledger/acts/chain-enums.ts';
import type { Bytes32, DepartmentId } from '../../ledger/ids.ts';
import { caseIdArgument, departmentArgument, hashArgument } from '../arguments.ts';
import type { FileDigest } from '../arguments.ts';
import { addCaseReading } from '../case-commands.ts';
import { toDocument, withSalt } from '../documents.ts';
import { performAct, withActOptions } from '../perform-act.ts';
import type { ActOptions } from '../perform-act.ts';
import { actExpiry, openSession } from '../session.ts';
import { addStatementCommands, withAttachments } from '../statement-commands.ts';
import type { StatementCommand } from '../statement-commands.ts';

const STATEMENTS: readonly StatementCommand[] = [
  {
    name: 'apply',
    act: 'applyForCoordination',
    text: 'negotiation failed: ask the authority to coordinate / 申请协调',
    reason: 'NOT_AGREED',
  },
  {
    name: 'coordinate',
    act: 'coordinate',
    text: 'take the case up (authority of the level above both) / 受理协调',
    reason: 'COORDINATING',
  },
  {
    name: 'settle',
    act: 'settleDispute',
    text: 'both sides agree (coordinating authority; --reason REOPEN opens the request again) / 协调一致',
  },
  {
    name: 'escalate',
    act: 'escalateDispute',
    text: 'coordination failed: ask the government to decide / 报请决定',
    reason: 'NOT_SETTLED',
  },
  {
    name: 'decide',
    act: 'decideDispute',
    text: 'decide (government above both; --reason REOPEN opens the request again) / 政府决定',
  },
  { name: 'execute', act: 'executeDispute', text: 'what was settled or decided is done / 执行', reason: 'EXECUTED' },
];

export function addDisputeCommands(program: Command): void {
  const dispute = program.command('dispute').description('disputes between departments / 争议');
  addCaseReading(dispute, 'dispute');
  addOpen(dispute);
  addStatementCommands(dispute, { argument: '<case-id>', parse: caseIdArgument }, STATEMENTS);
}

interface OpenOptions extends ActOptions {
  readonly kind: keyof typeof DISPUTE_SUBJECTS;
  readonly respondent: DepartmentId;
  readonly claim: string;
  readonly negotiation: string;
  readonly attach: readonly FileDigest[];
}

function addOpen(dispute: Command): void {
  withAttachments(withActOptions(dispute.command('open')))
    .argument('<id>', 'of the request, grant, correction or resource: 0x and 64 hex digits', hashArgument)
    .description('open a dispute over a refused or overdue request, a grant, a correction or a share class / 提出争议')
    .addOption(new Option('--kind <kind>').choices(Object.keys(DISPUTE_SUBJECTS)).makeOptionMandatory())
    .requiredOption('--respondent <uscc>', 'the other side / 对方部门', departmentArgument)
    .requiredOption('--claim <text>', 'what is claimed / 诉求')
    .requiredOption('--negotiation <text>', 'how far the two came on their own / 协商情况')
    .action(async (id: Bytes32, options: OpenOptions, command: Command) => {
      const session = openSession(command);
      const document = toDocument({
        type: 'DisputeOpening',
        schema: 'dxl/dispute-opening/1',
        department: session.profile.department,
        respondent: options.respondent,
        subject: { kind: options.kind.toUpperCase(), id },
        claim: options.claim,
        negotiation: options.negotiation,
        attachments: options.attach,
      });
      const salted = withSalt(document);
      const act = buildDisputeOpening(salted, actExpiry());
      const facts = (caseId: Bytes32) => ({ caseId });
      await performAct(session, options, { name: 'openDispute', act, salted, facts });
    });
}
