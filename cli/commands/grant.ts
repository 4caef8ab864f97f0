import { Option } from 'commander';
import type { Command } from 'commander';
import { z } from 'zod';

import { buildGrantChange, buildStep } from '../../ledger/acts/build-acts.ts';
import { SUSPENSION_REASONS } from '../../ledger/documents/grant-suspension.ts';
import { parseDocument } from '../../ledger/documents/parse-document.ts';
import { disposalMethodSchema } from '../../ledger/documents/terms.ts';
import { deriveGrantId, parseRequestId } from '../../ledger/ids.ts';
import type { Bytes32, DepartmentId, GrantId } from '../../ledger/ids.ts';
import {
  codeArgument,
  collectText,
  deadlineArgument,
  departmentArgument,
  fileHashArgument,
  grantIdArgument,
} from '../arguments.ts';
import { readDocumentFile, toDocument, withSalt } from '../documents.ts';
import { readAgreement } from '../export-agreement.ts';
import { showList, withPage } from '../list-pages.ts';
import type { Listing, Page } from '../list-pages.ts';
import { performAct, withActOptions } from '../perform-act.ts';
import type { ActOptions } from '../perform-act.ts';
import { actExpiry, openSession, readResource } from '../session.ts';
import { showGraph, withFormat } from '../show-graph.ts';
import type { GraphFormat } from '../show-graph.ts';
import { addStatementCommands, AUTHORITY_HELP } from '../statement-commands.ts';
import type { StatementCommand } from '../statement-commands.ts';

const GRANTS: Listing = {
  path: '/v1/grants',
  member: 'grants',
  columns: ['grantId', 'status', 'requester', 'provider', 'notAfter', 'dueAt'],
};

const STATEMENTS: readonly StatementCommand[] = [
  {
    name: 'deliver',
    act: 'deliver',
    text: 'the data is there: the provider delivers / 提供部门交付',
    reason: 'DELIVERED',
  },
  {
    name: 'acknowledge',
    act: 'acknowledge',
    text: 'the delivery works: from its block on reads are answered / 需求部门确认接收',
    reason: 'RECEIVED',
  },
  {
    name: 'follow-up',
    act: 'followUpSuspension',
    text: 'what became of an incident, within ten days / 安全事件处置跟进',
    reason: 'FOLLOWED_UP',
  },
  { name: 'resume', act: 'resume', text: 'lift a suspension / 恢复共享', reason: 'RECTIFIED' },
  {
    name: 'forfeit',
    act: 'forfeit',
    text: 'end a grant whose misuse was not put right (authority only) / 责令终止',
  },
  { name: 'release', act: 'release', text: 'the requester needs it no more / 需求部门放弃', reason: 'PURPOSE_ENDED' },
  { name: 'accept', act: 'acceptDisposal', text: 'accept the certificate of disposal / 验收处置', reason: 'ACCEPTED' },
];

export function addGrantCommands(program: Command): void {
  const grant = program.command('grant').description('grants held and given / 授权');
  addReading(grant);
  addExport(grant);
  addSuspend(grant);
  addTerminate(grant);
  addChange(grant);
  addCertify(grant);
  addStatementCommands(grant, { argument: '<grant-id>', parse: grantIdArgument }, STATEMENTS);
}

