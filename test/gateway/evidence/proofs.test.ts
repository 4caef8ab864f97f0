import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { proveHeads } from '../../../gateway/evidence/proofs.ts';
import { parseEthProof } from '../../../ledger/finality/eth-proof.ts';

const kept = JSON.parse(readFileSync('test/vectors/evidence/kept-world.json', 'utf8')) as {
  header: { deployment: Parameters<typeof proveHeads>[1] };
};
const DEPLOYMENT = { ...kept.header.deployment, profile: 'qbft' } as const;
const BLOCK = { number: 7 } as Parameters<typeof proveHeads>[2];

/** An answer of Besu, which has a member that EIP-1186 does not. */
function answerFor(address: string): Readonly<Record<string, unknown>> {
  return {
    address,
    accountProof: ['0xf851', '0xf869'],
    balance: '0x0',
    codeHash: `0x${'22'.repeat(32)}`,
    nonce: '0x1',
    storageHash: `0x${'33'.repeat(32)}`,
    storageProof: [{ key: '0x0', value: '0x7', proof: ['0xe7'] }],
    isEmpty: false,
  };
}

function nodeThatAnswers(answer: (address: string) => unknown): Parameters<typeof proveHeads>[0] {
  const request = (_: string, [address]: readonly unknown[] = []) => Promise.resolve(answer(String(address)));
  return { request };
}

describe('proveHeads', () => {
  it('passes on the answers as a verifier reads them', async () => {
    const proofs = await proveHeads(nodeThatAnswers(answerFor), DEPLOYMENT, BLOCK);

    expect(Object.keys(proofs ?? {}).sort()).toEqual(Object.keys(DEPLOYMENT.contracts).sort());
    for (const [name, proof] of Object.entries(proofs ?? {})) {
      const address = DEPLOYMENT.contracts[name as keyof typeof DEPLOYMENT.contracts];
      const { isEmpty, ...asked } = answerFor(address);
      expect(isEmpty).toBe(false);
      expect(proof).toEqual(asked);
      expect(parseEthProof(proof)).toEqual(parseEthProof(answerFor(address)));
    }
  });

  it.each<[string, (address: string) => unknown]>([
    ['nothing', () => null],
    ['another account', () => answerFor(`0x${'99'.repeat(20)}`)],
    ['no slot', (address) => ({ ...answerFor(address), storageProof: [] })],
    [
      'another slot',
      (address) => ({ ...answerFor(address), storageProof: [{ key: '0x1', value: '0x7', proof: ['0xe7'] }] }),
    ],
    ['nothing of the account', (address) => ({ ...answerFor(address), nonce: undefined })],
  ])('does not pass on %s', async (_, answer) => {
    await expect(proveHeads(nodeThatAnswers(answer), DEPLOYMENT, BLOCK)).rejects.toMatchObject({
      code: 'RPC_MALFORMED',
    });
  });

  it('has none where nothing but the node shows them', async () => {
    expect(await proveHeads(nodeThatAnswers(answerFor), { ...DEPLOYMENT, profile: 'dev' }, BLOCK)).toBeNull();
  });
});
