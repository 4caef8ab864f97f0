import { Interface, MaxUint256, Wallet, ZeroAddress } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { departmentRegistryAbi, directoryAbi } from '../../../ledger/__generated__/abi.ts';
import { type Act, ACTS, type ActName } from '../../../ledger/acts/act-definitions.ts';
import { actDigest, actTypedData } from '../../../ledger/acts/act-digest.ts';
import { DEPARTMENT_KINDS } from '../../../ledger/acts/chain-enums.ts';
import { encodeActCall } from '../../../ledger/acts/encode-act-call.ts';
import type { Deployment } from '../../../ledger/deployment.ts';
import { decodeActSigned, decodeLog } from '../../../ledger/events.ts';
import { departmentIdToHex, parseGrantId, parseRequestId, type ResourceId } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { type Actor, actor, officersSigner, signAct, walletSigner } from '../../support/actors.ts';
import { LedgerChain, officers, RevertError } from '../../support/ledger-chain.ts';
import { tellStory, type Story } from '../../support/ledger-story.ts';
import { ACT_NAMES } from './example-acts.ts';

let chain: LedgerChain;
let story: Story;

beforeAll(async () => {
  chain = await LedgerChain.start();
  story = await tellStory(chain);
});

afterAll(async () => {
  await chain.stop();
});

/** An officer's key behind the identity precompile, which would accept any signature. */
const IDENTITY = `0x${'4'.padStart(40, '0')}${'ab'.repeat(64)}`;