function addReading(grant: Command): void {
  withPage(grant.command('list'))
    .description('grants of this department, newest first')
    .action(async (page: Page, command: Command) => await showList(openSession(command), GRANTS, page));

  grant
    .command('show')
    .argument('<grant-id>', '0x and 64 hex digits', grantIdArgument)
    .description('one grant: its authorization, what of its quota is used, and every step that was taken')
    .action(async (id: GrantId, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      output.show((await client.get(`/v1/grants/${id}`)).body);
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

interface SuspendOptions extends ActOptions {
  readonly reason: (typeof SUSPENSION_REASONS)[number];
  readonly text: string;
  readonly demand: readonly string[];
  readonly rectifyBy?: number;
}

function addSuspend(grant: Command): void {
  withActOptions(grant.command('suspend'))
    .argument('<grant-id>', '0x and 64 hex digits', grantIdArgument)
    .description('stop a grant: from its block on no read is answered / 暂停共享')
    .addOption(new Option('--reason <code>').choices(SUSPENSION_REASONS).makeOptionMandatory())
    .requiredOption('--text <text>', 'what was found / 发现的情况')
    .option('--demand <text>', 'MISUSE: what must be put right; repeatable / 整改要求', collectText, [])
    .option('--rectify-by <day>', 'MISUSE: its last day (YYYY-MM-DD), or Unix seconds / 整改期限', deadlineArgument)
    .action(async (id: GrantId, options: SuspendOptions, command: Command) => {
      const session = openSession(command);
      const document = toDocument({
        type: 'GrantSuspension',
        schema: 'dxl/grant-suspension/1',
        department: session.profile.department,
        grantId: id,
        reasonCode: options.reason,
        findings: options.text,
        demands: options.demand,
        rectifyBy: options.rectifyBy ?? null,
      });
      const salted = withSalt(document);
      await performAct(session, options, { name: 'suspend', act: buildStep('suspend', salted, actExpiry()), salted });
    });
}

interface TerminateOptions extends ActOptions {
  readonly authority: DepartmentId;
  readonly reason: string;
  readonly heldOn: string;
  readonly outcome: string;
  readonly filing: string;
}

const partiesAnswer = z.object({ provider: z.string(), requester: z.string() });

function addTerminate(grant: Command): void {
  withActOptions(grant.command('terminate'))
    .argument('<grant-id>', '0x and 64 hex digits', grantIdArgument)
    .description('end a grant after negotiation, filed with the authority, which signs too / 协商终止并备案')
    .requiredOption('--authority <uscc>', AUTHORITY_HELP, departmentArgument)
    .requiredOption('--reason <code>', 'reason code: capitals, digits and underscores / 事由代码', codeArgument)
    .requiredOption('--held-on <date>', 'when the two departments negotiated (YYYY-MM-DD) / 协商日期')
    .requiredOption('--outcome <text>', 'what they agreed on / 协商结果')
    .requiredOption('--filing <text>', 'what the authority answered / 备案意见')
    .action(async (id: GrantId, options: TerminateOptions, command: Command) => {
      const session = openSession(command);
      const { body } = await session.client.get(`/v1/grants/${id}`);
      const { provider, requester } = partiesAnswer.parse(body);
      const document = toDocument({
        type: 'GrantTermination',
        schema: 'dxl/grant-termination/1',
        department: provider,
        authority: options.authority,
        grantId: id,
        reasonCode: options.reason,
        negotiation: { heldOn: options.heldOn, parties: [provider, requester], outcome: options.outcome },
        filing: options.filing,
      });
      const salted = withSalt(document);
      const act = buildStep('terminate', salted, actExpiry());
      await performAct(session, options, { name: 'terminate', act, salted });
    });
}

interface ChangeOptions extends ActOptions {
  readonly authority: DepartmentId;
  readonly negotiation: Bytes32;
}

function addChange(grant: Command): void {
  withActOptions(grant.command('change'))
    .argument('<grant-id>', '0x and 64 hex digits', grantIdArgument)
    .argument('<file>', 'the new ShareAuthorization document (JSON); dxl grant show has the present one')
    .description('new terms after negotiation, filed with the authority, which signs too / 变更授权并备案')
    .requiredOption('--authority <uscc>', AUTHORITY_HELP, departmentArgument)
    .requiredOption('--negotiation <file>', 'record of the negotiation, by its SHA-256 / 协商记录', fileHashArgument)
    .action(async (id: GrantId, file: string, options: ChangeOptions, command: Command) => {
      const session = openSession(command);
      const salted = withSalt(readDocumentFile(file));
      const { resource, requestId } = parseDocument('ShareAuthorization', salted.document);
      const { entry } = await readResource(session.client, resource.id, resource.version);
      const filed = { authority: options.authority, grantId: id, negotiationHash: options.negotiation };
      const act = buildGrantChange(salted, entry, filed, actExpiry());
      const grantId = deriveGrantId({ ...act, requestId: parseRequestId(requestId) });
      await performAct(session, options, { name: 'changeGrant', act, salted, facts: () => ({ grantId }) });
    });
}

interface CertifyOptions extends ActOptions {
  readonly method: string;
  readonly scope: string;
  readonly witness: string;
  readonly on: string;
  readonly scenario: string;
  readonly process: string;
  readonly effect: string;
  readonly storage: string;
  readonly destruction: string;
}

function addCertify(grant: Command): void {
  withActOptions(grant.command('certify'))
    .argument('<grant-id>', '0x and 64 hex digits', grantIdArgument)
    .description('certify that the data was disposed of after the end of the grant / 用后处置证明')
    .addOption(new Option('--method <method>').choices(disposalMethodSchema.options).default('ERASE'))
    .requiredOption('--scope <text>', 'which copies, tables and media / 处置范围')
    .requiredOption('--witness <name>', 'who saw it done / 见证人')
    .requiredOption('--on <date>', 'when it was done (YYYY-MM-DD) / 完成日期')
    .requiredOption('--scenario <text>', 'what it was used for / 使用场景')
    .requiredOption('--process <text>', 'how it was used / 使用过程')
    .requiredOption('--effect <text>', 'what came of it / 应用成效')
    .requiredOption('--storage <text>', 'where it was kept / 存储情况')
    .requiredOption('--destruction <text>', 'how it was destroyed / 销毁情况')
    .action(async (id: GrantId, options: CertifyOptions, command: Command) => {
      const session = openSession(command);
      const { method, scope, witness, on: completedOn, scenario, process, effect, storage, destruction } = options;
      const document = toDocument({
        type: 'DisposalCertificate',
        schema: 'dxl/disposal-certificate/1',
        department: session.profile.department,
        grantId: id,
        method,
        scope,
        witness,
        completedOn,
        records: { scenario, process, effect, storage, destruction },
      });
      const salted = withSalt(document);
      const act = buildStep('certifyDisposal', salted, actExpiry());
      await performAct(session, options, { name: 'certifyDisposal', act, salted });
    });
}
