import { encodeRlp, getBytes, keccak256 } from 'ethers';

import { type Bytes32, parseBytes32 } from '../ids.ts';
import { FinalityError } from './finality-error.ts';
import { asStrings, byteLength, decodeCanonicalRlp, isRlpInteger, type RlpItem, rlpInteger } from './rlp.ts';

/** A header of 100 validators has 9 kB. */
export const MAX_HEADER_BYTES = 64 * 1024;

/** The mark of Istanbul consensus: the last 32 letters of "Istanbul practical byzantine fault tolerance". */
const MIX_HASH = '0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365';
const DIFFICULTY = '0x01';
const ADD_VOTE = '0xff';
const DROP_VOTE = '0x';
const ADDRESS_BYTES = 20;
const SEAL_BYTES = 65;
const VANITY_BYTES = 32;
const MAX_ROUND_BYTES = 4;

type FieldForm = 'address' | 'bloom' | 'bytes' | 'hash' | 'integer' | 'nonce' | 'quantity';

/** Fields in the order of the encoding; those after `nonce` came with later forks. */
const FIELDS = [
  ['parentHash', 'hash'],
  ['ommersHash', 'hash'],
  ['coinbase', 'address'],
  ['stateRoot', 'hash'],
  ['transactionsRoot', 'hash'],
  ['receiptsRoot', 'hash'],
  ['logsBloom', 'bloom'],
  ['difficulty', 'quantity'],
  ['number', 'integer'],
  ['gasLimit', 'integer'],
  ['gasUsed', 'integer'],
  ['timestamp', 'integer'],
  ['extraData', 'bytes'],
  ['mixHash', 'hash'],
  ['nonce', 'nonce'],
  ['baseFeePerGas', 'quantity'],
  ['withdrawalsRoot', 'hash'],
  ['blobGasUsed', 'integer'],
  ['excessBlobGas', 'integer'],
  ['parentBeaconBlockRoot', 'hash'],
  ['requestsHash', 'hash'],
  ['balHash', 'hash'],
  ['slotNumber', 'integer'],
] as const satisfies readonly (readonly [name: string, form: FieldForm])[];

const MIN_FIELDS = 15;
/** `blobGasUsed` and `excessBlobGas` came together. */
const IMPOSSIBLE_FIELDS = 18;
const EXTRA_DATA_INDEX = 12;
const EXTRA_PARTS = 5;

type FieldName = (typeof FIELDS)[number][0];

export interface QbftVote {
  /** Address in lower case. */
  readonly recipient: string;
  readonly adds: boolean;
}

export interface QbftExtra {
  readonly vanity: string;
  /** Addresses in lower case, in the order of the header. */
  readonly validators: readonly string[];
  readonly vote: QbftVote | null;
  readonly round: number;
  readonly seals: readonly string[];
}

/** A well-formed header of a QBFT chain; nothing of it is proved yet. */
export interface QbftHeader {
  readonly number: number;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly parentHash: Bytes32;
  readonly stateRoot: Bytes32;
  readonly receiptsRoot: Bytes32;
  /** The proposer, in lower case. */
  readonly coinbase: string;
  readonly extra: QbftExtra;
  /** All fields as they are encoded. */
  readonly fields: readonly string[];
}

/**
 * Reads a header as nodes store it, seals included. The bytes are attacker-controlled.
 *
 * Requirements: the one canonical encoding of 15 to 23 fields, each of its length; mixHash and difficulty of QBFT;
 * extra data of vanity, validators, vote, round and seals, each of its length; validators strictly ascending but for
 * block 0, whose list a person wrote.
 *
 * @throws FinalityError HEADER_MALFORMED with `details.field`, NOT_QBFT, CONTRACT_MODE
 */
export function parseQbftHeader(bytes: Uint8Array): QbftHeader {
  if (bytes.length > MAX_HEADER_BYTES) throw malformed('header', 'The header is too long');
  const fields = asStrings(decodeCanonicalRlp(bytes) ?? undefined);
  if (fields === null) throw malformed('header', 'The header is not a list in canonical RLP');
  if (fields.length < MIN_FIELDS || fields.length > FIELDS.length || fields.length === IMPOSSIBLE_FIELDS) {
    throw malformed('header', 'The header has a number of fields that no fork has');
  }
  FIELDS.slice(0, fields.length).forEach(([name, form], index) => {
    if (!hasForm(fields[index] ?? '0x', form)) throw malformed(name, `The field ${name} has another form`);
  });
  const number = readInteger(fields, 'number');
  assertQbft(fields, number);
  return {
    number,
    timestamp: readInteger(fields, 'timestamp'),
    parentHash: parseBytes32(field(fields, 'parentHash')),
    stateRoot: parseBytes32(field(fields, 'stateRoot')),
    receiptsRoot: parseBytes32(field(fields, 'receiptsRoot')),
    coinbase: field(fields, 'coinbase'),
    extra: parseExtra(field(fields, 'extraData'), number),
    fields,
  };
}

