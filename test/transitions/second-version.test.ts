import { AbiCoder, type Interface, keccak256, type LogDescription, ZeroHash } from 'ethers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Act, type ActName, actOf, dueSignatories, hashOf, reason } from './acts.ts';
import { INTERFACES, TransitionChain } from './chain.ts';
import type { DepartmentName } from './departments.ts';
import { Play } from './play.ts';
import { readCase, readGrant, readRequest } from './views.ts';
import { active, CONDITIONS, START, WINDOW } from './ways.ts';
import { grantIdOf, newWorld } from './world.ts';

const SECOND = 'ShareLedger 2';
const TERMS = { fields: 1n, ...WINDOW, documentHash: hashOf('authorization'), hashAlgorithm: 1 };

let chain: TransitionChain;
let play: Play;
/** An active grant of the first version; the second version is listed after it. */
let old: Awaited<ReturnType<typeof active>>;
let pristine: unknown;

beforeAll(async () => {
  chain = await TransitionChain.start(START - 86_400);
  play = new Play(chain, newWorld(START));
  old = await active(play);
  await chain.addVersion('ShareLedger');
  pristine = await chain.rpc('evm_snapshot');
});

beforeEach(async () => {
  await chain.rpc('evm_revert', [pristine]);
  pristine = await chain.rpc('evm_snapshot');
  chain.addresses.delete('CaseBook 2');
});

afterAll(async () => {
  await chain.stop();
});

/** Carries an act to one version of its contract; gives the error or null, and the digest. */
async function carry(contract: string, name: ActName, by: DepartmentName, members: Partial<Act>) {
  const act = actOf(name, by, members);
  const signed = chain.sign(act, dueSignatories(act), contract);
  return { answer: await chain.send(signed, play.world.now), digest: signed.digest };
}

/** As {@link carry}, for what must be accepted. */
async function done(contract: string, name: ActName, by: DepartmentName, members: Partial<Act>): Promise<string> {
  const { answer, digest } = await carry(contract, name, by, members);
  expect({ contract, name, answer }).toEqual({ contract, name, answer: null });
  return digest;
}

async function requestOfSecond(): Promise<string> {
  return await done(SECOND, 'submitRequest', 'requester', { subject: old.resource, fields: 3n, ...WINDOW });
}

/** An active grant of the second version. */
async function grantOfSecond(): Promise<string> {
  const request = await requestOfSecond();
  await done(SECOND, 'agree', 'provider', { subject: request, ...TERMS });
  const subject = grantIdOf(request, TERMS);
  await done(SECOND, 'deliver', 'provider', { subject });
  await done(SECOND, 'acknowledge', 'requester', { subject });
  expect((await readGrant(chain, subject, SECOND)).status).toBe('Active');
  return subject;
}

const retire = async () =>
  (await carry('ResourceCatalog', 'retireResource', 'provider', { subject: old.resource, authority: 'authorityA' }))
    .answer;

async function statusOf(grant: string, ledger: string): Promise<string> {
  return (await readGrant(chain, grant, ledger)).status;
}

describe('a grant of the first share ledger, once a second is listed', () => {
  it('stays active', async () => {
    expect(await statusOf(old.grant, 'ShareLedger')).toBe('Active');
    expect(await statusOf(old.grant, SECOND)).toBe('None');
  });

  it('can still be suspended, resumed, released and disposed of', async () => {
    const subject = old.grant;
    const steps = [
      ['suspend', 'regulator', { reasonCode: reason('SECURITY') }, 'Suspended'],
      ['followUpSuspension', 'regulator', {}, 'Suspended'],
      ['resume', 'authorityB', {}, 'Active'],
      ['release', 'requester', {}, 'Released'],
      ['certifyDisposal', 'requester', {}, 'DisposalCertified'],
      ['acceptDisposal', 'provider', {}, 'Closed'],
    ] as const;
    for (const [name, by, members, status] of steps) {
      await done('ShareLedger', name, by, { subject, ...members });
      expect(await statusOf(subject, 'ShareLedger')).toBe(status);
    }
  });

  it('is not moved by the second, nor by an act signed for it', async () => {
    const release = { subject: old.grant };
    expect((await carry(SECOND, 'release', 'requester', release)).answer).toBe('ShareLedgerUnexpectedGrantStatus');
    const act = actOf('release', 'requester', release);
    const { data } = chain.sign(act, dueSignatories(act), SECOND);
    const crossed = { to: chain.addresses.get('ShareLedger')!, data };
    expect(await chain.send(crossed, play.world.now)).toBe('SignedActsInvalidSignature');
    expect(await statusOf(old.grant, 'ShareLedger')).toBe('Active');
  });
});

