import { beforeAll, describe, expect, it } from 'vitest';

import { type EthProof, parseEthProof, verifyEthProof } from '../../../ledger/finality/eth-proof.ts';
import { EMPTY_TRIE_ROOT } from '../../../ledger/finality/trie-proof.ts';
import { type Bytes32, parseBytes32 } from '../../../ledger/ids.ts';
import { ProofChain } from '../../support/proof-chain.ts';
import { refusal, refusedBy } from './refused.ts';

/** Enough for branches below branches; small and large values. */
const WORDS = new Map(
  Array.from({ length: 300 }, (_word, index) => [BigInt(index) * 7n, BigInt(index + 1) ** 31n % 2n ** 256n]),
);
const PRESENT = [...WORDS.keys()].slice(0, 40);
const ABSENT = PRESENT.map((slot) => slot + 1n);
const STRANGER = `0x${'12'.repeat(20)}`;
const ZERO_HASH = `0x${'00'.repeat(32)}`;

let chain: ProofChain;
let stateRoot: Bytes32;
let full: string;
let empty: string;
let given: Record<string, unknown>;
let proof: EthProof;

beforeAll(async () => {
  chain = await ProofChain.start();
  full = await chain.deployStorage(WORDS);
  empty = await chain.deployStorage(new Map());
  stateRoot = parseBytes32(await chain.stateRoot());
  given = await chain.proof(full, [...PRESENT, ...ABSENT]);
  proof = parseEthProof(given);
});

/** Each of the proof's lists of nodes, changed in one way after the other: the proofs that then must not be taken. */
function* tampered(nodes: readonly string[]): Generator<string[]> {
  for (const [index, node] of nodes.entries()) {
    yield nodes.toSpliced(index, 1);
    yield nodes.toSpliced(index, 0, node);
    for (const at of [2, 4, 8, 20, Math.floor(node.length / 2), node.length - 1]) {
      const digit = (Number(`0x${node.charAt(at)}`) ^ 1).toString(16);
      yield nodes.with(index, `${node.slice(0, at)}${digit}${node.slice(at + 1)}`);
    }
    yield nodes.with(index, `${node}00`);
  }
  yield [...nodes, '0x80'];
  yield nodes.toReversed();
  yield [];
}

