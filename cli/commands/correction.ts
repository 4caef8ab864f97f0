import { Option } from 'commander';
import type { Command } from 'commander';

import { buildCorrectionFiling } from '../../ledger/acts/build-acts.ts';
import { fieldBitmap } from '../../ledger/field-set.ts';
import type { Bytes32, ResourceId } from '../../ledger/ids.ts';
import { caseIdArgument, parseCount, parseList, resourceIdArgument } from '../arguments.ts';
import type { FileDigest } from '../arguments.ts';
import { addCaseReading } from '../case-commands.ts';
import { toDocument, withSalt } from '../documents.ts';
import { performAct, withActOptions } from '../perform-act.ts';
import type { ActOptions } from '../perform-act.ts';
import { actExpiry, openSession, readResource } from '../session.ts';
import { addStatementCommands, withAttachments } from '../statement-commands.ts';
import type { StatementCommand } from '../statement-commands.ts';

const STATEMENTS: readonly StatementCommand[] = [
  { name: 'verify', act: 'verifyCorrection', text: 'the provider looks into it / 受理核实', reason: 'VERIFYING' },
  { name: 'correct', act: 'correct', text: 'the data was wrong and is mended / 更正数据', reason: 'CORRECTED' },
  { name: 'uphold', act: 'uphold', text: 'the data stands, for the reason given / 维持原数据' },
  {
    name: 'feed-back',
    act: 'feedBackCorrection',
    text: 'tell the requester what came of it; its clock stops / 反馈结果',
    reason: 'FED_BACK',
  },
  { name: 'close', act: 'closeCorrection', text: 'the requester is content / 办结', reason: 'CONTENT' },
];

export function addCorrectionCommands(program: Command): void {
  const correction = program.command('correction').description('doubts about data, to be verified / 校核纠错');
  addCaseReading(correction, 'correction');
  addFile(correction);
  addStatementCommands(correction, { argument: '<case-id>', parse: caseIdArgument }, STATEMENTS);
}

interface FileOptions extends ActOptions {
  readonly version: number;
  readonly fields: string;
  readonly kind: string;
  readonly text: string;
  readonly attach: readonly FileDigest[];
}

function addFile(correction: Command): void {
  withAttachments(withActOptions(correction.command('file')))
    .argument('<resource-id>', '0x and 64 hex digits', resourceIdArgument)
    .description('doubt data of a resource; the provider has ten working days / 提出校核申请')
    .requiredOption('--version <n>', 'the published version', parseCount)
    .requiredOption('--fields <keys>', 'the fields in doubt, comma-separated')
    .addOption(
      new Option('--kind <kind>')
        .choices(['WRONG_VALUE', 'MISSING', 'OUTDATED', 'DUPLICATE', 'OTHER'])
        .default('WRONG_VALUE'),
    )
    .requiredOption('--text <text>', 'what is doubted, without naming a person or a record / 疑义说明')
    .action(async (resourceId: ResourceId, options: FileOptions, command: Command) => {
      const session = openSession(command);
      const fields = parseList(options.fields).toSorted();
      const { entry } = await readResource(session.client, resourceId, options.version);
      // A doubt about a field that is not there would start the provider's clock.
      fieldBitmap(entry, fields);
      const document = toDocument({
        type: 'CorrectionFiling',
        schema: 'dxl/correction-filing/1',
        department: session.profile.department,
        resourceId,
        version: options.version,
        fields,
        errorKind: options.kind,
        text: options.text,
        evidence: options.attach,
      });
      const salted = withSalt(document);
      const act = buildCorrectionFiling(salted, actExpiry());
      const facts = (caseId: Bytes32) => ({ caseId });
      await performAct(session, options, { name: 'fileCorrection', act, salted, facts });
    });
}
