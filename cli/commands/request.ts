import { type Command, Option } from 'commander';
import { z } from 'zod';

import { buildShareRequest, buildStep } from '../../ledger/acts/build-acts.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import { parseDocument } from '../../ledger/documents/parse-document.ts';
import type { ShareRequest } from '../../ledger/documents/share-request.ts';
import { REQUEST_ITEMS } from '../../ledger/documents/request-items.ts';
import { parseDepartmentId } from '../../ledger/ids.ts';
import type { Bytes32, DepartmentId, GrantId, RequestId, ResourceId } from '../../ledger/ids.ts';
import {
  collectNamed,
  collectText,
  departmentArgument,
  grantIdArgument,
  parseCount,
  parseList,
  requestIdArgument,
  resourceIdArgument,
} from '../arguments.ts';
import type { FileDigest, NamedText } from '../arguments.ts';
import { CliError } from '../cli-error.ts';
import { readDocumentFile, toDocument, withSalt, writeJsonFile } from '../documents.ts';
import { pairLegalBasis } from '../legal-basis.ts';
import { showList, withPage } from '../list-pages.ts';
import type { Listing, Page } from '../list-pages.ts';
import { performAct, withActOptions } from '../perform-act.ts';
import type { ActOptions } from '../perform-act.ts';
import { actExpiry, openSession, readResource } from '../session.ts';
import type { Session } from '../session.ts';
import { addStatementCommands, withAttachments } from '../statement-commands.ts';
import type { StatementCommand } from '../statement-commands.ts';

const REQUESTS: Listing = {
  path: '/v1/requests',
  member: 'requests',
  columns: ['requestId', 'status', 'requester', 'provider', 'recordedAt', 'dueAt'],
};

const STATEMENTS: readonly StatementCommand[] = [
  { name: 'withdraw', act: 'withdrawRequest', text: 'take an unanswered request back / 撤回申请', reason: 'WITHDRAWN' },
  {
    name: 'reopen',
    act: 'reopenRequest',
    text: 'open a refused request again after a dispute was settled or decided so / 重新受理',
    reason: 'REOPENED',
  },
];

const REQUEST_KINDS: readonly ShareRequest['kind'][] = ['NEW', 'RENEW', 'SCOPE_EXTENSION', 'ONWARD', 'REFLOW'];
const DAY_SECONDS = 24 * 3600;

interface NewOptions {
  readonly from: ResourceId;
  readonly kind: ShareRequest['kind'];
  readonly prior?: GrantId;
  readonly recipient?: DepartmentId;
  readonly fields: string;
  readonly plain: string;
  readonly region?: string;
  readonly purpose: string;
  readonly system?: string;
  readonly scenario: string;
  readonly basis: readonly string[];
  readonly article: readonly string[];
  readonly days: number;
  readonly perSecond: number;
  readonly perDay: number;
  readonly out: string;
}

const departmentName = z.object({ id: z.string() });

/** A complete request from its options: what the law asks for is required, the rest has careful defaults. */
async function buildDocument(session: Session, entry: CatalogEntry, options: NewOptions) {
  const { profile, client } = session;
  const { id } = departmentName.parse((await client.get(`/v1/departments/${profile.department}`)).body);
  const now = Math.floor(Date.now() / 1000);
  const mode = entry.modes.find((offered) => offered === 'API_QUERY' || offered === 'BATCH');
  if (mode === undefined) {
    throw new CliError('INPUT_INVALID', 'This resource is not shared as rows (查询 or 批量), or not at all (不予共享)');
  }
  const fields = parseList(options.fields).toSorted();
  assertOffered(entry, '--fields', fields);
  const plainFields = parseList(options.plain).toSorted();
  assertOffered(entry, '--plain', plainFields);
  return toDocument({
    type: 'ShareRequest',
    schema: 'dxl/share-request/1',
    kind: options.kind,
    priorGrantId: options.prior ?? null,
    requester: { name: id, uscc: parseDepartmentId(id) },
    recipient: options.recipient === undefined ? null : { name: options.recipient, uscc: options.recipient },
    resource: { id: options.from, version: entry.version },
    basis: pairLegalBasis(options.basis, options.article),
    scenario: options.scenario,
    purposes: [options.purpose],
    scope: {
      fields,
      plainFields,
      rowFilter: options.region === undefined ? null : { regionPrefix: options.region },
      systems: options.system === undefined ? [] : [options.system],
      users: '经办人员',
    },
    mode,
    window: { notBefore: now, notAfter: now + options.days * DAY_SECONDS },
    expected: { perSecond: options.perSecond, perDay: options.perDay },
    storage: { retain: '不落库', disposal: '用后即删' },
    security: { mlps: 3, contact: '共享工作机构' },
    commitment: '所填真实、合法、必要',
  });
}

