import { AbiCoder, Interface, SigningKey, Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';

import { RpcError } from '../../../gateway/chain/rpc.ts';
import { readContractAccounts } from '../../../gateway/evidence/contract-accounts.ts';
import { departmentAccountCode } from '../../../ledger/__generated__/bytecode.ts';
import { judgeSignature, recoverSigner } from '../../../verifier/ledger/signatures.ts';

const ACCOUNT = new Interface([
  'function getSigners(uint64,uint64) view returns (bytes[])',
  'function threshold() view returns (uint64)',
]);
const addressOf = (level: number): string => `0x${level.toString(16).padStart(40, 'c')}`;
const [OUTER, INNER] = [addressOf(1), addressOf(2)];
const KEY = `0x${'11'.repeat(20)}`;

const opaque = (account: string) => ({ account, officers: [], threshold: 0 });

type Rpc = Parameters<typeof readContractAccounts>[0];

/** A node with these contracts; `fails` answers calls of contracts that have no officers. */
function nodeWith(
  accounts: Readonly<Record<string, readonly [officers: readonly string[], threshold: number] | null>>,
  fails: () => unknown = () => '0x',
  code: string = departmentAccountCode,
): { readonly rpc: Rpc; readonly asked: string[] } {
  const asked: string[] = [];
  const request = (method: string, [target]: readonly unknown[]): Promise<unknown> => {
    if (method === 'eth_getCode') {
      asked.push(String(target));
      return Promise.resolve(accounts[String(target)] === undefined ? '0x' : code);
    }
    const { to, data } = target as { readonly to: string; readonly data: string };
    const [officers, threshold] = accounts[to] ?? [];
    const name = ACCOUNT.parseTransaction({ data })?.name ?? '';
    return Promise.resolve().then(() =>
      officers === undefined
        ? fails()
        : ACCOUNT.encodeFunctionResult(name, [name === 'threshold' ? threshold : officers]),
    );
  };
  return { rpc: { request }, asked };
}

describe('readContractAccounts', () => {
  it('finds those of officers who are accounts themselves, so that a verifier can follow them', async () => {
    const officer = new Wallet(`0x${'55'.repeat(32)}`);
    const address = officer.address.toLowerCase();
    const { rpc } = nodeWith({ [OUTER]: [[INNER], 1], [INNER]: [[address], 1] });

    const accounts = await readContractAccounts(rpc, [OUTER, KEY], 1);

    expect(accounts).toEqual([
      { account: OUTER, officers: [INNER], threshold: 1 },
      { account: INNER, officers: [address], threshold: 1 },
    ]);
    const digest = `0x${'77'.repeat(32)}`;
    const wrap = (signer: string, signature: string): string =>
      AbiCoder.defaultAbiCoder().encode(['bytes[]', 'bytes[]'], [[signer], [signature]]);
    const signature = wrap(INNER, wrap(address, new SigningKey(officer.privateKey).sign(digest).serialized));
    const facts = {
      accounts: new Map(accounts.map((each) => [each.account, { ...each, officers: new Set(each.officers) }])),
      verifiers: { p256: '0x', webauthn: '0x' },
      recover: recoverSigner,
    };
    expect(judgeSignature(facts, OUTER, digest, signature)).toBe('valid');
  });

  it('ends at a circle, and asks for each once', async () => {
    const { rpc, asked } = nodeWith({ [OUTER]: [[KEY, INNER], 1], [INNER]: [[KEY, OUTER], 2] });
    expect(await readContractAccounts(rpc, [INNER, OUTER, INNER], 1)).toEqual([
      { account: OUTER, officers: [KEY, INNER], threshold: 1 },
      { account: INNER, officers: [KEY, OUTER], threshold: 2 },
    ]);
    expect(asked.sort()).toEqual([KEY, OUTER, INNER]);
  });

  it('looks as deep as a verifier', async () => {
    const levels = Array.from({ length: 40 }, (_, level) => [addressOf(level), [[addressOf(level + 1)], 1]] as const);
    const { rpc } = nodeWith(Object.fromEntries(levels));
    const accounts = await readContractAccounts(rpc, [addressOf(0)], 1);
    expect(accounts).toHaveLength(34);
    expect(accounts.filter(({ officers }) => officers.length === 0)).toEqual([opaque(addressOf(33))]);
  });

  it('asks about so many officers and no more', async () => {
    const many = Array.from({ length: 6 }, (_, at) => {
      const officers = Array.from({ length: 1_000 }, (__, each) => `0x${String(at * 1_000 + each).padStart(40, 'a')}`);
      return [addressOf(at), [officers, 1]] as const;
    });
    const { rpc, asked } = nodeWith(Object.fromEntries(many));
    const signers = many.map(([account]) => account);
    const accounts = await readContractAccounts(rpc, signers, 1);
    // Of the fifth a part was asked, of the sixth nobody.
    const kept = many
      .slice(0, 4)
      .map(([account, [officers]]) => ({ account, officers: officers.toSorted(), threshold: 1 }));
    expect(accounts).toEqual([...kept, opaque(addressOf(4)), opaque(addressOf(5))]);
    expect(asked).toHaveLength(6 + 4_096);
  });

  it('asks no node about a key of another kind', async () => {
    const { rpc, asked } = nodeWith({});
    expect(await readContractAccounts(rpc, [`${KEY}${'22'.repeat(64)}`], 1)).toEqual([]);
    expect(asked).toEqual([]);
  });

  it.each<[string, readonly [readonly string[], number]]>([
    ['nobody', [[], 0]],
    ['a threshold of nothing', [[KEY], 0]],
    ['a threshold that nobody reaches', [[KEY], 2]],
    ['more officers than were asked for', [Array.from({ length: 1_025 }, (_, at) => addressOf(at)), 1]],
    ['an officer twice', [[KEY, KEY], 1]],
    ['an officer that is too short', [['0x1234'], 1]],
    ['officers that no line can hold', [[`0x${'33'.repeat(200_000)}`], 1]],
  ])('knows no officers of an account with %s', async (_, account) => {
    expect(await readContractAccounts(nodeWith({ [OUTER]: account }).rpc, [OUTER], 1)).toEqual([opaque(OUTER)]);
  });

  it.each<[string, () => unknown]>([
    ['answers something else', () => '0x1234'],
    [
      'reverts',
      () => {
        throw new RpcError('RPC_ERROR', 'execution reverted', { nodeCode: -32_000 });
      },
    ],
  ])('knows no officers of a contract that %s', async (_, fails) => {
    const { rpc } = nodeWith({ [OUTER]: null, [INNER]: [[KEY], 1] }, fails);
    expect(await readContractAccounts(rpc, [OUTER, INNER], 1)).toEqual([
      opaque(OUTER),
      { account: INNER, officers: [KEY], threshold: 1 },
    ]);
  });

  it.each<[string, (known: string) => string]>([
    ['another contract', () => '0x60'],
    [
      'one with other code at one place',
      (known) => `${known.slice(0, 100)}${known[100] === '0' ? '1' : '0'}${known.slice(101)}`,
    ],
    ['one with something in front', (known) => `0x00${known.slice(2)}`],
    ['an account that delegates (EIP-7702)', () => `0xef0100${'11'.repeat(20)}`],
  ])('believes nothing that %s says of its officers', async (_, change) => {
    const { rpc } = nodeWith({ [OUTER]: [[KEY], 1] }, undefined, change(departmentAccountCode));
    expect(await readContractAccounts(rpc, [OUTER], 1)).toEqual([opaque(OUTER)]);
  });

  it('believes one with other metadata', async () => {
    const length = Number(`0x${departmentAccountCode.slice(-4)}`);
    const bare = departmentAccountCode.slice(0, -2 * (length + 2));
    const other = `${bare}${'5a'.repeat(length)}${departmentAccountCode.slice(-4)}`;
    const { rpc } = nodeWith({ [OUTER]: [[KEY], 1] }, undefined, other);
    expect(await readContractAccounts(rpc, [OUTER], 1)).toEqual([{ account: OUTER, officers: [KEY], threshold: 1 }]);
  });

  it('takes silence for no answer', async () => {
    const { rpc } = nodeWith({ [OUTER]: null }, () => {
      throw new RpcError('RPC_UNREACHABLE', 'The node is away');
    });
    await expect(readContractAccounts(rpc, [OUTER], 1)).rejects.toMatchObject({ code: 'RPC_UNREACHABLE' });
  });
});
