import { Option } from 'commander';
import type { Command } from 'commander';
import { z } from 'zod';

import { buildShareAgreement, buildShareRefusal, buildStep } from '../../ledger/acts/build-acts.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import { parseDocument } from '../../ledger/documents/parse-document.ts';
import { REQUEST_ITEMS } from '../../ledger/documents/request-items.ts';
import { type ShareAuthorization, withheldOf } from '../../ledger/documents/share-authorization.ts';
import { REFUSAL_REASONS } from '../../ledger/documents/share-refusal.ts';
import type { ShareRequest } from '../../ledger/documents/share-request.ts';
import { deriveGrantId } from '../../ledger/ids.ts';
import type { DepartmentId, RequestId } from '../../ledger/ids.ts';
import {
  codeArgument,
  collectNamed,
  collectText,
  deadlineArgument,
  departmentArgument,
  parseCount,
  parseList,
  requestIdArgument,
} from '../arguments.ts';
import type { NamedText } from '../arguments.ts';
import { CliError } from '../cli-error.ts';
import { toDocument, withSalt } from '../documents.ts';
import { pairLegalBasis } from '../legal-basis.ts';
import { performAct, withActOptions } from '../perform-act.ts';
import type { ActOptions } from '../perform-act.ts';
import { actExpiry, openSession, readResource } from '../session.ts';
import type { Session } from '../session.ts';
import { AUTHORITY_HELP, DUE_HELP } from '../statement-commands.ts';

interface AgreeOptions extends ActOptions {
  readonly fields?: string;
  readonly plain?: string;
  readonly reason: string;
  readonly perSecond: number;
  readonly perDay: number;
  readonly total: number;
  readonly rows: number;
  readonly bytesPerDay: number;
  readonly caseRequired: boolean;
  readonly disposalDays: number;
}

interface RefuseOptions extends ActOptions {
  readonly reason: (typeof REFUSAL_REASONS)[number];
  readonly condition: string;
  readonly basis: readonly string[];
  readonly article: readonly string[];
  readonly text: string;
}

const requestAnswer = z.object({
  requester: z.string(),
  provider: z.string(),
  resourceId: z.string(),
  resourceVersion: z.int(),
  document: z.json(),
});

async function readRequest({ client }: Session, requestId: RequestId) {
  const parsed = requestAnswer.parse((await client.get(`/v1/requests/${requestId}`)).body);
  return { ...parsed, document: parseDocument('ShareRequest', toDocument(parsed.document)) };
}

/** The authorization for a request: all that was asked, or less, with a reason for all that is withheld. */
function authorize(
  request: Awaited<ReturnType<typeof readRequest>>,
  entry: CatalogEntry,
  requestId: RequestId,
  options: AgreeOptions,
): ShareAuthorization {
  const { document: asked, provider, requester } = request;
  const { scope } = asked;
  const fields = options.fields === undefined ? scope.fields : parseList(options.fields).toSorted();
  const plain = options.plain === undefined ? scope.plainFields : parseList(options.plain).toSorted();
  const given = { fields, plainFields: plain.filter((field) => fields.includes(field)) };
  const { perSecond, perDay, total, rows: maxRowsPerCall, bytesPerDay: maxBytesPerDay } = options;
  return parseDocument(
    'ShareAuthorization',
    toDocument({
      type: 'ShareAuthorization',
      schema: 'dxl/share-authorization/1',
      requestId,
      assigner: provider,
      assignee: requester,
      resource: asked.resource,
      ...given,
      narrowed: withheldOf(scope, given).map((withheld) => ({ ...withheld, reason: options.reason })),
      rowFilter: scope.rowFilter,
      purposes: asked.purposes,
      systems: scope.systems,
      conditions: bindingConditions(asked, entry),
      caseIdRequired: options.caseRequired,
      mode: asked.mode,
      window: asked.window,
      quota: { perSecond, perDay, total, maxRowsPerCall, maxBytesPerDay },
      onward: false,
      records: { retainYears: 3 },
      disposal: { days: options.disposalDays, method: 'ERASE' },
    }),
  );
}

/** What the entry asks for; data that returns to its region is bound by no condition (条例 art. 24). */
function bindingConditions({ kind }: ShareRequest, { conditions }: CatalogEntry): string[] {
  return kind === 'REFLOW' ? [] : conditions.map(({ code }) => code).toSorted();
}

export function addAnswerCommands(program: Command): void {
  const answer = program.command('answer').description('answers to share requests / 答复');
  addAgree(answer);
  addRefuse(answer);
  addAskSupplement(answer);
  addExtend(answer);
}

function addAgree(answer: Command): void {
  withActOptions(answer.command('agree'))
    .argument('<request-id>', '0x and 64 hex digits', requestIdArgument)
    .description('agree: the answer is the grant, signed by the sharing office and by who prepared it')
    .option('--fields <keys>', 'grant only these of the fields asked for')
    .option('--plain <keys>', 'grant only these of the plain values asked for; "" for none')
    .option('--reason <text>', 'why the others are withheld', '最小必要')
    .option('--per-second <n>', 'calls', parseCount, 5)
    .option('--per-day <n>', 'calls', parseCount, 20_000)
    .option('--total <n>', 'calls over the life of the grant', parseCount, 5_000_000)
    .option('--rows <n>', 'rows per call', parseCount, 1_000)
    .option('--bytes-per-day <n>', 'bytes', parseCount, 1_073_741_824)
    .option('--case-required', 'every read names a case number', false)
    .option('--disposal-days <n>', 'days for the disposal after the end / 用后处置天数', parseCount, 10)
    .action(async (id: RequestId, options: AgreeOptions, command: Command) => {
      const session = openSession(command);
      const request = await readRequest(session, id);
      const published = await readResource(session.client, request.resourceId, request.resourceVersion);
      const salted = withSalt(toDocument(authorize(request, published.entry, id, options)));
      const act = buildShareAgreement(salted, published, actExpiry());
      const grantId = deriveGrantId(act);
      await performAct(session, options, { name: 'agree', act, salted, facts: () => ({ grantId }) });
    });
}