describe('the catalogue', () => {
  it.each([
    ['first', 'second'],
    ['second', 'first'],
  ])('does not retire a resource while the %s or the %s version has an open grant', async (first) => {
    const grants = [
      { ledger: 'ShareLedger', subject: old.grant },
      { ledger: SECOND, subject: await grantOfSecond() },
    ];
    if (first === 'second') grants.reverse();
    expect(await retire()).toBe('ResourceCatalogGrantsOpen');
    for (const { ledger, subject } of grants) {
      expect(await retire()).toBe('ResourceCatalogGrantsOpen');
      await done(ledger, 'release', 'requester', { subject });
    }
    expect(await retire()).toBeNull();
  });
});

describe('disputes', () => {
  it('are about grants of either version', async () => {
    const newer = await grantOfSecond();
    for (const subject of [old.grant, newer]) {
      const opening = { subjectKind: 'Grant', subject, respondent: 'requester' } as const;
      const id = await done('CaseBook', 'openDispute', 'provider', opening);
      expect(await readCase(chain, id)).toMatchObject({ status: 'Negotiating', claimant: 'provider', subject });
      const wrong = await carry('CaseBook', 'openDispute', 'provider', { ...opening, respondent: 'neighbour' });
      expect(wrong.answer).toBe('CaseBookInvalidDispute');
    }
  });

  it.each(['ShareLedger', SECOND])('open a request of %s again', async (ledger) => {
    const subject = await done(ledger, 'submitRequest', 'requester', { subject: old.resource, ...WINDOW });
    const grounds = { reasonCode: reason('CONDITION_NOT_MET'), groundsHash: CONDITIONS };
    await done(ledger, 'refuse', 'provider', { subject, ...grounds });
    expect((await carry(ledger, 'reopenRequest', 'requester', { subject })).answer).toBe('ShareLedgerNotReopened');
    const opening = { subjectKind: 'Request', subject, respondent: 'provider' } as const;
    const dispute = await done('CaseBook', 'openDispute', 'requester', opening);
    await done('CaseBook', 'applyForCoordination', 'requester', { subject: dispute });
    await done('CaseBook', 'coordinate', 'provinceAuthority', { subject: dispute });
    // A second case book does not hide what the first has settled.
    await chain.addVersion('CaseBook');
    await done('CaseBook', 'settleDispute', 'provinceAuthority', { subject: dispute, reasonCode: reason('REOPEN') });
    await done(ledger, 'reopenRequest', 'requester', { subject });
    expect(await readRequest(chain, subject, ledger)).toMatchObject({ status: 'Submitted', reopenedBy: dispute });
    expect((await carry(ledger, 'reopenRequest', 'requester', { subject })).answer).not.toBeNull();
  });
});

/** The entries of a contract, without the signatures behind them. */
async function entriesOf(abi: Interface, contract: string): Promise<LogDescription[]> {
  const logs = await chain.logsOf(contract);
  return logs.flatMap((log) => {
    const parsed = abi.parseLog(log);
    return parsed === null || parsed.name === 'ActSigned' ? [] : [parsed];
  });
}

/** `ILedgerHistory`: each head is the hash of the one before, the number and the hash of topic and arguments. */
function headOf(entries: readonly LogDescription[]): string {
  const coder = AbiCoder.defaultAbiCoder();
  return entries.reduce((head, { topic, fragment, args }, index) => {
    const types = ['bytes32', ...fragment.inputs.slice(0, -2)];
    const actHash = keccak256(coder.encode(types, [topic, ...(args.toArray() as unknown[]).slice(0, -2)]));
    return keccak256(coder.encode(['bytes32', 'uint64', 'bytes32'], [head, index + 1, actHash]));
  }, ZeroHash);
}

describe('the history of the first share ledger', () => {
  it('is still proved by its head, and goes on', async () => {
    const abi = INTERFACES.ShareLedger;
    const before = await entriesOf(abi, 'ShareLedger');
    await grantOfSecond();
    await done('ShareLedger', 'release', 'requester', { subject: old.grant });
    const entries = await entriesOf(abi, 'ShareLedger');
    expect(entries.map(({ name }) => name)).toEqual([
      ...['ShareRequested', 'GrantIssued', 'GrantDelivered', 'GrantActivated', 'GrantReleased'],
    ]);
    const head = headOf(entries);
    const found = (await chain.heads()).byName.get('ShareLedger');
    expect(found).toEqual({ seq: 5, head });
    expect(headOf(before)).not.toBe(head);
    expect(headOf(entries.toSpliced(1, 1))).not.toBe(head);
  });

  it('is apart from that of the second', async () => {
    await grantOfSecond();
    const entries = await entriesOf(INTERFACES.ShareLedger, SECOND);
    expect((await chain.heads()).byName.get(SECOND)).toEqual({ seq: 4, head: headOf(entries) });
  });

  it('lists both versions, in their order', async () => {
    const name = reason('ShareLedger');
    expect(await chain.call('Directory', 'versionsOf', [name])).toBe(2n);
    for (const [version, label] of [[1, 'ShareLedger'] as const, [2, SECOND] as const]) {
      const address = (await chain.call('Directory', 'addressOf', [name, version])) as string;
      expect(address.toLowerCase()).toBe(chain.addresses.get(label)!.toLowerCase());
    }
  });
});
