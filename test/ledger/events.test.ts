import { AbiCoder, keccak256 } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { chainTuple } from '../../ledger/acts/chain-form.ts';
import { decodeActSigned, decodeLog, type RawLog } from '../../ledger/events.ts';
import { statusOrder } from '../../ledger/events/governance-orders.ts';
import { departmentIdToHex, deriveGrantId, parseGrantId, parseRequestId, parseResourceId } from '../../ledger/ids.ts';
import * as factory from '../support/act-factory.ts';
import { actor } from '../support/actors.ts';
import { aDeployment } from './deployment.factory.ts';
import { actHashOf, actLog, aLog, grantLog, RECORDED_AT, requestLog } from './events.factory.ts';
import { codeOf } from './refusal-of.ts';

const deployment = aDeployment();
const [authority, provider, requester] = [actor('SH'), actor('GA'), actor('RS')];
const resourceId = parseResourceId(factory.someHash(0xa1));
const request = factory.shareRequest(requester, resourceId);
const agreement = factory.agreement(provider, parseRequestId(factory.someHash(0xb2)));
const hexOf = ({ id }: typeof provider): string => departmentIdToHex(id);
const decode = (log: RawLog) => decodeLog(deployment, log);
const zero = factory.NO_HASH;

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

  it('reads an act as it was signed', () => {
    expect(decode(requestLog(request))).toMatchObject({ name: 'ShareRequested', act: request });
    const event = decode(grantLog(agreement, requester, resourceId));
    expect(event).toMatchObject({
      grantId: deriveGrantId(agreement),
      requester: requester.id,
      resourceVersion: 2,
      act: agreement,
    });
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
    const submission = factory.submission(provider);
    const key = factory.keyRegistration(requester);

    it.each([
      ['request', requestLog(request, { nonce: 7n })],
      ['request', { ...requestLog(request), topics: requestLog(factory.shareRequest(requester, resourceId)).topics }],
      [
        'grant',
        {
          ...grantLog(agreement, requester, resourceId),
          topics: grantLog({ ...agreement, fields: 1n }, requester, resourceId).topics,
        },
      ],
      ['resource', actLog('submitResource', 'ResourceSubmitted', submission, [resourceId, hexOf(provider)])],
      ['access key', actLog('registerAccessKey', 'AccessKeyRegistered', key, [factory.someHash(5), hexOf(requester)])],
    ])('refuses another %s', (_what, log) => {
      expect(codeOf(() => decode(log))).toBe('EVENT_MALFORMED');
    });

    it('refuses the request of another deployment', () => {
      expect(codeOf(() => decodeLog({ ...deployment, chainId: 1 }, requestLog(request)))).toBe('EVENT_MALFORMED');
    });
  });

  describe('topics that repeat the act', () => {
    const other = `0x${'ab'.repeat(18)}`;
    const grantId = parseGrantId(factory.someHash(6));
    const revocation = factory.revocation(provider, grantId);
    const refusal = factory.refusal(provider, agreement.requestId);
    const publication = factory.publication(authority, resourceId);
    const order = factory.statusOrder(provider, 'suspended');

    it.each([
      [
        'revoke',
        [factory.someHash(7), hexOf(provider), revocation.reasonCode],
        actLog('revoke', 'GrantRevoked', revocation, [factory.someHash(7), hexOf(provider), revocation.reasonCode]),
      ],
      [
        'revoke',
        [grantId, other],
        actLog('revoke', 'GrantRevoked', revocation, [grantId, other, revocation.reasonCode]),
      ],
      [
        'revoke',
        [grantId, hexOf(provider), zero],
        actLog('revoke', 'GrantRevoked', revocation, [grantId, hexOf(provider), zero]),
      ],
      [
        'refuse',
        [factory.someHash(7)],
        actLog('refuse', 'ShareRefused', refusal, [factory.someHash(7), hexOf(provider), refusal.reasonCode]),
      ],
      [
        'publish',
        [resourceId, other],
        actLog('publishResource', 'ResourcePublished', publication, [resourceId, other]),
      ],
      [
        'register',
        [other],
        actLog('registerDepartment', 'DepartmentRegistered', factory.registration(authority, provider), [
          other,
          hexOf(authority),
        ]),
      ],
      [
        'govern',
        [other],
        aLog('DepartmentRegistry', 'DepartmentStatusGoverned', [
          other,
          order.reasonCode,
          chainTuple(statusOrder, order),
          RECORDED_AT,
          1,
          factory.someHash(0xee),
        ]),
      ],
    ])('refuses to %s with topics %j', (_what, _topics, log) => {
      expect(codeOf(() => decode(log))).toBe('EVENT_MALFORMED');
    });

    it('takes the same with the right topics', () => {
      const right = actLog('revoke', 'GrantRevoked', revocation, [grantId, hexOf(provider), revocation.reasonCode]);
      expect(decode(right)).toMatchObject({ name: 'GrantRevoked', act: revocation });
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
    expect(codeOf(() => decode(actLog('submitResource', 'ResourceSubmitted', act, [id, of], changes)))).toBe(code);
  });

  it('refuses or ignores any other bytes, and never throws anything else', () => {
    const log = requestLog(request);
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
