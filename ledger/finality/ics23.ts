import { isSameBytes, sha256 } from './comet-encoding.ts';
import { FinalityError } from './finality-error.ts';
import { decodeMessage, decodeVarint, encodeDelimited, type ProtobufField } from './protobuf.ts';

/** `iavl`: the tree of one store. `simple`: the tree over the roots of all stores. */
export type Ics23Spec = 'iavl' | 'simple';

const MAX_PATH = 128;
const HASH_BYTES = 32;
/** Number of SHA256 in `HashOp`, and of VAR_PROTO in `LengthOp`. */
const SHA256 = 1n;
const VAR_PROTO = 1n;
/** `CommitmentProof.exist`. */
const EXISTENCE = 1;
const LEAF_PREFIX = Buffer.of(0);
const NODE_PREFIX = Buffer.of(1);
/** IAVL writes the length of a child's hash before it. */
const CHILD_LENGTH = Buffer.of(HASH_BYTES);

/** Where an IAVL node says that it stands: leaves have height 0 and size 1. */
interface IavlNode {
  readonly height: bigint;
  readonly size: bigint;
}

/**
 * The root of the tree in which `key` has `value`, by an ICS-23 existence proof. The bytes are attacker-controlled.
 *
 * Requirements: a `CommitmentProof` of existence for this key and value; leaf and inner nodes of exactly the forms that
 * the tree writes, so that no node can be taken for another: heights and sizes of IAVL nodes grow towards the root.
 *
 * @throws FinalityError PROOF_MALFORMED, PROOF_INVALID, VALUE_DIFFERS
 */
export function existenceRoot(spec: Ics23Spec, proof: Uint8Array, key: Uint8Array, value: Uint8Array): Uint8Array {
  const [existence] = readMembers(proof, [EXISTENCE]);
  const [provedKey, provedValue, leaf] = readMembers(asBytes(existence), [1, 2, 3], 4);
  if (!isSameBytes(asBytes(provedKey), key)) throw invalid('The proof is for another key');
  if (!isSameBytes(asBytes(provedValue), value)) {
    throw new FinalityError('VALUE_DIFFERS', 'The proof is for another value');
  }
  if (key.length === 0 || value.length === 0) throw malformed('Key or value is empty');
  let node = readLeaf(spec, asBytes(leaf));
  let hash = sha256(node.prefix, encodeDelimited(key), encodeDelimited(sha256(value)));
  for (const inner of readPath(asBytes(existence))) {
    const above = readInner(spec, inner, node);
    hash = sha256(above.prefix, hash, above.suffix);
    node = above;
  }
  return hash;
}

interface ProofNode extends IavlNode {
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
}

/** `LeafOp`: SHA-256 over prefix, key and SHA-256 of the value, lengths before both. */
function readLeaf(spec: Ics23Spec, bytes: Uint8Array): ProofNode {
  const [hash, prehashValue, length, prefix] = readMembers(bytes, [1, 3, 4, 5]);
  if (hash !== SHA256 || prehashValue !== SHA256 || length !== VAR_PROTO) {
    throw malformed('The leaf is hashed otherwise');
  }
  const leaf = { height: 0n, size: 1n, prefix: asBytes(prefix), suffix: Buffer.alloc(0) };
  if (spec === 'simple') {
    if (!isSameBytes(leaf.prefix, LEAF_PREFIX)) throw malformed('The leaf has another prefix');
    return leaf;
  }
  const { height, size, rest } = readIavlPrefix(leaf.prefix);
  if (height !== 0n || size !== 1n || rest.length > 0) throw malformed('The leaf is no leaf of IAVL');
  return leaf;
}

function readPath(existence: Uint8Array): readonly Uint8Array[] {
  const path = fieldsOf(existence).filter(({ number }) => number === 4);
  if (path.length > MAX_PATH) throw malformed('The path is longer than any tree is high');
  return path.map(({ value }) => asBytes(value));
}

/** `InnerOp`: SHA-256 over prefix, the hash below and suffix; the other child stands in one of the two. */
function readInner(spec: Ics23Spec, bytes: Uint8Array, below: IavlNode): ProofNode {
  const members = fieldsOf(bytes);
  const suffix = members.some(({ number }) => number === 3)
    ? asBytes(readMembers(bytes, [1, 2, 3])[2])
    : Buffer.alloc(0);
  const [hash, prefix] = readMembers(bytes, suffix.length > 0 ? [1, 2, 3] : [1, 2]);
  if (hash !== SHA256) throw malformed('A node is hashed otherwise');
  const inner = { prefix: asBytes(prefix), suffix };
  if (spec === 'simple') {
    if (!isSameBytes(inner.prefix.subarray(0, 1), NODE_PREFIX)) throw malformed('A node has another prefix');
    assertChildren(inner.prefix.subarray(1), suffix, Buffer.alloc(0));
    return { ...inner, height: 0n, size: 1n };
  }
  const { height, size, rest } = readIavlPrefix(inner.prefix);
  if (height <= below.height || size <= below.size) throw malformed('A node of IAVL stands above a higher one');
  if (!isSameBytes(rest.subarray(-1), CHILD_LENGTH)) throw malformed('A node of IAVL has another form');
  assertChildren(rest.subarray(0, -1), suffix, CHILD_LENGTH);
  return { ...inner, height, size };
}

/** The hash below is the left child, and the right one follows, or it is the right one and the left stands before it. */
function assertChildren(before: Uint8Array, after: Uint8Array, lengthPrefix: Uint8Array): void {
  const [sibling, none] = before.length === 0 ? [after, before] : [before, after];
  const isHash =
    sibling.length === lengthPrefix.length + HASH_BYTES &&
    isSameBytes(sibling.subarray(0, lengthPrefix.length), lengthPrefix);
  if (!isHash || none.length > 0) throw malformed('A node does not have two children');
}

/** Height, size and version, as signed varints (zigzag), none negative. */
function readIavlPrefix(prefix: Uint8Array): IavlNode & { readonly rest: Uint8Array } {
  const numbers: bigint[] = [];
  let offset = 0;
  for (let index = 0; index < 3; index += 1) {
    const number = decodeVarint(prefix, offset);
    if (number === null || (number.value & 1n) === 1n) throw malformed('A node of IAVL has another prefix');
    numbers.push(number.value >> 1n);
    offset = number.end;
  }
  const [height = 0n, size = 0n] = numbers;
  return { height, size, rest: prefix.subarray(offset) };
}

/** The members with these numbers, each there once and no other, but for `repeated`, which may stand at the end. */
function readMembers(
  bytes: Uint8Array,
  numbers: readonly number[],
  repeated?: number,
): readonly ProtobufField['value'][] {
  const single = fieldsOf(bytes).filter(({ number }) => number !== repeated);
  if (single.length !== numbers.length || single.some(({ number }, index) => number !== numbers[index])) {
    throw malformed('The proof has other members than a proof of existence');
  }
  return single.map(({ value }) => value);
}

function fieldsOf(bytes: Uint8Array): readonly ProtobufField[] {
  const fields = decodeMessage(bytes);
  if (fields === null) throw malformed('The proof is not canonical protobuf');
  return fields;
}

function asBytes(value: ProtobufField['value'] | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw malformed('A member of the proof is of another type');
}

function malformed(message: string): FinalityError {
  return new FinalityError('PROOF_MALFORMED', message);
}

function invalid(message: string): FinalityError {
  return new FinalityError('PROOF_INVALID', message);
}
