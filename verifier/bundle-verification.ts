import { canonicalBytes } from '../ledger/canonical-json.ts';
import type { EvidenceLine, EvidenceLineOf } from '../ledger/evidence/evidence-line.ts';
import { hasWholeLogs } from '../ledger/evidence/scope.ts';
import type { TrustedValidators } from '../ledger/finality/trusted-validators.ts';
import type { JsonValue } from '../ledger/json/strict-json.ts';
import { EndCheck } from './bundle/end-check.ts';
import { CopyCheck, type ReceiptCopy } from './copies/copy-check.ts';
import { DecisionJudge } from './decisions/judge.ts';
import { DocumentChecks } from './documents/check-documents.ts';
import { checkFinality, type FinalityResult } from './finality/check-finality.ts';
import { Findings } from './findings.ts';
import { Digests } from './ledger/digest.ts';
import { LedgerReplay } from './ledger/replay.ts';
import { type OfficersAccount, type Recover, recoverSigner } from './ledger/signatures.ts';
import { checkConfirmation } from './receipts/confirmations.ts';
import { GatewayLogs } from './receipts/gateway-logs.ts';
import { ReceiptChecks } from './receipts/receipt-checks.ts';
import { ScopeCheck } from './receipts/scope-check.ts';
import { Sequences } from './receipts/sequences.ts';
import type { ShownReceipt } from './receipts/shown-receipt.ts';
import { TermsCheck } from './receipts/terms-check.ts';
import { TimeCheck } from './receipts/time-check.ts';
import type { BundleReport, NotProved, Obstacle } from './report.ts';

/** What the verifier is told besides the bundle. */
export interface VerifyOptions {
  /** The ledger that the bundle must be about; null to take the one that it names. */
  readonly deployment: JsonValue;
  readonly validators: TrustedValidators | null;
  readonly copies: readonly ReceiptCopy[];
  /** How signers are recovered; by default in JavaScript. */
  readonly recover?: Recover;
}

type Header = EvidenceLineOf<'header'>;
/** The first three lines, which everything else rests on. */
interface Preamble {
  readonly header: Header;
  readonly block: EvidenceLineOf<'block'>;
  readonly heads: EvidenceLineOf<'heads'>;
}

/** Lines of the preamble: the order of the format leaves no other. */
const HEADER_LINE = 1;
const LINES = { block: 2, heads: 3 };

/** What is built once the first lines are read. */
interface Parts {
  readonly preamble: Preamble;
  readonly replay: LedgerReplay;
  readonly documents: DocumentChecks;
  readonly logs: GatewayLogs;
  readonly scope: ScopeCheck;
  readonly terms: TermsCheck;
  readonly judge: DecisionJudge;
  readonly copies: CopyCheck;
  readonly receipts: ReceiptChecks;
}

