import type { FindingCode } from '../../verifier/finding-codes.ts';
import { Findings } from '../../verifier/findings.ts';
import { Digests } from '../../verifier/ledger/digest.ts';
import { decodeLog, type Log } from '../../verifier/ledger/entry.ts';
import { type Contract, CONTRACTS } from '../../verifier/ledger/events.ts';
import { LedgerReplay } from '../../verifier/ledger/replay.ts';
import { type Recover, recoverSigner } from '../../verifier/ledger/signatures.ts';
import { type Act, ACTS, type Signatory } from './acts.ts';
import { CHAIN_ID, type TransitionChain } from './chain.ts';
import { logsOfAct } from './entry-of-act.ts';

const NOWHERE = `0x${'f1'.repeat(20)}`;
/** The heads of invented entries are not computed: they are what `history.ts` is about, and no rule. */
const NOT_MEANT: readonly FindingCode[] = ['HISTORY_GAP', 'HISTORY_HEAD_MISMATCH', 'HISTORY_INCOMPLETE'];
/** An entry with one of these has changed nothing. */
const WITHOUT_EFFECT: readonly FindingCode[] = ['TRANSITION_ILLEGAL', 'ID_MISMATCH'];

class Codes extends Findings {
  codes: FindingCode[] = [];

  override add(code: FindingCode): void {
    if (!NOT_MEANT.includes(code)) this.codes.push(code);
  }
}

const recovered = new Map<string, string | null>();

/** States are reached by the same signatures again and again. */
const recoverOnce: Recover = (digest, signature) => {
  const key = digest + signature;
  if (!recovered.has(key)) recovered.set(key, recoverSigner(digest, signature));
  return recovered.get(key)!;
};

/** The verifier's own replay of what a chain recorded, and what it says to one more entry. */
export class ReplayedLedger {
  readonly #logs: readonly Log[];
  readonly #contracts: Readonly<Record<Contract, string>>;
  readonly #codes = new Codes();
  readonly #entries: ReadonlyMap<Contract, number>;
  readonly #block: number;
  #replay: LedgerReplay;

  private constructor(logs: readonly Log[], contracts: Readonly<Record<Contract, string>>) {
    this.#logs = logs;
    this.#contracts = contracts;
    this.#block = (logs.at(-1)?.block ?? 0) + 1;
    const counts = Map.groupBy(logs, ({ contract }) => contract);
    this.#entries = new Map([...counts].map(([name, own]) => [name, own.filter(isEntry).length]));
    this.#replay = this.#replayed();
  }

  static async read(chain: TransitionChain): Promise<ReplayedLedger> {
    const addresses = CONTRACTS.map((name) => [name, chain.addresses.get(name)?.toLowerCase() ?? NOWHERE] as const);
    const names = new Map(addresses.map(([name, address]) => [address, name]));
    const answer = (await chain.rpc('eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest' }])) as readonly {
      readonly address: string;
      readonly topics: readonly string[];
      readonly data: string;
      readonly blockNumber: string;
    }[];
    const logs = answer.flatMap(({ address, topics, data, blockNumber }): Log[] => {
      const contract = names.get(address.toLowerCase());
      if (contract === undefined) return [];
      const log = { block: Number(blockNumber), contract, topics, data };
      return decodeLog(log) === null ? [] : [log];
    });
    return new ReplayedLedger(logs, Object.fromEntries(addresses) as Record<Contract, string>);
  }

  /** What the verifier finds in the entry that such an act would have left behind; nothing if it takes it for one. */
  codesOf(act: Act, signatories: readonly Signatory[], now: number, digest: string): readonly FindingCode[] {
    const { contract } = ACTS[act.name];
    const seq = (this.#entries.get(contract) ?? 0) + 1;
    const place = { world: this.#replay.world, block: this.#block, now, seq, digest };
    const codes = this.#take(this.#replay, logsOfAct(act, signatories, place));
    if (!codes.some((code) => WITHOUT_EFFECT.includes(code))) this.#replay = this.#replayed();
    return codes;
  }

  #take(replay: LedgerReplay, logs: readonly Log[]): readonly FindingCode[] {
    this.#codes.codes = [];
    for (const log of logs) replay.take(0, log);
    replay.finish(0, NO_HEADS);
    return this.#codes.codes;
  }

  #replayed(): LedgerReplay {
    const replay = new LedgerReplay({
      digests: new Digests({ chainId: CHAIN_ID, contracts: this.#contracts }),
      signers: { accounts: new Map(), verifiers: { p256: NOWHERE, webauthn: NOWHERE }, recover: recoverOnce },
      findings: this.#codes,
      startBlock: 0,
      block: { number: Number.MAX_SAFE_INTEGER, timestamp: Number.MAX_SAFE_INTEGER },
      onEntry: () => undefined,
    });
    const codes = this.#take(replay, this.#logs);
    if (codes.length > 0) throw new TypeError(`What the chain recorded is found wanting: ${codes.join()}`);
    return replay;
  }
}

const NO_HEADS = Object.fromEntries(CONTRACTS.map((name) => [name, { seq: 0, head: '' }])) as Readonly<
  Record<Contract, { readonly seq: number; readonly head: string }>
>;

function isEntry(log: Log): boolean {
  return decodeLog(log)?.kind === 'entry';
}
