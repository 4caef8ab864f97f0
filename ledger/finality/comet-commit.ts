import { z } from 'zod';

import { type Bytes32, parseBytes32 } from '../ids.ts';
import { firstProblem } from '../json/first-problem.ts';
import { importPublicKey, verifyBytes } from '../signatures/signature-key.ts';
import { encodeBlockId, encodeTime, isSameBytes, toUpperHex } from './comet-encoding.ts';
import { type CometHeader, cometHeaderHash } from './comet-header.ts';
import {
  base64Schema,
  blockIdSchema,
  cometAddressSchema,
  cometTimeSchema,
  heightSchema,
  int32Schema,
} from './comet-terms.ts';
import { type CometValidator, type CometValidators, cometValidators, isSetOf } from './comet-validators.ts';
import { FinalityError } from './finality-error.ts';
import { bytesField, encodeDelimited, fixed64Field, messageField, varintField } from './protobuf.ts';
import type { CometTrust } from './trusted-validators.ts';

const ABSENT = 1;
const COMMIT = 2;
const NIL = 3;
const PRECOMMIT = 2n;
const MAX_SIGNATURES = 1_000;

/** A validator of whom no vote came has no signature at his place. */
const absentSchema = z.strictObject({
  block_id_flag: z.literal(ABSENT),
  validator_address: z.literal(''),
  timestamp: z.literal('0001-01-01T00:00:00Z'),
  signature: z.union([z.null(), z.literal('')]),
});

/** A vote: for the block, or for none. */
const voteSchema = z.strictObject({
  block_id_flag: z.union([z.literal(COMMIT), z.literal(NIL)]),
  validator_address: cometAddressSchema.transform(toUpperHex),
  timestamp: cometTimeSchema,
  signature: base64Schema,
});

const commitSchema = z.strictObject({
  height: heightSchema,
  round: int32Schema,
  block_id: blockIdSchema,
  signatures: z.array(z.union([absentSchema, voteSchema])).max(MAX_SIGNATURES),
});

/** A commit as `/commit` of CometBFT gives it; nothing of it is proved yet. */
export type CometCommit = Readonly<z.output<typeof commitSchema>>;
type Vote = Readonly<z.output<typeof voteSchema>>;

/** A block that known validators with more than two thirds of the power signed. */
export interface CometFinality {
  readonly number: number;
  readonly hash: Bytes32;
  readonly appHash: Bytes32;
  readonly round: number;
  /** Addresses in upper-case hex, in the order of the commit. */
  readonly signers: readonly string[];
  readonly validators: number;
  readonly power: bigint;
  readonly totalPower: bigint;
}

/** @throws FinalityError COMMIT_MALFORMED with `details.path` and `details.rule` of the first problem */
export function parseCometCommit(value: unknown): CometCommit {
  const result = commitSchema.safeParse(value);
  if (result.success) return result.data;
  throw new FinalityError('COMMIT_MALFORMED', 'Not a commit of CometBFT', { ...firstProblem(result.error) });
}

/**
 * Proves that the known validators agreed on a block.
 *
 * Requirements: the header is of the known chain and made by exactly the known set; the commit is of this header; each
 * signature stands at its validator's place and verifies, also of a vote for no block, which does not count; and those
 * for the block have more than two thirds of all power.
 *
 * @throws FinalityError CHAIN_ID_DIFFERS, VALIDATORS_DIFFER, HEIGHT_DIFFERS, HASH_DIFFERS, COMMIT_MALFORMED, SEAL_DOUBLED,
 * SEAL_FOREIGN, SEAL_INVALID, POWER_MISSED
 */
export function verifyCometCommit(header: CometHeader, commit: CometCommit, trust: CometTrust): CometFinality {
  const validators = cometValidators(trust);
  assertHeader(header, trust.chainId, validators);
  assertSameBlock(header, commit);
  const voters = matchVoters(commit, validators);
  for (const { seal, vote, validator } of voters) {
    const key = importPublicKey('ed25519', validator.publicKey);
    if (verifyBytes(key, voteBytes(header.chain_id, commit, vote), vote.signature)) continue;
    const { address } = validator;
    throw new FinalityError('SEAL_INVALID', 'A signature does not verify', {
      block: header.height,
      seal,
      signer: address,
    });
  }
  const signers = voters.filter(({ vote }) => vote.block_id_flag === COMMIT).map(({ validator }) => validator);
  const power = signers.reduce((sum, validator) => sum + validator.power, 0n);
  assertPower(header.height, power, validators.totalPower);
  return {
    number: header.height,
    hash: toBytes32(cometHeaderHash(header)),
    appHash: toBytes32(header.app_hash),
    round: commit.round,
    signers: signers.map(({ address }) => address),
    validators: validators.list.length,
    power,
    totalPower: validators.totalPower,
  };
}

