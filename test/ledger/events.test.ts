import { AbiCoder, keccak256 } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type ActName, ACTS } from '../../ledger/acts/act-definitions.ts';
import { chainTuple } from '../../ledger/acts/chain-form.ts';
import { CONTRACT_INTERFACES } from '../../ledger/acts/contract-interfaces.ts';
import { decodeActSigned, decodeLog, type RawLog } from '../../ledger/events.ts';
import { statusOrder } from '../../ledger/events/governance-orders.ts';
import { departmentIdToHex, deriveGrantId, parseRequestId, parseResourceId } from '../../ledger/ids.ts';
import * as factory from '../support/act-factory.ts';
import { actor } from '../support/actors.ts';
import { aDeployment } from './deployment.factory.ts';
import { ACT_NAMES, EXAMPLE_ACTS, isStep } from './acts/example-acts.ts';
import { actHashOf, actLog, aLog, argumentNames, DUE_AT, RECORDED_AT } from './events.factory.ts';
import { codeOf } from './refusal-of.ts';

const deployment = aDeployment();
const [provider, requester] = [actor('GA'), actor('RS')];
const resourceId = parseResourceId(factory.someHash(0xa1));
const request = factory.shareRequest(requester, resourceId);
const agreement = factory.agreement(provider, parseRequestId(factory.someHash(0xb2)));
const hexOf = ({ id }: typeof provider): string => departmentIdToHex(id);
const decode = (log: RawLog) => decodeLog(deployment, log);
const zero = factory.NO_HASH;

/** Ids that nobody signs: they are derived from the act. */
const DERIVED_IDS: Partial<Record<ActName, readonly string[]>> = {
  registerAccessKey: ['keyId'],
  registerGateway: ['gateway'],
  submitResource: ['resourceId'],
  submitRequest: ['requestId'],
  agree: ['grantId'],
  changeGrant: ['newGrantId'],
  fileCorrection: ['caseId'],
  openDispute: ['caseId'],
};
/** What the contract adds of its own state. */
const ONLY_IN_THE_EVENT: Partial<Record<ActName, readonly string[]>> = {
  agree: ['requester', 'resourceId', 'resourceVersion'],
  changeGrant: ['requestId'],
};

/** Whether a topic is a member of the act too; the first one of a step is its subject. */
function repeats(name: ActName, topic: string): boolean {
  return isStep(name) || topic in ACTS[name].schema.shape;
}

const LISTED = [factory.someHash(1), 2, `0x${'d9'.repeat(20)}`, RECORDED_AT, 4, factory.someHash(2)];
const listing = aLog('Directory', 'ContractListed', LISTED);
const SIGNED = [9, factory.someHash(3), `0x${'11'.repeat(20)}`, `0x${'22'.repeat(65)}`];