function field(fields: readonly string[], name: FieldName): string {
  return fields[FIELDS.findIndex(([known]) => known === name)] ?? '0x';
}

function hasForm(value: string, form: FieldForm): boolean {
  switch (form) {
    case 'hash':
      return byteLength(value) === 32;
    case 'address':
      return byteLength(value) === ADDRESS_BYTES;
    case 'bloom':
      return byteLength(value) === 256;
    case 'nonce':
      return byteLength(value) === 8;
    case 'integer':
      return isRlpInteger(value, 8);
    case 'quantity':
      return isRlpInteger(value, 32);
    case 'bytes':
      return true;
  }
}

function readInteger(fields: readonly string[], name: 'number' | 'timestamp'): number {
  const value = Number(rlpInteger(field(fields, name)));
  if (!Number.isSafeInteger(value)) throw malformed(name, `The field ${name} is larger than any chain has it`);
  return value;
}

function assertQbft(fields: readonly string[], block: number): void {
  for (const [name, expected] of [
    ['mixHash', MIX_HASH],
    ['difficulty', DIFFICULTY],
  ] as const) {
    const actual = field(fields, name);
    if (actual === expected) continue;
    throw new FinalityError('NOT_QBFT', 'The header is not one of a QBFT chain', {
      block,
      field: name,
      expected,
      actual,
    });
  }
}

function parseExtra(extraData: string, block: number): QbftExtra {
  const parts = decodeCanonicalRlp(getBytes(extraData));
  if (parts === null || typeof parts === 'string' || parts.length !== EXTRA_PARTS) {
    throw malformed('extraData', 'The extra data is not a list of five parts in canonical RLP', block);
  }
  const [vanity, validators, vote, round, seals] = parts;
  if (typeof vanity !== 'string' || byteLength(vanity) !== VANITY_BYTES) {
    throw malformed('vanity', 'The vanity is not 32 bytes', block);
  }
  if (typeof round !== 'string' || !isRlpInteger(round, MAX_ROUND_BYTES)) {
    throw malformed('round', 'The round is not an integer in minimal form', block);
  }
  return {
    vanity,
    validators: parseValidators(validators, block),
    vote: parseVote(vote, block),
    round: Number(rlpInteger(round)),
    seals: parseList(seals, SEAL_BYTES, 'seals', block),
  };
}

function parseValidators(item: RlpItem | undefined, block: number): readonly string[] {
  const validators = parseList(item, ADDRESS_BYTES, 'validators', block);
  if (validators.length === 0) {
    throw new FinalityError('CONTRACT_MODE', 'The validators of this chain stand in a contract, not in its headers', {
      block,
    });
  }
  if (block > 0 && validators.some((address, index) => index > 0 && address <= (validators[index - 1] ?? ''))) {
    throw malformed('validators', 'The validators are not in ascending order', block);
  }
  return validators;
}

function parseVote(item: RlpItem | undefined, block: number): QbftVote | null {
  const parts = asStrings(item);
  if (parts?.length === 0) return null;
  const [recipient = '0x', kind] = parts ?? [];
  if (parts?.length !== 2 || byteLength(recipient) !== ADDRESS_BYTES || (kind !== ADD_VOTE && kind !== DROP_VOTE)) {
    throw malformed('vote', 'The vote is not an address and its kind', block);
  }
  return { recipient, adds: kind === ADD_VOTE };
}

function parseList(item: RlpItem | undefined, length: number, name: string, block: number): readonly string[] {
  const strings = asStrings(item);
  if (strings === null) throw malformed(name, `The ${name} are not a list`, block);
  if (strings.some((text) => byteLength(text) !== length)) {
    throw malformed(name, `One of the ${name} does not have ${String(length)} bytes`, block);
  }
  return strings;
}

/**
 * The hash by which nodes, logs and the next header name the block. Round and seals are not in it: each node may have
 * gathered others.
 */
export function blockHash(header: QbftHeader): Bytes32 {
  if (header.number === 0) return parseBytes32(keccak256(encodeRlp([...header.fields])));
  return hashWithRound(header, 0);
}

/** The hash that validators seal: with the round in which they agreed. */
export function commitHash(header: QbftHeader): Bytes32 {
  return hashWithRound(header, header.extra.round);
}

function hashWithRound({ fields, extra }: QbftHeader, round: number): Bytes32 {
  const { vanity, validators, vote } = extra;
  const voteItem = vote === null ? [] : [vote.recipient, vote.adds ? ADD_VOTE : DROP_VOTE];
  const roundItem = round === 0 ? '0x' : minimalHex(round);
  const extraData = encodeRlp([vanity, [...validators], voteItem, roundItem, []]);
  return parseBytes32(
    keccak256(encodeRlp(fields.map((value, index) => (index === EXTRA_DATA_INDEX ? extraData : value)))),
  );
}

function minimalHex(value: number): string {
  const digits = value.toString(16);
  return `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`;
}

function malformed(name: string, message: string, block: number | null = null): FinalityError {
  return new FinalityError('HEADER_MALFORMED', message, block === null ? { field: name } : { block, field: name });
}