describe('verifyEthProof', () => {
  it('proves what a node says of slots that are there and of slots that are not', () => {
    const account = verifyEthProof(stateRoot, proof);
    expect(account).toMatchObject({ address: full, exists: true, nonce: 1n, balance: 0n });
    for (const slot of PRESENT) expect(account.storage.get(slot)).toBe(WORDS.get(slot));
    for (const slot of ABSENT) expect(account.storage.get(slot)).toBe(0n);
  });

  it('proves an account that is not there, and one with no storage', async () => {
    const nobody = parseEthProof(await chain.proof(STRANGER, [7n]));
    const bare = parseEthProof(await chain.proof(empty, [7n]));
    expect(verifyEthProof(stateRoot, nobody)).toMatchObject({ exists: false, nonce: 0n, storageHash: EMPTY_TRIE_ROOT });
    expect(verifyEthProof(stateRoot, bare)).toMatchObject({ exists: true, storageHash: EMPTY_TRIE_ROOT });
    expect(verifyEthProof(stateRoot, bare).storage.get(7n)).toBe(0n);
    // Other nodes give zeros and no nodes there.
    const zeros = { ...nobody, storageHash: parseBytes32(ZERO_HASH), codeHash: parseBytes32(ZERO_HASH) };
    const none = { ...zeros, storageProof: zeros.storageProof.map((slot) => ({ ...slot, proof: [] })) };
    expect(verifyEthProof(stateRoot, none)).toMatchObject({ exists: false, storageHash: EMPTY_TRIE_ROOT });
  });

  it('proves an account with a balance', async () => {
    const [rich = ''] = (await chain.rpc('eth_accounts')) as string[];
    const { balance, nonce } = verifyEthProof(stateRoot, parseEthProof(await chain.proof(rich, [])));
    expect(balance).toBe(BigInt((await chain.rpc('eth_getBalance', rich, 'latest')) as string));
    expect(nonce).toBe(2n);
  });

  it('refuses another root, also that of the block before', async () => {
    const { stateRoot: earlier } = (await chain.rpc('eth_getBlockByNumber', '0x1', false)) as { stateRoot: string };
    for (const root of [earlier, EMPTY_TRIE_ROOT, ZERO_HASH]) {
      expect(refusal(() => verifyEthProof(parseBytes32(root), proof))).toBe('PROOF_INVALID');
    }
  });

  it('refuses the proof of another address, for one that is there and one that is not', async () => {
    for (const address of [empty, STRANGER]) {
      expect(refusal(() => verifyEthProof(stateRoot, { ...proof, address }))).not.toBeNull();
    }
    const nobody = parseEthProof(await chain.proof(STRANGER, []));
    expect(refusal(() => verifyEthProof(stateRoot, { ...nobody, address: full }))).not.toBeNull();
  });

  it('refuses each claim that is not what is proved', () => {
    const claims: Partial<EthProof>[] = [
      { nonce: 2n },
      { balance: 1n },
      { codeHash: parseBytes32(ZERO_HASH) },
      { storageHash: parseBytes32(EMPTY_TRIE_ROOT) },
    ];
    for (const claim of claims) {
      expect(refusedBy(() => verifyEthProof(stateRoot, { ...proof, ...claim }))).toMatchObject({
        code: 'VALUE_DIFFERS',
        details: { field: Object.keys(claim)[0] },
      });
    }
    for (const [index, slot] of proof.storageProof.entries()) {
      const storageProof = proof.storageProof.with(index, { ...slot, value: slot.value + 1n });
      expect(refusal(() => verifyEthProof(stateRoot, { ...proof, storageProof }))).toBe('VALUE_DIFFERS');
    }
  });

  it('refuses every change of the nodes of an account', () => {
    let tried = 0;
    for (const accountProof of tampered(proof.accountProof)) {
      expect(refusal(() => verifyEthProof(stateRoot, { ...proof, accountProof }))).toBe('PROOF_INVALID');
      tried += 1;
    }
    expect(tried).toBeGreaterThan(15);
  });

  it('refuses every change of the nodes of a slot, and names it', () => {
    let tried = 0;
    for (const slot of proof.storageProof) {
      for (const nodes of tampered(slot.proof)) {
        const refused = refusedBy(() =>
          verifyEthProof(stateRoot, { ...proof, storageProof: [{ ...slot, proof: nodes }] }),
        );
        expect(refused).toMatchObject({
          code: 'PROOF_INVALID',
          details: { slot: `0x${slot.key.toString(16).padStart(64, '0')}` },
        });
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(1_000);
  });

  it('refuses the proof of one slot for another', () => {
    const [first, second] = proof.storageProof;
    const swapped = { ...first!, proof: second!.proof, value: second!.value };
    expect(refusal(() => verifyEthProof(stateRoot, { ...proof, storageProof: [swapped] }))).not.toBeNull();
    // That nothing stands there is not shown by the path of another slot either.
    const hidden = { ...first!, proof: second!.proof, value: 0n };
    expect(refusal(() => verifyEthProof(stateRoot, { ...proof, storageProof: [hidden] }))).not.toBeNull();
  });
});

describe('parseEthProof', () => {
  it('takes slots and values with or without leading zeros', () => {
    const [slot] = given['storageProof'] as Record<string, unknown>[];
    const parsed = parseEthProof({ ...given, storageProof: [{ ...slot, key: '0x0' }] });
    expect(parsed.storageProof[0]?.key).toBe(0n);
  });

  it.each<[path: string, change: Record<string, unknown>]>([
    ['/address', { address: '0x12' }],
    ['/balance', { balance: '0x00' }],
    ['/nonce', { nonce: 1 }],
    ['/codeHash', { codeHash: '0x' }],
    ['/accountProof/0', { accountProof: ['0x'] }],
    ['/accountProof/0', { accountProof: ['0xabc'] }],
    ['/accountProof/0', { accountProof: [`0x${'00'.repeat(1_025)}`] }],
    ['/accountProof', { accountProof: Array.from({ length: 66 }, () => '0x80') }],
    ['/storageProof', { storageProof: null }],
    ['/storageProof/0/key', { storageProof: [{ key: `0x1${'00'.repeat(32)}`, value: '0x0', proof: [] }] }],
  ])('refuses another form of %s', (path, change) => {
    expect(refusedBy(() => parseEthProof({ ...given, ...change }))).toMatchObject({
      code: 'PROOF_MALFORMED',
      details: { path },
    });
  });
});