describe('decodeLog', () => {
  it('reads an entry with its place in the history and in the chain', () => {
    expect(decode(listing)).toEqual({
      name: 'ContractListed',
      contract: 'Directory',
      seq: 4,
      head: factory.someHash(2),
      recordedAt: RECORDED_AT,
      actHash: actHashOf('Directory', 'ContractListed', LISTED),
      blockNumber: 7,
      blockHash: factory.someHash(0xb7),
      logIndex: 3,
      transactionHash: factory.someHash(0x7b),
      listedName: factory.someHash(1),
      version: 2,
      account: `0x${'d9'.repeat(20)}`,
    });
  });

  it.each(ACT_NAMES)('reads %s as it was signed', (name) => {
    const { contract, event } = ACTS[name];
    const act = EXAMPLE_ACTS[name];
    const due = isStep(name) ? { dueAt: DUE_AT } : {};
    expect(decode(actLog(name, act))).toMatchObject({ name: event, contract, act, ...due });
  });

  it('reads what the event says beside the act', () => {
    expect(decode(actLog('agree', agreement))).toMatchObject({
      grantId: deriveGrantId(agreement),
      requester: requester.id,
      resourceId,
      resourceVersion: 2,
      dueAt: DUE_AT,
    });
    const change = EXAMPLE_ACTS.changeGrant;
    const grantId = deriveGrantId({ ...change, requestId: agreement.requestId });
    expect(decode(actLog('changeGrant', change))).toMatchObject({ grantId, requestId: agreement.requestId });
    expect(decode(actLog('submitResource', factory.submission(provider)))).toMatchObject({ reviewDueAt: DUE_AT });
  });

  it('reads hex in any case', () => {
    const shouted = {
      ...listing,
      data: `0x${listing.data.slice(2).toUpperCase()}`,
      address: listing.address.toUpperCase().replace('X', 'x'),
    };
    expect(decode(shouted)).toEqual(decode(listing));
  });

  it.each([
    ['another contract', { address: `0x${'99'.repeat(20)}` }],
    ['another event', { topics: [factory.someHash(7), ...listing.topics.slice(1)] }],
    ['a contract that has no such event', { address: deployment.contracts.ShareLedger }],
    ['no topic', { topics: [] }],
  ])('is null for %s', (_what, changes) => {
    expect(decode({ ...listing, ...changes })).toBeNull();
  });

  it('is null for the signature of an entry', () => {
    expect(decode(aLog('ShareLedger', 'ActSigned', SIGNED))).toBeNull();
  });

  it.each([
    ['a topic too few', { topics: listing.topics.slice(0, -1) }],
    ['a topic too many', { topics: [...listing.topics, zero] }],
    ['no data', { data: '0x' }],
    ['half a byte', { data: `${listing.data}0` }],
    ['a word too many', { data: `${listing.data}${'00'.repeat(32)}` }],
    [
      'dirty padding in a topic',
      { topics: [listing.topics[0] ?? '', listing.topics[1] ?? '', `0x${'f'.repeat(64)}`, listing.topics[3] ?? ''] },
    ],
    ['data that is not hex', { data: 'data' }],
    ['a negative block number', { blockNumber: -1 }],
    ['a block number beyond 2^53', { blockNumber: 2 ** 53 }],
    ['no log index', { logIndex: Number.NaN }],
    ['a short block hash', { blockHash: '0x12' }],
    ['a short transaction hash', { transactionHash: '0x' }],
  ])('refuses %s', (_what, changes) => {
    expect(codeOf(() => decode({ ...listing, ...changes }))).toBe('EVENT_MALFORMED');
  });

  it('refuses counters that no contract reaches', () => {
    const far = [...LISTED.slice(0, 4), 2n ** 60n, LISTED[5]];
    expect(codeOf(() => decode(aLog('Directory', 'ContractListed', far)))).toBe('EVENT_MALFORMED');
  });

  describe('ids that follow from the act', () => {
    const other = factory.someHash(0x77);

    it.each(ACT_NAMES.filter((name) => !isStep(name)))('are those of %s, or the entry is refused', (name) => {
      const { contract, event, schema } = ACTS[name];
      const act = EXAMPLE_ACTS[name];
      // What the act says itself is refused below; what the event alone says cannot be compared here.
      const beside = ['act', 'recordedAt', 'seq', 'head', 'dueAt', 'reviewDueAt', ...(ONLY_IN_THE_EVENT[name] ?? [])];
      const members = Object.keys(schema.shape);
      const derived = argumentNames(contract, event).filter((id) => !beside.includes(id) && !members.includes(id));
      for (const id of derived) {
        expect(codeOf(() => decode(actLog(name, act, { [id]: other })))).toBe('EVENT_MALFORMED');
      }
      expect(derived).toEqual(DERIVED_IDS[name] ?? []);
    });

    it.each([
      ['another nonce', actLog('submitRequest', request, {}, { nonce: 7n })],
      ['other fields', actLog('agree', agreement, {}, { fields: 1n })],
      ['another request behind it', actLog('changeGrant', EXAMPLE_ACTS.changeGrant, { requestId: other })],
    ])('refuses an act with %s', (_what, log) => {
      expect(codeOf(() => decode(log))).toBe('EVENT_MALFORMED');
    });

    it('refuses the request of another deployment', () => {
      expect(codeOf(() => decodeLog({ ...deployment, chainId: 1 }, actLog('submitRequest', request)))).toBe(
        'EVENT_MALFORMED',
      );
    });
  });

  describe('topics that repeat the act', () => {
    const order = factory.statusOrder(provider, 'suspended');

    // The topics of a grant are those of its request, which the projection compares.
    it.each(ACT_NAMES.filter((name) => name !== 'agree'))('are those of %s, or the entry is refused', (name) => {
      const { contract, event } = ACTS[name];
      const inputs = CONTRACT_INTERFACES[contract].getEvent(event)?.inputs ?? [];
      const repeated = inputs.filter(({ name: topic, indexed }) => indexed === true && repeats(name, topic));
      for (const { name: topic, type } of repeated) {
        const other = type === 'uint16' ? 1999 : `0x${'ab'.repeat(Number(type.slice('bytes'.length)))}`;
        expect(codeOf(() => decode(actLog(name, EXAMPLE_ACTS[name], { [topic]: other })))).toBe('EVENT_MALFORMED');
      }
      expect(repeated.length).toBeGreaterThan(0);
    });

    it('are those of an order of governance, or the entry is refused', () => {
      const rest = [chainTuple(statusOrder, order), RECORDED_AT, 1, factory.someHash(0xee)];
      const logOf = (topics: readonly unknown[]) =>
        aLog('DepartmentRegistry', 'DepartmentStatusGoverned', [...topics, ...rest]);
      expect(decode(logOf([hexOf(provider), order.reasonCode]))).toMatchObject({ act: order });
      for (const topics of [
        [hexOf(requester), order.reasonCode],
        [hexOf(provider), zero],
      ]) {
        expect(codeOf(() => decode(logOf(topics)))).toBe('EVENT_MALFORMED');
      }
    });
  });

  it.each<[string | null, { readonly provider?: string; readonly shareClass?: number; readonly version?: number }]>([
    [null, {}],
    ['EVENT_MALFORMED', { provider: departmentIdToHex(provider.id).replace(/..$/, '30') }],
    ['EVENT_MALFORMED', { shareClass: 9 }],
    ['EVENT_MALFORMED', { version: 0 }],
  ])('says %s for a submission with %o', (code, changes) => {
    const act = factory.submission(provider);
    const of = changes.provider ?? hexOf(provider);
    const id = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes18', 'bytes32'], [of, act.codeHash]));
    expect(codeOf(() => decode(actLog('submitResource', act, { resourceId: id, provider: of }, changes)))).toBe(code);
  });

  it('refuses or ignores any other bytes, and never throws anything else', () => {
    const log = actLog('submitRequest', request);
    const bytes = fc.uint8Array({ maxLength: 700 }).map((data) => `0x${Buffer.from(data).toString('hex')}`);
    fc.assert(
      fc.property(bytes, (data) => {
        expect(codeOf(() => decode({ ...log, data }))).toBe('EVENT_MALFORMED');
      }),
      { numRuns: 500 },
    );
  });
});

describe('decodeActSigned', () => {
  it('reads who signed what for which entry', () => {
    expect(decodeActSigned(deployment, aLog('ShareLedger', 'ActSigned', SIGNED))).toEqual({
      contract: 'ShareLedger',
      seq: 9,
      actDigest: factory.someHash(3),
      signer: `0x${'11'.repeat(20)}`,
      signature: `0x${'22'.repeat(65)}`,
      blockNumber: 7,
      blockHash: factory.someHash(0xb7),
      logIndex: 3,
      transactionHash: factory.someHash(0x7b),
    });
  });

  it('is null for an entry, and refuses what no contract emits', () => {
    const log = aLog('ShareLedger', 'ActSigned', SIGNED);
    expect(decodeActSigned(deployment, listing)).toBeNull();
    expect(codeOf(() => decodeActSigned(deployment, { ...log, data: log.data.slice(0, -64) }))).toBe('EVENT_MALFORMED');
  });
});