function addRefuse(answer: Command): void {
  withActOptions(answer.command('refuse'))
    .argument('<request-id>', '0x and 64 hex digits', requestIdArgument)
    .description('refuse for a published condition (needs --condition) or by law (needs --basis and --article)')
    .addOption(new Option('--reason <code>').choices(REFUSAL_REASONS).default('CONDITION_NOT_MET'))
    .option('--condition <codes>', 'CONDITION_NOT_MET: published conditions that are not met, comma-separated', '')
    .option(
      '--basis <instrument>',
      'FORBIDDEN_BY_LAW: law or regulation; repeatable, each with --article',
      collectText,
      [],
    )
    .option('--article <text>', 'its article', collectText, [])
    .requiredOption('--text <text>', 'the reasons in full')
    .action(async (id: RequestId, options: RefuseOptions, command: Command) => {
      const grounds = readGrounds(options);
      const session = openSession(command);
      const document = toDocument({
        type: 'ShareRefusal',
        schema: 'dxl/share-refusal/1',
        requestId: id,
        provider: session.profile.department,
        reasonCode: options.reason,
        ...grounds,
        text: options.text,
      });
      const salted = withSalt(document);
      const { resourceId, resourceVersion } = await readRequest(session, id);
      const published = await readResource(session.client, resourceId, resourceVersion);
      const act = buildShareRefusal(salted, published, actExpiry());
      await performAct(session, options, { name: 'refuse', act, salted });
    });
}

/** What the reason rests on. @throws CliError INPUT_INVALID naming the option that is missing */
function readGrounds({ reason, condition, basis, article }: RefuseOptions) {
  const conditions = parseList(condition);
  const legalBasis = pairLegalBasis(basis, article);
  if (reason === 'CONDITION_NOT_MET' && conditions.length === 0) {
    throw new CliError('INPUT_INVALID', '--reason CONDITION_NOT_MET needs --condition; see dxl resource show');
  }
  if (reason === 'FORBIDDEN_BY_LAW' && (legalBasis.length === 0 || conditions.length > 0)) {
    throw new CliError('INPUT_INVALID', '--reason FORBIDDEN_BY_LAW needs --basis and --article, and no --condition');
  }
  return { conditions, legalBasis };
}

interface AskOptions extends ActOptions {
  readonly missing: readonly NamedText[];
}

function addAskSupplement(answer: Command): void {
  const items = `one of ${REQUEST_ITEMS.join(', ')}`;
  withActOptions(answer.command('ask-supplement'))
    .argument('<request-id>', '0x and 64 hex digits', requestIdArgument)
    .description('tell once all that a request lacks; its clock stops / 一次性告知补正')
    .requiredOption('--missing <item=text>', `what is missing, ${items}; repeatable`, collectNamed)
    .action(async (requestId: RequestId, options: AskOptions, command: Command) => {
      const session = openSession(command);
      const document = toDocument({
        type: 'SupplementNotice',
        schema: 'dxl/supplement-notice/1',
        department: session.profile.department,
        requestId,
        missing: options.missing.map(({ name, text }) => ({ item: name, text })),
      });
      const salted = withSalt(document);
      const act = buildStep('askSupplement', salted, actExpiry());
      await performAct(session, options, { name: 'askSupplement', act, salted });
    });
}

interface ExtendOptions extends ActOptions {
  readonly authority: DepartmentId;
  readonly due: number;
  readonly reason: string;
  readonly text: string;
}

function addExtend(answer: Command): void {
  withActOptions(answer.command('extend'))
    .argument('<request-id>', '0x and 64 hex digits', requestIdArgument)
    .description(
      'answer later, by up to ten working days, with the consent of the authority, which signs too / 延期答复',
    )
    .requiredOption('--authority <uscc>', AUTHORITY_HELP, departmentArgument)
    .requiredOption('--due <day>', DUE_HELP, deadlineArgument)
    .option('--reason <code>', 'reason code: capitals, digits and underscores / 事由代码', codeArgument, 'EXTENDED')
    .requiredOption('--text <text>', 'the reason in full / 事由')
    .action(async (requestId: RequestId, options: ExtendOptions, command: Command) => {
      const session = openSession(command);
      const document = toDocument({
        type: 'ExtensionConsent',
        schema: 'dxl/extension-consent/1',
        department: options.authority,
        provider: session.profile.department,
        requestId,
        dueAt: options.due,
        reasonCode: options.reason,
        text: options.text,
      });
      const salted = withSalt(document);
      const act = buildStep('extendAnswer', salted, actExpiry());
      await performAct(session, options, { name: 'extendAnswer', act, salted });
    });
}
