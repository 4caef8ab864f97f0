import { getBytes, keccak256 } from 'ethers';
import { z } from 'zod';

import { bytes32Schema } from '../documents/terms.ts';
import { type Bytes32, parseBytes32 } from '../ids.ts';
import { firstProblem } from '../json/first-problem.ts';
import { FinalityError } from './finality-error.ts';
import { byteLength, decodeCanonicalRlp, isRlpInteger, rlpInteger } from './rlp.ts';
import { decodeTrieList, EMPTY_TRIE_ROOT, readTrie } from './trie-proof.ts';

/** A path has 64 steps. */
const MAX_NODES = 65;
/** A full branch has 532 bytes; an account 110. */
const MAX_NODE_DIGITS = 2 * 1_024;
const MAX_SLOTS = 1_024;
/** keccak256 of no code. */
const EMPTY_CODE_HASH = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470';
const ZERO_HASH = `0x${'00'.repeat(32)}`;

const quantitySchema = z
  .string()
  .regex(/^0x(?:0|[1-9a-f][0-9a-f]{0,63})$/)
  .transform(BigInt);

/** Some nodes give a slot or a value as 32 bytes, others without leading zeros. */
const wordSchema = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/)
  .transform(BigInt);

const nodesSchema = z
  .array(
    z
      .string()
      .max(2 + MAX_NODE_DIGITS)
      .regex(/^0x(?:[0-9a-f]{2})+$/),
  )
  .max(MAX_NODES);

const proofSchema = z.object({
  address: z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/)
    .transform((text) => text.toLowerCase()),
  accountProof: nodesSchema,
  balance: quantitySchema,
  nonce: quantitySchema,
  codeHash: bytes32Schema,
  storageHash: bytes32Schema,
  storageProof: z.array(z.object({ key: wordSchema, value: wordSchema, proof: nodesSchema })).max(MAX_SLOTS),
});

/** What `eth_getProof` answers (EIP-1186). */
export type EthProof = Readonly<z.output<typeof proofSchema>>;

/** What a block has at an address. */
export interface ProvedAccount {
  readonly address: string;
  /** False: the block has nothing at the address; the other members are those of an empty account. */
  readonly exists: boolean;
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly codeHash: Bytes32;
  readonly storageHash: Bytes32;
  /** Only the slots that the proof is about; 0 where there is nothing. */
  readonly storage: ReadonlyMap<bigint, bigint>;
}

type Account = Omit<ProvedAccount, 'address' | 'storage'>;

const NO_ACCOUNT: Account = {
  exists: false,
  nonce: 0n,
  balance: 0n,
  codeHash: parseBytes32(EMPTY_CODE_HASH),
  storageHash: parseBytes32(EMPTY_TRIE_ROOT),
};

/** Members that nodes add are dropped. @throws FinalityError PROOF_MALFORMED with `details.path` and `details.rule` */
export function parseEthProof(value: unknown): EthProof {
  const result = proofSchema.safeParse(value);
  if (result.success) return result.data;
  throw new FinalityError('PROOF_MALFORMED', 'Not an answer of eth_getProof', { ...firstProblem(result.error) });
}

/**
 * Proves an account and slots of its storage, or that they are not there.
 *
 * Requirements: the account proof leads from `stateRoot`, each storage proof from the account's storage root, and what
 * stands at the end is what the answer says beside it.
 *
 * @param stateRoot of a header that is proved final
 * @throws FinalityError PROOF_INVALID, VALUE_DIFFERS with `details.field` or `details.slot`
 */
export function verifyEthProof(stateRoot: Bytes32, proof: EthProof): ProvedAccount {
  const account = readAccount(stateRoot, proof);
  assertClaims(account, proof);
  const storage = new Map<bigint, bigint>();
  for (const { key, value, proof: nodes } of proof.storageProof) {
    const proved = readSlot(account.storageHash, key, nodes);
    if (proved !== value) throw valueDiffers({ slot: toWord(key), expected: toWord(value), actual: toWord(proved) });
    storage.set(key, proved);
  }
  return { address: proof.address, ...account, storage };
}

function readAccount(stateRoot: Bytes32, { address, accountProof }: EthProof): Account {
  const value = within({ address }, () => readTrie(stateRoot, keccak256(address), accountProof));
  if (value === null) return NO_ACCOUNT;
  const parts = decodeTrieList(value);
  const [nonce = '0x', balance = '0x', storageHash = '0x', codeHash = '0x'] = parts ?? [];
  const isAccount =
    parts?.length === 4 &&
    isRlpInteger(nonce, 8) &&
    isRlpInteger(balance, 32) &&
    byteLength(storageHash) === 32 &&
    byteLength(codeHash) === 32;
  if (!isAccount) throw new FinalityError('PROOF_INVALID', 'What stands at the address is no account', { address });
  return {
    exists: true,
    nonce: rlpInteger(nonce),
    balance: rlpInteger(balance),
    codeHash: parseBytes32(codeHash),
    storageHash: parseBytes32(storageHash),
  };
}

/** Of an account that is not there, nodes give the hashes of an empty one or zeros. */
function assertClaims(account: Account, claimed: EthProof): void {
  for (const field of ['nonce', 'balance'] as const) {
    if (account[field] === claimed[field]) continue;
    throw valueDiffers({ field, expected: String(claimed[field]), actual: String(account[field]) });
  }
  for (const field of ['codeHash', 'storageHash'] as const) {
    if (account[field] === claimed[field] || (!account.exists && claimed[field] === ZERO_HASH)) continue;
    throw valueDiffers({ field, expected: claimed[field], actual: account[field] });
  }
}

function readSlot(storageHash: Bytes32, slot: bigint, nodes: readonly string[]): bigint {
  const where = { slot: toWord(slot) };
  const value = within(where, () => readTrie(storageHash, keccak256(toWord(slot)), nodes));
  if (value === null) return 0n;
  const word = decodeCanonicalRlp(getBytes(value));
  // A slot of 0 is taken out of the trie.
  if (typeof word !== 'string' || word === '0x' || !isRlpInteger(word, 32)) {
    throw new FinalityError('PROOF_INVALID', 'What stands at the slot is no word', where);
  }
  return rlpInteger(word);
}

/** Says which of the proofs was wrong. */
function within<Value>(where: Readonly<Record<string, string>>, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof FinalityError)) throw cause;
    throw new FinalityError(cause.code, cause.message, { ...where, ...cause.details }, cause);
  }
}

function valueDiffers(details: Readonly<Record<string, string>>): FinalityError {
  return new FinalityError('VALUE_DIFFERS', 'The proof is of another value than the answer says', details);
}

function toWord(value: bigint): string {
  return `0x${value.toString(16).padStart(64, '0')}`;
}
