import { encodeRlp, id, keccak256, type RlpStructuredData } from 'ethers';
import { describe, expect, it } from 'vitest';

import { EMPTY_TRIE_ROOT, readTrie } from '../../../ledger/finality/trie-proof.ts';
import { refusal } from './refused.ts';

const LONG = id('a value that is so long that its node stands by itself');
const SHORT = '0x05';

function branch(children: Readonly<Record<number, RlpStructuredData>>, value = '0x'): RlpStructuredData[] {
  return Array.from({ length: 17 }, (_child, index) => (index === 16 ? value : (children[index] ?? '0x')));
}

const node = (item: RlpStructuredData): string => encodeRlp(item);
const hash = (item: RlpStructuredData): string => keccak256(encodeRlp(item));

// Hex prefix: 0 and 1 begin an extension, 2 and 3 a leaf; 1 and 3 have an odd number of digits.
const longLeaf = ['0x3abc', LONG];
const shortLeaf = ['0x35', SHORT];
const inner = branch({ 1: hash(longLeaf), 2: shortLeaf }, '0x77');
const extension = ['0x0012', hash(inner)];
const root = hash(extension);

describe('readTrie', () => {
  it('reads through extensions, branches, leaves and nodes inside nodes', () => {
    expect(readTrie(root, '0x121abc', [node(extension), node(inner), node(longLeaf)])).toBe(LONG);
    expect(readTrie(root, '0x1225', [node(extension), node(inner)])).toBe(SHORT);
    expect(readTrie(root, '0x12', [node(extension), node(inner)])).toBe('0x77');
  });

  it('shows that there is nothing: no child, another leaf, another extension, a branch without value', () => {
    const bare = branch({ 1: hash(longLeaf) });
    expect(readTrie(root, '0x1235', [node(extension), node(inner)])).toBeNull();
    expect(readTrie(root, '0x1226', [node(extension), node(inner)])).toBeNull();
    expect(readTrie(root, '0x121abd', [node(extension), node(inner), node(longLeaf)])).toBeNull();
    expect(readTrie(root, '0x13', [node(extension)])).toBeNull();
    expect(readTrie(root, '0x', [node(extension)])).toBeNull();
    expect(readTrie(hash(bare), '0x', [node(bare)])).toBeNull();
  });

  it('knows the empty trie, in both forms that nodes give it', () => {
    expect(readTrie(EMPTY_TRIE_ROOT, '0x12', [])).toBeNull();
    expect(readTrie(EMPTY_TRIE_ROOT, '0x12', ['0x80'])).toBeNull();
    expect(refusal(() => readTrie(EMPTY_TRIE_ROOT, '0x12', ['0x80', '0x80']))).toBe('PROOF_INVALID');
    expect(refusal(() => readTrie(root, '0x12', []))).toBe('PROOF_INVALID');
  });

  it.each<[what: string, key: string, nodes: RlpStructuredData[]]>([
    ['a node after the last', '0x121abc', [extension, inner, longLeaf, longLeaf]],
    ['a node that stands inside its parent already', '0x1225', [extension, inner, shortLeaf]],
    ['a node less', '0x121abc', [extension, inner]],
    ['nodes in another order', '0x121abc', [inner, extension, longLeaf]],
  ])('refuses %s', (_what, key, nodes) => {
    expect(refusal(() => readTrie(root, key, nodes.map(node)))).toBe('PROOF_INVALID');
  });

  it.each<[what: string, key: string, nodes: RlpStructuredData[]]>([
    ['a node of three parts', '0x12', [['0x12', '0x12', '0x12']]],
    ['a string for a node', '0x12', [LONG]],
    ['a branch of 16', '0x12', [branch({}).slice(0, 16)]],
    ['a branch with a list for a value', '0x', [[...branch({}).slice(0, 16), ['0x12']]]],
    ['a leaf with an empty value', '0x12', [['0x2012', '0x']]],
    ['a leaf with a list for a value', '0x12', [['0x2012', ['0x12']]]],
    ['a path with another flag', '0x12', [['0x4012', LONG]]],
    ['a path with digits where padding is', '0x12', [['0x2112', LONG]]],
    ['a path of nothing', '0x12', [['0x', LONG]]],
    ['a path that is a list', '0x12', [[['0x20'], LONG]]],
    ['an extension that leads nowhere', '0x12', [['0x00', hash(inner)], inner]],
    ['an extension that leads to nothing', '0x12', [['0x11', '0x']]],
    ['a child named by something else than a hash', '0x12', [branch({ 1: '0x1234' })]],
    ['a long node inside another', '0x1abc', [branch({ 1: longLeaf })]],
  ])('refuses %s, though the hashes are right', (_what, key, nodes) => {
    expect(refusal(() => readTrie(hash(nodes[0]!), key, nodes.map(node)))).toBe('PROOF_INVALID');
  });

  it('refuses a node that is not canonical, though its hash is right', () => {
    const loose = '0xf8' + node(longLeaf).slice(2, 4).replace('e', '2') + node(longLeaf).slice(4);
    expect(refusal(() => readTrie(keccak256(loose), '0xabc', [loose]))).toBe('PROOF_INVALID');
  });
});