/** The error with which the contract refuses, or 'accepted'. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  return await attempt.then(
    () => 'accepted',
    (error: unknown) => (error instanceof RevertError ? error.errorName : String(error)),
  );
}

describe('acts', () => {
  it('have the digest that the contract computes, each of them', async () => {
    const logs = await chain.logs();
    const signed = logs.map((log) => decodeActSigned(chain.deployment, log)).filter((entry) => entry !== null);
    const seen = new Set<ActName>();
    for (const entry of logs.map((log) => decodeLog(chain.deployment, log))) {
      if (entry === null || !('act' in entry)) continue;
      const own = signed.find(({ contract, seq }) => contract === entry.contract && seq === entry.seq);
      const name = ACT_NAMES.find((candidate) => ACTS[candidate].event === entry.name);
      if (own === undefined || name === undefined) continue;
      expect(actDigest(chain.deployment, name, entry.act as Act)).toBe(own.actDigest);
      seen.add(name);
    }
    expect([...seen].toSorted()).toEqual(ACT_NAMES.toSorted());
  });

  it('can be signed as typed data by any wallet', async () => {
    const wallet = new Wallet(Wallet.createRandom().privateKey);
    const signer = walletSigner(wallet.privateKey);
    const department = await chain.register('SW', { office: signer });
    const act = factory.keyRegistration(department, { publicKey: `0x${'77'.repeat(32)}` });
    const { domain, types, value } = actTypedData(chain.deployment, 'registerAccessKey', act);
    const signature = await wallet.signTypedData(domain, types, value);
    expect(signature).toBe(signer.sign(actDigest(chain.deployment, 'registerAccessKey', act)));
    expect(await refusal(chain.carry('registerAccessKey', act, [signature]))).toBe('accepted');
  });

  it('are taken once', async () => {
    const act = factory.shareRequest(story.requester, story.resourceId);
    expect(await refusal(chain.record('submitRequest', act, story.requester))).toBe('accepted');
    expect(await refusal(chain.record('submitRequest', act, story.requester))).toBe('InvalidAccountNonce');
  });

  it('are refused when signed by another department, the other role, or one officer where two are needed', async () => {
    const act = factory.shareRequest(story.requester, story.resourceId);
    const sign = (by: Actor) => signAct(chain.deployment, 'submitRequest', act, by);
    const byHead = { ...story.requester, office: story.requester.head };
    expect(await refusal(chain.carry('submitRequest', act, sign(story.regulator)))).toBe('SignedActsInvalidSignature');
    expect(await refusal(chain.carry('submitRequest', act, sign(byHead)))).toBe('SignedActsInvalidSignature');

    const team = officers(3);
    const office = await chain.deployOfficers(team, 2, team);
    const department = await chain.register('WJ', { office });
    const key = factory.keyRegistration(department, { publicKey: `0x${'78'.repeat(32)}` });
    const alone = { ...department, office: officersSigner(office.account, team.slice(0, 1)) };
    const strangers = { ...department, office: officersSigner(office.account, [walletSigner(), ...team.slice(0, 1)]) };
    expect(await refusal(chain.record('registerAccessKey', key, alone))).toBe('SignedActsInvalidSignature');
    expect(await refusal(chain.record('registerAccessKey', key, strangers))).toBe('SignedActsInvalidSignature');
    expect(await refusal(chain.record('registerAccessKey', key, department))).toBe('accepted');
  });

  it.each([
    ['another chain', (deployment: Deployment): Deployment => ({ ...deployment, chainId: 1 })],
    [
      'another contract',
      (deployment: Deployment): Deployment => ({
        ...deployment,
        contracts: { ...deployment.contracts, ShareLedger: deployment.contracts.ResourceCatalog },
      }),
    ],
  ])('are refused when signed for %s', async (_what, change) => {
    const act = factory.shareRequest(story.requester, story.resourceId);
    const signature = signAct(change(chain.deployment), 'submitRequest', act, story.requester);
    expect(await refusal(chain.carry('submitRequest', act, signature))).toBe('SignedActsInvalidSignature');
  });

  it('are refused when any member is changed after signing', async () => {
    const act = factory.shareRequest(story.requester, story.resourceId);
    const signature = signAct(chain.deployment, 'submitRequest', act, story.requester);
    const changes: Partial<Act<'submitRequest'>>[] = [
      { fields: 1n },
      { notBefore: act.notBefore + 1 },
      { notAfter: act.notAfter - 1 },
      { documentHash: factory.someHash(1) },
      { nonce: act.nonce + (1n << 64n) },
      { expiresAt: act.expiresAt + 1 },
    ];
    for (const change of changes) {
      const carried = chain.carry('submitRequest', { ...act, ...change }, signature);
      expect(await refusal(carried)).toBe('SignedActsInvalidSignature');
    }
  });

  it('tell why they were refused, with the values', async () => {
    const { requester, provider, resourceId, activeGrant, refusedRequest, regulator, bystander } = story;
    const cases: readonly (readonly [string, () => Promise<unknown>])[] = [
      [
        'SignedActsExpired',
        () => chain.record('submitRequest', factory.shareRequest(requester, resourceId, { expiresAt: 1 }), requester),
      ],
      [
        'SignedActsDepartmentNotActive',
        () => chain.record('submitRequest', factory.shareRequest(bystander, resourceId), bystander),
      ],
      [
        'ShareLedgerNotRequester',
        () => chain.record('submitRequest', factory.shareRequest(regulator, resourceId), regulator),
      ],
      [
        'ShareLedgerResourceNotPublished',
        () =>
          chain.record('submitRequest', factory.shareRequest(requester, resourceId, { resourceVersion: 2 }), requester),
      ],
      [
        'ShareLedgerOwnResource',
        () => chain.record('submitRequest', factory.shareRequest(provider, resourceId), provider),
      ],
      [
        'ShareLedgerInvalidFields',
        () =>
          chain.record('submitRequest', factory.shareRequest(requester, resourceId, { fields: MaxUint256 }), requester),
      ],
      [
        'ShareLedgerInvalidWindow',
        () => chain.record('submitRequest', factory.shareRequest(requester, resourceId, { notAfter: 5 }), requester),
      ],
      [
        'SignedActsDocumentMissing',
        () =>
          chain.record(
            'submitRequest',
            factory.shareRequest(requester, resourceId, { documentHash: factory.NO_HASH }),
            requester,
          ),
      ],
      [
        'SignedActsHashAlgorithmUnsupported',
        () =>
          chain.record('submitRequest', factory.shareRequest(requester, resourceId, { hashAlgorithm: 3 }), requester),
      ],
      [
        'ShareLedgerUnexpectedRequestStatus',
        () => chain.record('agree', factory.agreement(provider, refusedRequest), provider),
      ],
      ['ShareLedgerNotEntitled', () => chain.record('suspend', factory.suspension(requester, activeGrant), requester)],
      [
        'ShareLedgerUnexpectedGrantStatus',
        () => chain.record('suspend', factory.suspension(provider, parseGrantId(factory.someHash(1))), provider),
      ],
      [
        'SignedActsReasonMissing',
        () =>
          chain.record('suspend', factory.suspension(provider, activeGrant, { reasonCode: factory.NO_HASH }), provider),
      ],
      [
        'ShareLedgerInvalidSuspension',
        () => chain.record('suspend', factory.suspension(provider, activeGrant, { dueAt: factory.END }), provider),
      ],
      [
        'SignedActsDueMisplaced',
        () => chain.record('release', factory.step('release', requester, activeGrant, { dueAt: 1 }), requester),
      ],
      [
        'SignedActsNotSameLevel',
        () => chain.record('terminate', factory.jointStep('terminate', provider, provider, activeGrant), provider),
      ],
      [
        'ShareLedgerNotProvider',
        () => chain.record('agree', factory.agreement(requester, story.openRequest), requester),
      ],
      [
        'DepartmentRegistryNotAuthority',
        () => chain.record('registerDepartment', factory.registration(provider, actor('ZJ')), provider),
      ],
      [
        'DepartmentRegistryAlreadyRegistered',
        () => chain.record('registerDepartment', factory.registration(chain.authority, provider), chain.authority),
      ],
      [
        'DepartmentRegistryInvalidKind',
        () =>
          chain.record(
            'registerDepartment',
            factory.registration(chain.authority, actor('ZJ'), { kind: DEPARTMENT_KINDS.authority }),
            chain.authority,
          ),
      ],
      [
        'DepartmentRegistryVerifierMissing',
        () =>
          chain.record('changeDepartmentAccounts', factory.accountsChange(provider, { office: IDENTITY }), provider),
      ],
      [
        'DepartmentRegistryNotRestrainable',
        () =>
          chain.record(
            'changeDepartmentStatus',
            factory.statusChange(chain.authority, regulator, 'suspended'),
            chain.authority,
          ),
      ],
      [
        'DepartmentRegistryInvalidValidity',
        () => chain.record('registerAccessKey', factory.keyRegistration(requester, { notAfter: 1 }), requester),
      ],
      [
        'ResourceCatalogUnexpectedVersion',
        () => chain.record('submitResource', factory.submission(provider, { version: 9 }), provider),
      ],
      [
        'SignedActsNotSameLevel',
        () => chain.record('publishResource', factory.publication(provider, resourceId), provider),
      ],
    ];
    for (const [name, attempt] of cases) expect(await refusal(attempt())).toBe(name);
  });

  it('cannot be signed by the authority in the place of a department', async () => {
    const { provider } = story;
    const change = factory.accountsChange({ ...provider, office: walletSigner() });
    const forged = signAct(chain.deployment, 'changeDepartmentAccounts', change, chain.authority);
    expect(await refusal(chain.carry('changeDepartmentAccounts', change, forged))).toBe('SignedActsInvalidSignature');
  });

  it('grant nothing to a requester that was suspended after it asked', async () => {
    const [provider, requester] = [story.provider, await chain.register('SJ')];
    const request = factory.shareRequest(requester, story.resourceId);
    await chain.record('submitRequest', request, requester);
    await chain.order('governStatus', factory.statusOrder(requester, 'suspended'));
    const answer = factory.agreement(provider, parseRequestId(actDigest(chain.deployment, 'submitRequest', request)));
    expect(await refusal(chain.record('agree', answer, provider))).toBe('ShareLedgerRequesterNotActive');
  });

  it('let two departments register one public key, and neither block the other', async () => {
    const [first, second] = [await chain.register('JY'), await chain.register('ZR')];
    const publicKey = `0x${'79'.repeat(32)}`;
    for (const department of [first, second]) {
      const act = factory.keyRegistration(department, { publicKey });
      expect(await refusal(chain.record('registerAccessKey', act, department))).toBe('accepted');
    }
  });

  it('are sent to the contract that takes them', () => {
    const act = factory.shareRequest(story.requester, story.resourceId);
    expect(encodeActCall(chain.deployment, 'submitRequest', act, ['0x', '0x']).to).toBe(
      chain.deployment.contracts.ShareLedger,
    );
  });
});

describe('administrative calls', () => {
  const registry = new Interface(departmentRegistryAbi);
  const directory = new Interface(directoryAbi);

  it('are refused to everyone but governance, and say so', async () => {
    const data = directory.encodeFunctionData('list', [factory.someHash(1), ZeroAddress]);
    const call = { to: chain.deployment.contracts.Directory, data };
    const stranger = new Wallet(Wallet.createRandom().privateKey);
    await expect(chain.sendFrom(stranger, call)).rejects.toMatchObject({ errorName: 'AccessManagedUnauthorized' });
    await expect(chain.sendFrom(chain.governance, call)).rejects.toMatchObject({ errorName: 'DirectoryNotAContract' });
  });

  it('restore accounts and govern a status, each as an entry that nobody signed', async () => {
    const lost = await chain.register('YB');
    const orders = {
      DepartmentAccountsRestored: factory.restoration({ ...lost, office: walletSigner(), head: walletSigner() }),
      DepartmentStatusGoverned: factory.statusOrder(lost, 'suspended'),
    };
    const restored = await chain.order('restoreAccounts', orders.DepartmentAccountsRestored);
    const governed = await chain.order('governStatus', orders.DepartmentStatusGoverned);
    const logs = await chain.logs(restored.blockNumber, governed.blockNumber);
    const entries = logs.map((log) => decodeLog(chain.deployment, log)).filter((entry) => entry !== null);
    const expected = Object.entries(orders).map(([name, act]) => ({ name, act }));
    expect(entries.map((entry) => ({ name: entry.name, act: 'act' in entry ? entry.act : null }))).toEqual(expected);
    expect(logs.map((log) => decodeActSigned(chain.deployment, log))).toEqual([null, null]);
  });

  it.each(['restoreAccounts', 'governStatus'] as const)('refuse %s to everyone else', async (method) => {
    const order = { ...factory.restoration(story.provider), ...factory.statusOrder(story.provider, 'suspended') };
    const data = registry.encodeFunctionData(method, [{ ...order, department: departmentIdToHex(order.department) }]);
    const call = { to: chain.deployment.contracts.DepartmentRegistry, data };
    const stranger = new Wallet(Wallet.createRandom().privateKey);
    await expect(chain.sendFrom(stranger, call)).rejects.toMatchObject({ errorName: 'AccessManagedUnauthorized' });
  });

  it('can name an authority that is none: the event is still read', async () => {
    const second = actor('FG');
    const act = {
      ...factory.registration(second, second, { kind: 2 }),
      authority: `0x${'ff'.repeat(18)}`,
      department: departmentIdToHex(second.id),
      superior: `0x${'00'.repeat(18)}`,
      region: `0x${Buffer.from(second.region).toString('hex')}`,
      expiresAt: 2n ** 64n - 1n,
    };
    const call = {
      to: chain.deployment.contracts.DepartmentRegistry,
      data: registry.encodeFunctionData('admitSupervisor', [act]),
    };
    const { blockNumber } = await chain.sendFrom(chain.governance, call);
    const [event] = (await chain.logs(blockNumber, blockNumber)).map((log) => decodeLog(chain.deployment, log));
    expect(event).toMatchObject({
      name: 'DepartmentRegistered',
      act: { department: second.id, authority: null, superior: null, expiresAt: Number.MAX_SAFE_INTEGER },
    });
  });
});

describe('requests and grants with times beyond 2^53', () => {
  it('are read, with ids that still follow from the values on chain', async () => {
    const far = 2n ** 64n - 1n;
    const request = await carryRaw(
      'submitRequest',
      { ...factory.shareRequest(story.requester, story.resourceId), notAfter: far, expiresAt: far },
      story.requester,
    );
    if (request?.name !== 'ShareRequested') throw new TypeError('no request');
    expect(request.act).toMatchObject({ notAfter: Number.MAX_SAFE_INTEGER, expiresAt: Number.MAX_SAFE_INTEGER });
    const answer = factory.agreement(story.provider, parseRequestId(request.requestId));
    const grant = await carryRaw('agree', { ...answer, notAfter: far }, story.provider);
    expect(grant).toMatchObject({ name: 'GrantIssued', resourceId: story.resourceId satisfies ResourceId });
  });

  /** Acts with larger numbers than the typed ones can hold; ethers takes them as they are. */
  async function carryRaw(name: ActName, act: Record<string, unknown>, by: Actor) {
    const signature = signAct(chain.deployment, name, act as never, by);
    const { blockNumber } = await chain.carry(name, act as never, signature);
    const events = (await chain.logs(blockNumber, blockNumber)).map((log) => decodeLog(chain.deployment, log));
    return events.find((event) => event !== null);
  }
});