/** Takes the lines of a bundle in their order and keeps no more than the state of the ledger. */
export class BundleVerification {
  readonly findings = new Findings();
  readonly end = new EndCheck();
  readonly obstacles: Obstacle[] = [];
  readonly #options: VerifyOptions;
  readonly #accounts = new Map<string, OfficersAccount>();
  #header: Header | null = null;
  #block: EvidenceLineOf<'block'> | null = null;
  #parts: Parts | null = null;
  #lastAccount = '';
  #isReplayed = false;
  #finality: FinalityResult = 'checked';
  #receipt: ShownReceipt | null = null;
  #confirmed = 0;

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  take(line: number, parsed: EvidenceLine): void {
    switch (parsed.type) {
      case 'header':
        this.#header = parsed;
        this.#checkDeployment(parsed);
        return;
      case 'block':
        this.#block = parsed;
        return;
      case 'heads':
        if (this.#header === null || this.#block === null) return;
        this.#parts = this.#build({ header: this.#header, block: this.#block, heads: parsed });
        return;
      case 'account':
        this.#takeAccount(line, parsed);
        return;
      case 'log':
        this.#parts?.replay.take(line, parsed);
        return;
      default:
        if (this.#parts !== null) this.#takeAfterLog(line, parsed, this.#parts);
    }
  }

  report(): BundleReport {
    const { count, listed } = this.findings;
    const hasObstacle = this.obstacles.length > 0;
    const verdict = count > 0 ? 'findings' : hasObstacle || this.#parts === null ? 'cannot-check' : 'sound';
    return {
      verdict,
      findings: listed,
      findingCount: count,
      obstacles: this.obstacles,
      checked: this.#counts(),
      notProved: this.#notProved(),
    };
  }

  #takeAfterLog(
    line: number,
    parsed: Exclude<EvidenceLine, { type: 'header' | 'block' | 'heads' | 'account' | 'log' }>,
    parts: Parts,
  ): void {
    const { replay, documents, logs, scope, receipts } = parts;
    this.#finishReplay(parts);
    switch (parsed.type) {
      case 'document':
        documents.take(line, parsed, replay.world);
        return;
      case 'checkpoint':
        scope.takeCheckpoint(line, parsed.gateway, parsed.complete);
        logs.take(line, parsed, replay.world);
        return;
      case 'receipt':
        this.#receipt = receipts.take(line, parsed);
        return;
      case 'confirmation':
        if (this.#receipt !== null) this.#takeConfirmation(line, parsed, this.#receipt, parts);
        return;
      case 'end':
        if (hasWholeLogs(scope.scope)) documents.requireAll(HEADER_LINE);
        if (scope.scope.kind === 'ledger') logs.requireAll(HEADER_LINE, replay.world);
        logs.finish();
        scope.finish(HEADER_LINE);
        parts.copies.finish({ gateways: replay.world.gateways, logs: logs.logs, scope, exporter: parsed.exporter });
        this.end.take(line, parsed, replay.world, this.findings);
    }
  }

  #takeConfirmation(
    line: number,
    parsed: EvidenceLineOf<'confirmation'>,
    shown: ShownReceipt,
    { replay, receipts }: Parts,
  ): void {
    if (!checkConfirmation(line, parsed, shown, { world: replay.world, findings: this.findings })) return;
    this.#confirmed += 1;
    receipts.confirm(shown);
  }

  /** When the last log is read: heads, finality, and what the scope names. */
  #finishReplay({ preamble, replay, scope }: Parts): void {
    if (this.#isReplayed) return;
    this.#isReplayed = true;
    const { header, block, heads } = preamble;
    replay.finish(LINES.heads, heads.contracts);
    const unlisted = replay.world.unlistedOf(header.deployment.contracts);
    for (const contract of unlisted) this.findings.add('DEPLOYMENT_MISMATCH', HEADER_LINE, null, { contract });
    const { validators } = this.#options;
    const { findings } = this;
    this.#finality = checkFinality({ deployment: header.deployment, block, heads, lines: LINES, validators, findings });
    if (this.#finality === 'missing') this.obstacles.push('VALIDATORS_MISSING');
    scope.begin(HEADER_LINE, replay.world);
  }

  #build(preamble: Preamble): Parts {
    const { findings } = this;
    const { header, block } = preamble;
    const { deployment } = header;
    const documents = new DocumentChecks(findings);
    const replay = new LedgerReplay({
      digests: new Digests(deployment),
      signers: {
        accounts: this.#accounts,
        verifiers: deployment.verifiers,
        recover: this.#options.recover ?? recoverSigner,
      },
      findings,
      startBlock: deployment.startBlock,
      block,
      onEntry: (line, entry, world) => documents.expect(line, entry, world),
    });
    const { world } = replay;
    const logs = new GatewayLogs(findings);
    const scope = new ScopeCheck(header.scope, findings);
    const sequences = new Sequences(header.scope, findings);
    const terms = new TermsCheck(world, documents.authorizations, findings);
    const times = new TimeCheck(replay.times, findings);
    const judge = new DecisionJudge(
      world,
      (id, version, grantId) => papersOf(documents, id, version, grantId, world),
      findings,
    );
    const copies = new CopyCheck(this.#options.copies, findings);
    const checks = { logs, scope, sequences, terms, times, judge, copies };
    const receipts = new ReceiptChecks({ ...checks, findings, lastBlock: block });
    return { preamble, replay, documents, logs, scope, terms, judge, copies, receipts };
  }

  #checkDeployment({ deployment }: Header): void {
    const { deployment: expected } = this.#options;
    if (expected === null) return;
    if (Buffer.compare(canonicalBytes(expected), canonicalBytes(deployment)) === 0) return;
    this.findings.add('DEPLOYMENT_MISMATCH', HEADER_LINE, null, { chainId: deployment.chainId });
  }

  #takeAccount(line: number, { account, officers, threshold }: EvidenceLineOf<'account'>): void {
    if (account <= this.#lastAccount) this.findings.stop('LINE_ORDER', line, account);
    this.#lastAccount = account;
    this.#accounts.set(account, { officers: new Set(officers), threshold });
  }

  #counts(): BundleReport['checked'] {
    const { replay, documents, receipts, judge, copies } = this.#parts ?? {};
    return {
      lines: this.end.lines,
      entries: replay?.entries ?? 0,
      signatures: replay?.signatures ?? 0,
      opaqueSignatures: replay?.opaqueSignatures ?? 0,
      documents: documents?.shown ?? 0,
      withheldDocuments: documents?.withheld ?? 0,
      receipts: receipts?.count ?? 0,
      withheldContexts: receipts?.withheldContexts ?? 0,
      delivered: receipts?.delivered ?? 0,
      confirmed: this.#confirmed,
      unconfirmed: receipts?.unconfirmed ?? 0,
      judged: judge?.judged ?? 0,
      notReplayable: judge?.notReplayable ?? 0,
      copies: copies?.compared ?? 0,
    };
  }

  #notProved(): NotProved[] {
    const parts = this.#parts;
    if (parts === null) return [];
    const { documents, receipts, logs, scope, replay, terms, preamble } = parts;
    const isWithheld = documents.withheld + receipts.withheldContexts > 0;
    const list: (NotProved | false)[] = [
      preamble.header.deployment.profile === 'dev' ? 'TRUSTED_NODE' : 'BLOCK_NUMBERS',
      this.#finality === 'empty' && 'EMPTY_HISTORIES',
      replay.world.gateways.size > 0 && 'ANCHORS',
      this.#accounts.size > 0 && 'OFFICERS',
      replay.opaqueSignatures > 0 && 'SIGNATURES',
      replay.world.hasLaterVersions && 'LATER_VERSIONS',
      'LATER_RECEIPTS',
      scope.leavesLogsOut && logs.leftOut(replay.world).length > 0 && 'OTHER_LOGS',
      receipts.count > 0 && 'RECEIPT_TIMES',
      terms.hasUnseenUsage && 'USAGE',
      documents.hasMisfits && 'DOCUMENTS',
      isWithheld && 'WITHHELD',
    ];
    return list.filter((code) => code !== false);
  }
}

function papersOf(
  documents: DocumentChecks,
  resourceId: string,
  version: number,
  grantId: string,
  world: LedgerReplay['world'],
): ReturnType<ConstructorParameters<typeof DecisionJudge>[1]> {
  return {
    authorization: documents.authorizations.get(grantId) ?? null,
    entry: documents.entryOf(world, resourceId, version),
  };
}
