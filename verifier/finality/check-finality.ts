import { type EvidenceLineOf, hexSchema } from '../../ledger/evidence/evidence-line.ts';
import { verifyCometCommit, parseCometCommit } from '../../ledger/finality/comet-commit.ts';
import { type CometHeader, parseCometHeader } from '../../ledger/finality/comet-header.ts';
import { parseCometStorage, verifyCometStorage } from '../../ledger/finality/comet-storage.ts';
import { parseEthProof, verifyEthProof } from '../../ledger/finality/eth-proof.ts';
import { FinalityError } from '../../ledger/finality/finality-error.ts';
import { parseQbftHeader } from '../../ledger/finality/qbft-header.ts';
import { verifyQbftSeals } from '../../ledger/finality/qbft-seals.ts';
import type { CometTrust, QbftTrust, TrustedValidators } from '../../ledger/finality/trusted-validators.ts';
import type { Bytes32 } from '../../ledger/ids.ts';
import { isObject } from '../../ledger/json/is-object.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import type { FindingCode } from '../finding-codes.ts';
import type { Findings } from '../findings.ts';
import { CONTRACTS, type Contract } from '../ledger/events.ts';
import { ZERO } from '../ledger/world.ts';

type Block = EvidenceLineOf<'block'>;
type Heads = EvidenceLineOf<'heads'>;
type Deployment = EvidenceLineOf<'header'>['deployment'];

export interface FinalityFacts {
  readonly deployment: Deployment;
  readonly block: Block;
  readonly heads: Heads;
  /** Lines of `block` and `heads`. */
  readonly lines: { readonly block: number; readonly heads: number };
  readonly validators: TrustedValidators | null;
  readonly findings: Findings;
}

/** `missing`: the profile needs validators that nobody gave. `empty`: heads of zero, which the proofs cannot show. */
export type FinalityResult = 'checked' | 'missing' | 'empty';

const SLOT_OF_HEAD = 0n;

/** Whether the block is final by its profile, and the heads are in its state. The seal is attacker-controlled. */
export function checkFinality(facts: FinalityFacts): FinalityResult {
  const { deployment, block, heads, lines, validators, findings } = facts;
  if (deployment.profile === 'dev') {
    // Who knows validators asks about a chain that has some: a file cannot choose to have none.
    const isProved = block.seal === null && validators === null;
    if (!isProved) findings.add('FINALITY_NOT_PROVED', lines.block, null, { profile: 'dev' });
    if (heads.proofs !== null) findings.add('HEADS_NOT_PROVED', lines.heads, null, { profile: 'dev' });
    return 'checked';
  }
  if (validators === null) return 'missing';
  if (deployment.profile === 'qbft' && isFor(validators, deployment)) {
    // A set of an older block would have to be followed header by header, and the bundle has one.
    return isAtBlock(validators, block) ? checkQbft(facts, validators) : 'missing';
  }
  if (deployment.profile === 'comet' && validators.profile === 'comet') return checkComet(facts, validators);
  findings.add('FINALITY_NOT_PROVED', lines.block, null, { profile: validators.profile });
  return 'checked';
}

function isFor(validators: TrustedValidators, { chainId }: Deployment): validators is QbftTrust {
  return validators.profile === 'qbft' && validators.chainId === chainId;
}

function isAtBlock({ block }: QbftTrust, { number, hash }: Block): boolean {
  return block === null || (block.number === number && block.hash === hash);
}

function checkQbft(facts: FinalityFacts, { validators }: QbftTrust): FinalityResult {
  const { block, lines, findings } = facts;
  const stateRoot = attempt(facts, 'FINALITY_NOT_PROVED', lines.block, null, () => {
    const [sealed = null] = membersOf(block.seal, ['header']);
    const header = parseQbftHeader(headerBytes(sealed));
    const { hash, number, stateRoot: root } = verifyQbftSeals(header, validators);
    const isSame = hash === block.hash && number === block.number && header.timestamp === block.timestamp;
    if (!isSame) findings.add('BLOCK_MISMATCH', lines.block, block.hash, { hash, number, time: header.timestamp });
    return root;
  });
  if (stateRoot !== null) forEachHead(facts, (contract, proof) => headByProof(facts, contract, proof, stateRoot));
  return 'checked';
}

