import { CONTRACT_NAMES } from '../../ledger/deployment.ts';
import type { ContractName, Deployment } from '../../ledger/deployment.ts';
import { decodeActSigned, decodeHeadAnchored, decodeLog } from '../../ledger/events.ts';
import type { RawLog } from '../../ledger/events.ts';
import type { ActSigned, LedgerEvent } from '../../ledger/events/ledger-event.ts';
import { readLogs } from '../chain/blocks.ts';
import type { Rpc } from '../chain/rpc.ts';

/** Blocks asked for in one call. */
const WINDOW_BLOCKS = 2_000;

/** A log that belongs into evidence, with what it says: an entry, a signature behind one, or an anchored head. */
export interface EvidenceLog {
  readonly contract: ContractName;
  readonly raw: RawLog;
  readonly entry: LedgerEvent | null;
  readonly signed: ActSigned | null;
  readonly anchored: ReturnType<typeof decodeHeadAnchored>;
}

/** All of the ledger's logs up to a block, in the order of the chain; a window at a time in memory. */
export async function* readEvidenceLogs(rpc: Rpc, deployment: Deployment, upTo: number): AsyncGenerator<EvidenceLog> {
  const addresses = Object.values(deployment.contracts);
  const contracts = new Map(CONTRACT_NAMES.map((name) => [deployment.contracts[name], name]));
  for (let fromBlock = deployment.startBlock; fromBlock <= upTo; fromBlock += WINDOW_BLOCKS) {
    const toBlock = Math.min(fromBlock + WINDOW_BLOCKS - 1, upTo);
    for (const raw of await readLogs(rpc, { fromBlock, toBlock, addresses })) {
      const contract = contracts.get(raw.address);
      const log = contract === undefined ? null : toEvidenceLog(deployment, contract, raw);
      if (log !== null) yield log;
    }
  }
}

/** Null for what tells nothing of the ledger, such as an event of the access manager. */
function toEvidenceLog(deployment: Deployment, contract: ContractName, raw: RawLog): EvidenceLog | null {
  const anchored = decodeHeadAnchored(deployment, raw);
  const entry = anchored === null ? decodeLog(deployment, raw) : null;
  const signed = anchored === null && entry === null ? decodeActSigned(deployment, raw) : null;
  if (anchored === null && entry === null && signed === null) return null;
  return { contract, raw, entry, signed, anchored };
}
