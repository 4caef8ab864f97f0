import { Interface } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Bytes32 } from '../../ledger/ids.ts';
import { judgeSignature, recoverSigner, type SignerFacts } from '../../verifier/ledger/signatures.ts';
import { type Signer, walletSigner } from '../support/actors.ts';
import { judgeSignaturesIndependently } from '../support/independent-verifier.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { p256Signer, passkeySigner } from '../support/token-signers.ts';

const account = new Interface(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)']);
const MAGIC = '0x1626ba7e';
const DIGEST = `0x${'77'.repeat(32)}` as Bytes32;
/** Small numbers and large ones, as offsets and lengths. */
const WORDS = [0n, 1n, 31n, 32n, 64n, 96n, 160n, 1n << 63n, 1n << 64n, (1n << 256n) - 32n, (1n << 256n) - 1n];
const toWord = (value: bigint): string => value.toString(16).padStart(64, '0');

describe('the verifiers and the contracts', () => {
  let chain: LedgerChain;
  let facts: SignerFacts;
  let outer: Signer;

  beforeAll(async () => {
    chain = await LedgerChain.start({ calendar: [] });
    const { verifiers } = chain.deployment;
    const [clerk, token, passkey] = [walletSigner(), p256Signer(verifiers.p256), passkeySigner(verifiers.webauthn)];
    const inner = await chain.deployOfficers([clerk, token, passkey], 2, [token, passkey]);
    outer = await chain.deployOfficers([clerk, inner], 2, [clerk, inner]);
    const accounts = new Map([
      [inner.account, { officers: new Set([clerk, token, passkey].map((each) => each.account)), threshold: 2 }],
      [outer.account, { officers: new Set([clerk.account, inner.account]), threshold: 2 }],
    ]);
    facts = { accounts, verifiers, recover: recoverSigner };
  }, 60_000);
  afterAll(async () => {
    await chain.stop();
  });

  async function isTakenByContract(signature: string): Promise<boolean> {
    const data = account.encodeFunctionData('isValidSignature', [DIGEST, signature]);
    const answer = await chain.simulate(outer.account, { to: outer.account, data }).catch(() => '0x');
    return answer.startsWith(MAGIC);
  }

  /** Other bytes at the end, each word another one, and lists of which both lead to one place. */
  function* encodingsOf(signature: string): Generator<string> {
    for (const behind of ['00'.repeat(32), '00', 'ff'.repeat(65)]) yield signature + behind;
    for (const missing of [1, 31, 32, 33]) yield signature.slice(0, -2 * missing);
    const words: readonly string[] = signature.slice(2).match(/.{1,64}/g) ?? [];
    for (const [at, old] of words.entries()) {
      const near = BigInt(`0x${old}`);
      const others = near < 4_096n ? [near + 1n, near + 32n, near === 0n ? 32n : near - 1n, ...WORDS] : [near ^ 1n];
      for (const other of others) yield `0x${words.with(at, toWord(other)).join('')}`;
    }
  }

  it('take the same signatures of officers, in whatever encoding', async () => {
    const encodings = [...encodingsOf(outer.sign(DIGEST))];
    const taken = await Promise.all(encodings.map(isTakenByContract));
    const { verifiers } = facts;
    const accounts = [...facts.accounts].map(([address, { officers, threshold }]) => {
      return { account: address, officers: [...officers].sort(), threshold };
    });

    expect(taken.filter(Boolean).length).toBeGreaterThan(10);
    expect(taken.filter((each) => !each).length).toBeGreaterThan(100);
    const judged = encodings.map((each) => judgeSignature(facts, outer.account, DIGEST, each));
    expect(judged).toEqual(taken.map((isTaken) => (isTaken ? 'valid' : 'invalid')));
    const asked = { verifiers, accounts, signer: outer.account, digest: DIGEST, signatures: encodings };
    expect(await judgeSignaturesIndependently(asked)).toEqual(taken);
  });
});
