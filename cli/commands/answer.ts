import { Option } from 'commander';
import type { Command } from 'commander';
import { z } from 'zod';

import { buildShareAgreement, buildShareRefusal } from '../../ledger/acts/build-acts.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import { parseDocument } from '../../ledger/documents/parse-document.ts';
import { type ShareAuthorization, withheldOf } from '../../ledger/documents/share-authorization.ts';
import { REFUSAL_REASONS } from '../../ledger/documents/share-refusal.ts';
import type { ShareRequest } from '../../ledger/documents/share-request.ts';
import { deriveGrantId } from '../../ledger/ids.ts';
import type { RequestId } from '../../ledger/ids.ts';
import { collectText, parseCount, parseList, requestIdArgument } from '../arguments.ts';
import { CliError } from '../cli-error.ts';
import { toDocument, withSalt, writeJsonFile } from '../documents.ts';
import { pairLegalBasis } from '../legal-basis.ts';
import { actExpiry, openSession, readResource, sendAct, signHere } from '../session.ts';
import type { Session } from '../session.ts';
import { createActFile } from '../sign-act.ts';

interface AgreeOptions {
  readonly fields?: string;
  readonly plain?: string;
  readonly reason: string;
  readonly perSecond: number;
  readonly perDay: number;
  readonly total: number;
  readonly rows: number;
  readonly bytesPerDay: number;
  readonly caseRequired: boolean;
  readonly out?: string;
}

interface RefuseOptions {
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
      disposal: { days: 10, method: 'ERASE' },
    }),
  );
}

/** What the entry asks for; data that returns to its region is bound by no condition (条例 art. 24). */
function bindingConditions({ kind }: ShareRequest, { conditions }: CatalogEntry): string[] {
  return kind === 'REFLOW' ? [] : conditions.map(({ code }) => code).toSorted();
}

async function agree(session: Session, requestId: RequestId, options: AgreeOptions): Promise<void> {
  const request = await readRequest(session, requestId);
  const { entry } = await readResource(session.client, request.resourceId);
  const salted = withSalt(toDocument(authorize(request, entry, requestId, options)));
  const act = buildShareAgreement(salted, entry, actExpiry());
  const grantId = deriveGrantId(act);
  if (options.out === undefined) {
    session.output.show({ grantId, ...(await sendAct(session, 'agree', act, salted)) });
    return;
  }
  const { deployment } = await session.client.identity();
  writeJsonFile(options.out, await signHere(session, createActFile(deployment, 'agree', act, salted)));
  session.output.say(`Signed here. The next officer: dxl act sign ${options.out}; then: dxl act send ${options.out}`);
  session.output.show({ grantId, file: options.out });
}

export function addAnswerCommands(program: Command): void {
  const answer = program.command('answer').description('answers to share requests / 答复');
  addAgree(answer);
  addRefuse(answer);
}

function addAgree(answer: Command): void {
  answer
    .command('agree')
    .argument('<request-id>', '0x and 64 hex digits', requestIdArgument)
    .description('agree: the answer is the grant, signed by the sharing office')
    .option('--fields <keys>', 'grant only these of the fields asked for')
    .option('--plain <keys>', 'grant only these of the plain values asked for; "" for none')
    .option('--reason <text>', 'why the others are withheld', '最小必要')
    .option('--per-second <n>', 'calls', parseCount, 5)
    .option('--per-day <n>', 'calls', parseCount, 20_000)
    .option('--total <n>', 'calls over the life of the grant', parseCount, 5_000_000)
    .option('--rows <n>', 'rows per call', parseCount, 1_000)
    .option('--bytes-per-day <n>', 'bytes', parseCount, 1_073_741_824)
    .option('--case-required', 'every read names a case number', false)
    .option('--out <file>', 'sign here and write the act for further officers, instead of sending it')
    .action(async (id: RequestId, options: AgreeOptions, command: Command) => {
      await agree(openSession(command), id, options);
    });
}

function addRefuse(answer: Command): void {
  answer
    .command('refuse')
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
      session.output.show(await sendAct(session, 'refuse', buildShareRefusal(salted, actExpiry()), salted));
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