/** Null unless the proof is about this contract as it was deployed. */
function headByProof(
  { deployment }: FinalityFacts,
  contract: Contract,
  proof: JsonValue,
  root: Bytes32,
): string | null {
  const account = verifyEthProof(root, parseEthProof(proof));
  const isDeployed =
    account.address === deployment.contracts[contract] && account.codeHash === deployment.codeHashes[contract];
  const head = account.storage.get(SLOT_OF_HEAD);
  return isDeployed && head !== undefined ? `0x${head.toString(16).padStart(64, '0')}` : null;
}

/** The header after the block holds the state of the block, and the block's own hash. */
function checkComet(facts: FinalityFacts, trust: CometTrust): FinalityResult {
  const { block, heads, lines, findings } = facts;
  const header = attempt(facts, 'FINALITY_NOT_PROVED', lines.block, null, () => {
    const [sealed = null, commit = null] = membersOf(block.seal, ['header', 'commit']);
    const parsed = parseCometHeader(sealed);
    verifyCometCommit(parsed, parseCometCommit(commit), trust);
    const hash = `0x${Buffer.from(parsed.last_block_id.hash).toString('hex')}`;
    const isSame = hash === block.hash && parsed.height === block.number + 1 && isNotAfter(block, parsed);
    if (!isSame) findings.add('BLOCK_MISMATCH', lines.block, block.hash, { hash, number: parsed.height - 1 });
    return parsed;
  });
  if (header === null) return 'checked';
  const empty = CONTRACTS.filter((contract) => heads.contracts[contract].head === ZERO);
  forEachHead(facts, (contract, proof) => {
    if (proof === null && empty.includes(contract)) return ZERO;
    const storage = parseCometStorage(proof);
    const slot = verifyCometStorage(storage, header);
    const isHead = slot.contract === facts.deployment.contracts[contract] && BigInt(slot.slot) === SLOT_OF_HEAD;
    return isHead ? slot.value : null;
  });
  return empty.length > 0 ? 'empty' : 'checked';
}

function isNotAfter({ timestamp }: Block, { time }: CometHeader): boolean {
  return BigInt(timestamp) <= time.seconds;
}

function forEachHead(facts: FinalityFacts, prove: (contract: Contract, proof: JsonValue) => string | null): void {
  const { heads, lines, findings } = facts;
  for (const contract of CONTRACTS) {
    attempt(facts, 'HEADS_NOT_PROVED', lines.heads, contract, () => {
      const head = prove(contract, heads.proofs?.[contract] ?? null);
      if (head === heads.contracts[contract].head) return head;
      findings.add('HEADS_NOT_PROVED', lines.heads, null, { contract, head });
      return null;
    });
  }
}

/** Null, with a finding, for whatever cannot be proved. */
function attempt<Result>(
  { findings }: FinalityFacts,
  code: FindingCode,
  line: number,
  id: string | null,
  prove: () => Result,
): Result | null {
  try {
    return prove();
  } catch (error) {
    if (!(error instanceof FinalityError)) throw error;
    findings.add(code, line, id, { why: error.code, ...error.details });
    return null;
  }
}

/** Null where the seal has not exactly these members. */
function membersOf(seal: JsonValue, names: readonly string[]): readonly JsonValue[] {
  const members = isObject(seal) ? new Map(Object.entries(seal)) : null;
  const isShaped = members?.size === names.length;
  return names.map((name) => (isShaped ? (members.get(name) ?? null) : null));
}

/** One text for one header: `Buffer` alone would stop at the first character that is no digit, and say nothing. */
function headerBytes(value: JsonValue): Uint8Array {
  const hex = hexSchema.safeParse(value);
  if (!hex.success) throw new FinalityError('HEADER_MALFORMED', 'The header is not in hex', { field: 'header' });
  return Buffer.from(hex.data.slice(2), 'hex');
}
