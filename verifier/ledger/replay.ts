import type { Facts, Findings } from '../findings.ts';
import type { FindingCode } from '../finding-codes.ts';
import { AbiError } from './abi.ts';
import { BlockTimes } from './block-times.ts';
import type { Digests } from './digest.ts';
import { type Anchor, decodeLog, type Entry, type Log, type SignedMark } from './entry.ts';
import { Histories, type Head } from './history.ts';
import { checkIds } from './ids.ts';
import { takeAnchor } from './log-rules.ts';
import { apply } from './machine.ts';
import { Nonces } from './nonces.ts';
import { isSupervisor } from './registry-rules.ts';
import { checkActive, RuleBroken } from './rules.ts';
import { expandSignature, judgeSignature, type SignatureVerdict, type SignerFacts } from './signatures.ts';
import type { Contract } from './events.ts';
import { World } from './world.ts';

export interface ReplayFacts {
  readonly digests: Digests;
  readonly signers: SignerFacts;
  readonly findings: Findings;
  readonly startBlock: number;
  /** The block to which the history reaches. */
  readonly block: { readonly number: number; readonly timestamp: number };
  /** Called for each entry that changed the world, with the line that it stands in. */
  readonly onEntry: (line: number, entry: Entry, world: World) => void;
}

/** Signatures that must follow an entry. */
interface Awaited {
  readonly line: number;
  readonly entry: Entry;
  readonly signers: readonly string[];
  readonly digests: readonly string[];
  /** What nobody's account signs in the usual form: heads of a gateway. */
  readonly compact: boolean;
  seen: number;
}

/** Replays the log, entry by entry, and finds what no contract could have recorded. */
export class LedgerReplay {
  readonly world = new World();
  readonly times = new BlockTimes();
  entries = 0;
  signatures = 0;
  opaqueSignatures = 0;
  readonly #facts: ReplayFacts;
  readonly #histories: Histories;
  readonly #nonces = new Nonces();
  #awaited: Awaited | null = null;
  #lastBlock = 0;
  #lastTime = 0n;

  constructor(facts: ReplayFacts) {
    this.#facts = facts;
    this.#histories = new Histories(facts.findings);
  }

  /** Everything in `log` is attacker-controlled. */
  take(line: number, log: Log): void {
    let decoded: ReturnType<typeof decodeLog>;
    try {
      decoded = decodeLog(log);
    } catch (error) {
      if (!(error instanceof AbiError)) throw error;
      this.#find('LOG_MALFORMED', line, null, { contract: log.contract, why: error.message });
      return;
    }
    if (decoded === null) {
      this.#find('LOG_UNKNOWN', line, null, { contract: log.contract, topic: log.topics[0] ?? '' });
    } else if (decoded.kind === 'signed') {
      this.#takeSignature(line, decoded);
    } else {
      this.#requireSignatures();
      this.#checkOrder(line, decoded);
      if (decoded.kind === 'anchor') this.#takeAnchor(line, decoded);
      else this.#takeEntry(line, decoded);
    }
  }

  finish(line: number, heads: Readonly<Record<Contract, Head>>): void {
    this.#requireSignatures();
    this.#histories.finish(line, heads);
    this.times.take(this.#facts.block.number, BigInt(this.#facts.block.timestamp));
  }

  #takeEntry(line: number, entry: Entry): void {
    this.entries += 1;
    this.#histories.take(line, entry);
    const digest = this.#digestOf(entry);
    this.#awaited = this.#awaitedBy(line, entry, digest);
    const place = { contract: entry.contract, event: entry.name, seq: entry.seq.toString() };
    try {
      checkIds(entry, digest, this.world);
      if (this.#isSigned(entry)) this.#checkAct(line, entry, place);
      apply(this.world, entry);
      this.#facts.onEntry(line, entry, this.world);
    } catch (error) {
      if (error instanceof AbiError) {
        this.#find('ID_MISMATCH', line, null, { ...place, why: error.message });
      } else if (error instanceof RuleBroken) {
        this.#find('TRANSITION_ILLEGAL', line, null, { ...place, rule: error.rule });
      } else {
        throw error;
      }
    }
  }

  /** @throws RuleBroken when who signs may not act */
  #checkAct(line: number, entry: Entry, place: Facts): void {
    const { act, now, contract, row } = entry;
    checkActive(this.world, entry);
    if (now > act.big('expiresAt')) this.#find('ACT_EXPIRED', line, null, place);
    const [first] = row.signers;
    const department = first === undefined ? '' : act.hex(first.of);
    if (!this.#nonces.use(contract, department, act.big('nonce'))) this.#find('NONCE_USED', line, null, place);
  }

  #isSigned(entry: Entry): boolean {
    if (entry.row.signed === null) return false;
    // Governance enters those who supervise without a signature.
    return entry.name !== 'DepartmentRegistered' || !isSupervisor(entry);
  }

