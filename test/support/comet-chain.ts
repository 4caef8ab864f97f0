import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** Blocks as CometBFT would commit them, by keys of our own. Nothing here is taken from the code that it tests. */

type Bytes = Uint8Array;

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export function sha(...parts: readonly Bytes[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

export function sized(bytes: Bytes): Buffer {
  return Buffer.concat([varint(BigInt(bytes.length)), bytes]);
}

/** A number of a protobuf message. */
export function numberField(field: number, value: bigint | number): Buffer {
  return BigInt(value) === 0n ? Buffer.alloc(0) : Buffer.concat([Buffer.of(field << 3), varint(BigInt(value))]);
}

/** A message or bytes of a protobuf message, also when empty. */
export function partField(field: number, ...parts: readonly Bytes[]): Buffer {
  return Buffer.concat([Buffer.of((field << 3) | 2), sized(Buffer.concat(parts))]);
}

function fixedField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(9, (field << 3) | 1);
  bytes.writeBigInt64LE(BigInt(value), 1);
  return value === 0 ? Buffer.alloc(0) : bytes;
}

function textField(field: number, bytes: Bytes): Buffer {
  return bytes.length === 0 ? Buffer.alloc(0) : partField(field, bytes);
}

export interface CometKey {
  readonly address: string;
  /** Base64. */
  readonly publicKey: string;
  readonly power: bigint;
  readonly privateKey: KeyObject;
}

/** The same key for the same name, always. */
export function cometKey(name: string, power = 1n): CometKey {
  const der = Buffer.concat([PKCS8_PREFIX, sha(Buffer.from(`dxl test validator ${name}`))]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(12);
  const address = sha(raw).toString('hex', 0, 20).toUpperCase();
  return { address, publicKey: raw.toString('base64'), power, privateKey };
}

/** The strongest first, then by address. */
export function inOrder(keys: readonly CometKey[]): CometKey[] {
  return keys.toSorted((left, right) =>
    left.power === right.power ? (left.address < right.address ? -1 : 1) : Number(right.power - left.power),
  );
}

function treeRoot(leaves: readonly Bytes[]): Buffer {
  if (leaves.length === 1) return sha(Buffer.of(0), leaves[0]!);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha(Buffer.of(1), treeRoot(leaves.slice(0, split)), treeRoot(leaves.slice(split)));
}

export function validatorsHash(keys: readonly CometKey[]): Buffer {
  return treeRoot(
    inOrder(keys).map(({ publicKey, power }) => {
      return Buffer.concat([partField(1, partField(1, Buffer.from(publicKey, 'base64'))), numberField(2, power)]);
    }),
  );
}

const hexHash = (name: string): string => sha(Buffer.from(name)).toString('hex').toUpperCase();

function timeMessage(time: string): Buffer {
  const [moment = '', nanos = ''] = time.replace('Z', '').split('.');
  const seconds = BigInt(Date.parse(`${moment}Z`)) / 1000n;
  return Buffer.concat([numberField(1, seconds), numberField(2, BigInt(nanos.padEnd(9, '0')))]);
}

interface BlockId {
  readonly hash: string;
  readonly parts: { readonly total: number; readonly hash: string };
}

function blockIdMessage({ hash, parts }: BlockId): Buffer {
  const partSet = Buffer.concat([numberField(1, parts.total), textField(2, Buffer.from(parts.hash, 'hex'))]);
  return Buffer.concat([textField(1, Buffer.from(hash, 'hex')), partField(2, partSet)]);
}

export function buildHeader(keys: readonly CometKey[], appHash: string, height = 97) {
  return {
    version: { block: '11', app: '3' },
    chain_id: 'test-net-1',
    height: String(height),
    time: '2026-11-23T04:05:13.4759Z',
    last_block_id: { hash: hexHash('last'), parts: { total: 2, hash: hexHash('last parts') } },
    last_commit_hash: hexHash('last commit'),
    data_hash: hexHash('data'),
    validators_hash: validatorsHash(keys).toString('hex').toUpperCase(),
    next_validators_hash: hexHash('next validators'),
    consensus_hash: hexHash('consensus'),
    app_hash: appHash,
    last_results_hash: '',
    evidence_hash: hexHash('evidence'),
    proposer_address: inOrder(keys)[0]!.address,
  };
}

export type HeaderJson = ReturnType<typeof buildHeader>;

export function hashHeader(header: HeaderJson): Buffer {
  const hashes = [
    header.last_commit_hash,
    header.data_hash,
    header.validators_hash,
    header.next_validators_hash,
    header.consensus_hash,
    header.app_hash,
    header.last_results_hash,
    header.evidence_hash,
    header.proposer_address,
  ];
  return treeRoot([
    Buffer.concat([numberField(1, BigInt(header.version.block)), numberField(2, BigInt(header.version.app))]),
    textField(1, Buffer.from(header.chain_id)),
    numberField(1, BigInt(header.height)),
    timeMessage(header.time),
    blockIdMessage(header.last_block_id),
    ...hashes.map((hash) => textField(1, Buffer.from(hash, 'hex'))),
  ]);
}

/** What a validator does: sign the block, sign that there is none, or nothing. */
export type Voting = 'block' | 'nil' | 'absent';

export interface SignatureJson {
  block_id_flag: number;
  validator_address: string;
  timestamp: string;
  signature: string | null;
}

export const ABSENT: SignatureJson = {
  block_id_flag: 1,
  validator_address: '',
  timestamp: '0001-01-01T00:00:00Z',
  signature: null,
};

export interface CommitJson {
  height: string;
  round: number;
  block_id: BlockId;
  signatures: SignatureJson[];
}

/** @param votes of the keys in the order of the set */
export function buildCommit(
  header: HeaderJson,
  keys: readonly CometKey[],
  votes: readonly Voting[],
  round = 0,
): CommitJson {
  const hash = hashHeader(header).toString('hex').toUpperCase();
  const commit = { height: header.height, round, block_id: { hash, parts: { total: 1, hash: hexHash('parts') } } };
  const signatures = inOrder(keys).map((key, index) =>
    signVote(header.chain_id, commit, key, votes[index] ?? 'block', index),
  );
  return { ...commit, signatures };
}

export function signVote(
  chainId: string,
  { height, round, block_id: blockId }: Omit<CommitJson, 'signatures'>,
  key: CometKey,
  voting: Voting,
  index: number,
): SignatureJson {
  if (voting === 'absent') return ABSENT;
  const timestamp = `2026-11-23T04:05:14.${String(index + 1)}25Z`;
  const message = Buffer.concat([
    numberField(1, 2),
    fixedField(2, Number(height)),
    fixedField(3, round),
    voting === 'block' ? partField(4, blockIdMessage(blockId)) : Buffer.alloc(0),
    partField(5, timeMessage(timestamp)),
    textField(6, Buffer.from(chainId)),
  ]);
  const signature = sign(null, sized(message), key.privateKey).toString('base64');
  return { block_id_flag: voting === 'block' ? 2 : 3, validator_address: key.address, timestamp, signature };
}