function assertOffered({ fields }: CatalogEntry, option: string, wanted: readonly string[]): void {
  const unknown = wanted.filter((key) => !fields.some((field) => field.key === key));
  if (unknown.length === 0) return;
  const text = `${option}: the resource has no field ${unknown.join(', ')}; see dxl resource fields`;
  throw new CliError('INPUT_INVALID', text, { option, unknown });
}

export function addRequestCommands(program: Command): void {
  const request = program.command('request').description('share requests / 共享申请');
  addNew(request);
  addSubmit(request);
  addReading(request);
  addSupplement(request);
  addStatementCommands(request, { argument: '<request-id>', parse: requestIdArgument }, STATEMENTS);
}

function addNew(request: Command): void {
  request
    .command('new')
    .description('write a complete request for a resource, to read, change and submit / 由资源生成申请')
    .requiredOption('--from <resource-id>', 'the resource that is asked for: 0x and 64 hex digits', resourceIdArgument)
    .requiredOption('--fields <keys>', 'fields asked for, comma-separated (see dxl resource fields)')
    .option('--plain <keys>', 'of these, the ones needed without mask', '')
    .option('--region <prefix>', 'only rows of this region (2, 4, 6, 9 or 12 digits)')
    .option('--purpose <code>', 'purpose code', 'BUSINESS_COLLAB')
    .option('--system <id>', 'the system that will call')
    .requiredOption('--scenario <text>', 'what it is for (使用场景)')
    .requiredOption(
      '--basis <instrument>',
      'law or regulation (使用依据); repeatable, each with its --article',
      collectText,
    )
    .requiredOption('--article <text>', 'its article', collectText)
    .addOption(new Option('--kind <kind>', 'what kind of request / 申请类型').choices(REQUEST_KINDS).default('NEW'))
    .option('--prior <grant-id>', 'the grant that is renewed, extended or passed on / 原授权', grantIdArgument)
    .option('--recipient <code>', 'ONWARD: who shall have it, its unified social credit code', departmentArgument)
    .option('--days <n>', 'how long (使用时限)', parseCount, 365)
    .option('--per-second <n>', 'expected calls', parseCount, 5)
    .option('--per-day <n>', 'expected calls', parseCount, 20_000)
    .requiredOption('--out <file>', 'where to write the document')
    .action(async (options: NewOptions, command: Command) => {
      const session = openSession(command);
      const { entry } = await readResource(session.client, options.from);
      const document = await buildDocument(session, entry, options);
      parseDocument('ShareRequest', document);
      writeJsonFile(options.out, document);
      session.output.say(`Read ${options.out}, then: dxl request submit ${options.out}`);
      session.output.show({ file: options.out });
    });
}

function addSubmit(request: Command): void {
  withActOptions(request.command('submit'))
    .argument('<file>', 'ShareRequest document (JSON)')
    .description('submit a request, signed by the sharing office and by who prepared it')
    .action(async (file: string, options: ActOptions, command: Command) => {
      const session = openSession(command);
      const salted = withSalt(readDocumentFile(file));
      const { resource } = parseDocument('ShareRequest', salted.document);
      const { entry } = await readResource(session.client, resource.id, resource.version);
      const act = buildShareRequest(salted, entry, actExpiry());
      const facts = (requestId: Bytes32) => ({ requestId });
      await performAct(session, options, { name: 'submitRequest', act, salted, facts });
    });
}

function addReading(request: Command): void {
  withPage(request.command('list'))
    .description('requests made and to answer, newest first')
    .action(async (page: Page, command: Command) => await showList(openSession(command), REQUESTS, page));

  request
    .command('show')
    .argument('<request-id>', '0x and 64 hex digits', requestIdArgument)
    .description('one request with its documents')
    .action(async (id: RequestId, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      output.show((await client.get(`/v1/requests/${id}`)).body);
    });
}

interface SupplementOptions extends ActOptions {
  readonly supply: readonly NamedText[];
  readonly attach: readonly FileDigest[];
}

function addSupplement(request: Command): void {
  const items = `one of ${REQUEST_ITEMS.join(', ')}`;
  withAttachments(withActOptions(request.command('supplement')))
    .argument('<request-id>', '0x and 64 hex digits', requestIdArgument)
    .description('supply what the provider told that a request lacks / 补正材料')
    .requiredOption('--supply <item=text>', `what is supplied, ${items}; repeatable`, collectNamed)
    .action(async (requestId: RequestId, options: SupplementOptions, command: Command) => {
      const session = openSession(command);
      const document = toDocument({
        type: 'RequestSupplement',
        schema: 'dxl/request-supplement/1',
        department: session.profile.department,
        requestId,
        supplied: options.supply.map(({ name, text }) => ({ item: name, text })),
        attachments: options.attach,
      });
      const salted = withSalt(document);
      const act = buildStep('supplement', salted, actExpiry());
      await performAct(session, options, { name: 'supplement', act, salted });
    });
}