  #digestOf({ row, contract, act }: Entry): string {
    if (row.signed === null || row.struct === null) return '';
    return this.#facts.digests.ofAct(contract, row.signed, row.struct, act);
  }

  /** The accounts are those just before the entry. */
  #awaitedBy(line: number, entry: Entry, digest: string): Awaited | null {
    const { act, args, row } = entry;
    if (entry.name === 'GatewayEquivocated') {
      const { digests } = this.#facts;
      const account = this.world.gateways.get(args.hex('gateway'))?.account ?? '';
      const both = [args.hex('root'), args.hex('otherRoot')].map((root) =>
        digests.ofTreeHead(args.hex('gateway'), args.big('size'), root),
      );
      return { line, entry, signers: [account, account], digests: both, compact: true, seen: 0 };
    }
    if (!this.#isSigned(entry)) return null;
    const signers = row.signers.map(({ of, role }) => this.world.departments.get(act.hex(of))?.[role] ?? '');
    return { line, entry, signers, digests: signers.map(() => digest), compact: false, seen: 0 };
  }

  #takeSignature(line: number, mark: SignedMark): void {
    const awaited = this.#awaited;
    const isAwaited =
      awaited?.entry.contract === mark.contract &&
      awaited.entry.seq === mark.seq &&
      awaited.entry.block === mark.block &&
      awaited.seen < awaited.signers.length;
    const place = { contract: mark.contract, seq: mark.seq.toString() };
    if (!isAwaited) {
      this.#find('SIGNATURE_UNEXPECTED', line, null, place);
      return;
    }
    const signer = awaited.signers[awaited.seen];
    const digest = awaited.digests[awaited.seen] ?? '';
    awaited.seen += 1;
    this.signatures += 1;
    if (mark.digest !== digest) {
      this.#find('DIGEST_MISMATCH', line, null, place);
    } else if (mark.signer !== signer) {
      this.#find('SIGNER_MISMATCH', line, null, { ...place, signer: mark.signer });
    } else {
      const verdict = this.#judge(awaited, mark);
      if (verdict === 'invalid') this.#find('SIGNATURE_INVALID', line, null, { ...place, signer: mark.signer });
      if (verdict === 'opaque') this.opaqueSignatures += 1;
    }
  }

  #judge({ compact }: Awaited, { signer, digest, signature }: SignedMark): SignatureVerdict {
    if (!compact) return judgeSignature(this.#facts.signers, signer, digest, signature);
    const expanded = expandSignature(signature);
    const isBySigner = expanded !== null && this.#facts.signers.recover(digest, expanded) === signer;
    return isBySigner ? 'valid' : 'invalid';
  }

  #requireSignatures(): void {
    const awaited = this.#awaited;
    this.#awaited = null;
    if (awaited === null || awaited.seen === awaited.signers.length) return;
    const { contract, name, seq } = awaited.entry;
    const facts = {
      contract,
      event: name,
      seq: seq.toString(),
      expected: awaited.signers.length,
      actual: awaited.seen,
    };
    this.#find('SIGNATURE_MISSING', awaited.line, null, facts);
  }

  #takeAnchor(line: number, anchor: Anchor): void {
    if (takeAnchor(this.world, anchor)) return;
    this.#find('ANCHOR_ILLEGAL', line, anchor.gateway, { size: anchor.size.toString() });
  }

  #checkOrder(line: number, { block, now }: Entry | Anchor): void {
    const { startBlock, block: last } = this.#facts;
    const isWithin = block >= Math.max(startBlock, this.#lastBlock) && block <= last.number;
    const isSameBlock = block === this.#lastBlock;
    const isTimely = isSameBlock ? now === this.#lastTime : now >= this.#lastTime;
    if (!isWithin || !isTimely || now > BigInt(last.timestamp)) {
      this.#find('LOG_ORDER', line, null, { block, time: now.toString() });
    } else {
      this.times.take(block, now);
    }
    // What is out of order does not put everything behind it out of order too.
    if (block >= this.#lastBlock) [this.#lastBlock, this.#lastTime] = [block, now];
  }

  #find(code: FindingCode, line: number, id: string | null, facts: Facts): void {
    this.#facts.findings.add(code, line, id, facts);
  }
}
