import { encodeRlp, getBytes, keccak256 } from 'ethers';

import { FinalityError } from './finality-error.ts';
import { asStrings, byteLength, decodeCanonicalRlp, type RlpItem } from './rlp.ts';

/** Root of a trie with nothing in it: keccak256(0x80). */
export const EMPTY_TRIE_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';
const EMPTY_TRIE_NODE = '0x80';

const BRANCH_LENGTH = 17;
const HASH_BYTES = 32;

/** A path through the tree: a string of hex digits, one a step. */
type Nibbles = string;

/** What stands below a node for the rest of the path: a value, nothing, or a node. */
type Step =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'node'; readonly node: RlpItem; readonly rest: Nibbles };

/**
 * What a Merkle Patricia trie (Yellow Paper, appendix D) has under a key: the value as hex, or null where the proof
 * shows that there is none. The nodes are attacker-controlled.
 *
 * Requirements: from the root down each node is the one whose hash the node above names, in canonical RLP, and the last
 * decides; a node more or less is an error. Nodes shorter than 32 bytes stand inside their parent and not in the proof.
 *
 * @param root hash of the topmost node
 * @param key hex of the whole path; state and storage tries have the hash of address or slot here
 * @param proof the nodes as hex, from the root down
 * @throws FinalityError PROOF_INVALID with `details.node`, the number of the node that is wrong or missing
 */
export function readTrie(root: string, key: string, proof: readonly string[]): string | null {
  if (root === EMPTY_TRIE_ROOT && (proof.length === 0 || (proof.length === 1 && proof[0] === EMPTY_TRIE_NODE))) {
    return null;
  }
  const nodes = new ProofNodes(proof);
  let step = descend(nodes.take(root), key.slice(2), nodes);
  while (step.kind === 'node') step = descend(step.node, step.rest, nodes);
  nodes.assertUsed();
  return step.kind === 'value' ? step.value : null;
}

/** Hands out the nodes of a proof in order, each only as the one that is asked for by its hash. */
class ProofNodes {
  readonly #nodes: readonly string[];
  #next = 0;

  constructor(nodes: readonly string[]) {
    this.#nodes = nodes;
  }

  take(hash: string): RlpItem {
    const node = this.#nodes[this.#next];
    if (node === undefined) this.fail('The proof ends before it decides');
    if (keccak256(node) !== hash) this.fail('A node of the proof is not the one that is named above it');
    const item = decodeCanonicalRlp(getBytes(node));
    if (item === null) this.fail('A node of the proof is not canonical RLP');
    this.#next += 1;
    return item;
  }

  assertUsed(): void {
    if (this.#next < this.#nodes.length) this.fail('The proof goes on after it has decided');
  }

  fail(message: string): never {
    throw new FinalityError('PROOF_INVALID', message, { node: this.#next });
  }
}

function descend(node: RlpItem, path: Nibbles, nodes: ProofNodes): Step {
  if (typeof node !== 'string' && node.length === BRANCH_LENGTH) return descendBranch(node, path, nodes);
  if (typeof node !== 'string' && node.length === 2) return descendShort(node, path, nodes);
  return nodes.fail('A node of the proof has a form that no node has');
}

function descendBranch(branch: readonly RlpItem[], path: Nibbles, nodes: ProofNodes): Step {
  if (path !== '') return follow(branch[Number(`0x${path.charAt(0)}`)], path.slice(1), nodes);
  const value = branch[BRANCH_LENGTH - 1];
  if (typeof value !== 'string') return nodes.fail('A value of the proof is a list');
  return value === '0x' ? { kind: 'absent' } : { kind: 'value', value };
}

/** A leaf or an extension, told apart by the first digit of the encoded path (hex prefix, appendix C). */
function descendShort([encoded, target]: readonly RlpItem[], path: Nibbles, nodes: ProofNodes): Step {
  const { isLeaf, nibbles } = decodePath(encoded, nodes);
  if (isLeaf) {
    if (typeof target !== 'string' || target === '0x') return nodes.fail('A leaf of the proof has no value');
    return nibbles === path ? { kind: 'value', value: target } : { kind: 'absent' };
  }
  if (nibbles === '') return nodes.fail('An extension of the proof leads nowhere');
  if (!path.startsWith(nibbles)) return { kind: 'absent' };
  const below = follow(target, path.slice(nibbles.length), nodes);
  return below.kind === 'absent' ? nodes.fail('An extension of the proof leads to nothing') : below;
}

function decodePath(encoded: RlpItem | undefined, nodes: ProofNodes): { isLeaf: boolean; nibbles: Nibbles } {
  const digits = typeof encoded === 'string' ? encoded.slice(2) : '';
  const flag = digits.charAt(0);
  const isOdd = flag === '1' || flag === '3';
  const isEven = (flag === '0' || flag === '2') && digits.charAt(1) === '0';
  if (!isOdd && !isEven) return nodes.fail('A path of the proof is not encoded as paths are');
  return { isLeaf: flag === '2' || flag === '3', nibbles: digits.slice(isOdd ? 1 : 2) };
}

/** @param child nothing, the hash of a node, or a short node itself */
function follow(child: RlpItem | undefined, rest: Nibbles, nodes: ProofNodes): Step {
  if (child === undefined || child === '0x') return { kind: 'absent' };
  if (typeof child !== 'string') {
    if (byteLength(encodeRlp(child)) >= HASH_BYTES) return nodes.fail('A long node of the proof stands inside another');
    return { kind: 'node', node: child, rest };
  }
  if (byteLength(child) !== HASH_BYTES) {
    return nodes.fail('A node of the proof names another by something else than a hash');
  }
  return { kind: 'node', node: nodes.take(child), rest };
}

/** The value of a trie as a list of strings, or null when it is none in canonical RLP. */
export function decodeTrieList(value: string): readonly string[] | null {
  return asStrings(decodeCanonicalRlp(getBytes(value)) ?? undefined);
}