function assertHeader(header: CometHeader, chainId: string, validators: CometValidators): void {
  const where = { block: header.height };
  if (header.chain_id !== chainId) {
    const details = { ...where, expected: chainId, actual: header.chain_id };
    throw new FinalityError('CHAIN_ID_DIFFERS', 'The header is of another chain', details);
  }
  if (!isSetOf(validators, header.validators_hash)) {
    throw new FinalityError('VALIDATORS_DIFFER', 'The header was made by other validators than the known ones', {
      ...where,
      expected: toUpperHex(validators.hash),
      actual: toUpperHex(header.validators_hash),
    });
  }
  if (header.app_hash.length === 0) {
    throw new FinalityError('HEADER_MALFORMED', 'The header has no app hash', { ...where, field: 'app_hash' });
  }
}

function assertSameBlock(header: CometHeader, commit: CometCommit): void {
  const where = { block: header.height };
  if (commit.height !== header.height) {
    const details = { ...where, expected: header.height, actual: commit.height };
    throw new FinalityError('HEIGHT_DIFFERS', 'The commit is of another height', details);
  }
  const hash = cometHeaderHash(header);
  if (isSameBytes(hash, commit.block_id.hash)) return;
  throw new FinalityError('HASH_DIFFERS', 'The commit is of another header', {
    ...where,
    expected: toUpperHex(commit.block_id.hash),
    actual: toUpperHex(hash),
  });
}

interface Voter {
  readonly seal: number;
  readonly vote: Vote;
  readonly validator: CometValidator;
}

/** Who voted, each at his own place. */
function matchVoters({ height, signatures }: CometCommit, { list }: CometValidators): readonly Voter[] {
  const seen = new Set<string>();
  const voters = signatures.flatMap((vote, seal): Voter[] => {
    if (vote.block_id_flag === ABSENT) return [];
    const where = { block: height, seal, signer: vote.validator_address };
    const validator = list.find(({ address }) => address === vote.validator_address);
    if (validator === undefined) throw new FinalityError('SEAL_FOREIGN', 'A signature is not by a validator', where);
    if (seen.has(validator.address)) throw new FinalityError('SEAL_DOUBLED', 'A validator signed twice', where);
    seen.add(validator.address);
    if (list[seal] !== validator) {
      throw new FinalityError('COMMIT_MALFORMED', "A signature stands at another validator's place", where);
    }
    return [{ seal, vote, validator }];
  });
  if (signatures.length === list.length) return voters;
  throw new FinalityError('COMMIT_MALFORMED', 'The commit does not have a place for each validator', {
    block: height,
    expected: list.length,
    actual: signatures.length,
  });
}

/** What a validator signs: `CanonicalVote`, its length before it. A vote for no block has no block id. */
function voteBytes(chainId: string, { height, round, block_id: blockId }: CometCommit, vote: Vote): Uint8Array {
  return encodeDelimited(
    Buffer.concat([
      varintField(1, PRECOMMIT),
      fixed64Field(2, BigInt(height)),
      fixed64Field(3, BigInt(round)),
      vote.block_id_flag === COMMIT ? messageField(4, encodeBlockId(blockId)) : new Uint8Array(),
      messageField(5, encodeTime(vote.timestamp)),
      bytesField(6, Buffer.from(chainId, 'latin1')),
    ]),
  );
}

function assertPower(block: number, power: bigint, totalPower: bigint): void {
  if (3n * power > 2n * totalPower) return;
  const details = { block, power: String(power), totalPower: String(totalPower) };
  throw new FinalityError('POWER_MISSED', 'No more than two thirds of the power signed the block', details);
}

function toBytes32(bytes: Uint8Array): Bytes32 {
  return parseBytes32(`0x${Buffer.from(bytes).toString('hex')}`);
}
