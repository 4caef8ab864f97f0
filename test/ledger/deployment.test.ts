import { describe, expect, it } from 'vitest';

import {
  assertSameChain,
  CONTRACT_NAMES,
  type ChainFacts,
  mapContracts,
  parseDeployment,
} from '../../ledger/deployment.ts';
import { aDeployment, rawDeployment } from './deployment.factory.ts';
import { refusalOf } from './refusal-of.ts';

const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const OTHER_HASH = `0x${'77'.repeat(32)}`;

describe('parseDeployment', () => {
  it('reads a deployment file, with addresses in lower case', () => {
    const raw = rawDeployment();
    const contracts = { ...(raw['contracts'] as object), Directory: `0x${'D1'.repeat(20)}` };
    expect(parseDeployment(bytesOf({ ...raw, contracts }))).toEqual(raw);
  });

  it('refuses a file with any member missing, of another type, or one too many', () => {
    for (const member of Object.keys(rawDeployment())) {
      for (const value of [undefined, null, -1, [], 'x', {}]) {
        const refused = refusalOf(() => parseDeployment(bytesOf({ ...rawDeployment(), [member]: value })));
        expect(refused?.code).toBe('DEPLOYMENT_INVALID');
      }
    }
    expect(refusalOf(() => parseDeployment(bytesOf({ ...rawDeployment(), trust: 'me' })))?.details).toEqual({
      path: '/trust',
      rule: 'UNRECOGNIZED_KEYS',
    });
  });

  it('refuses one address for two contracts', () => {
    const address = `0x${'d1'.repeat(20)}`;
    const contracts = mapContracts(() => address);
    expect(refusalOf(() => parseDeployment(bytesOf({ ...rawDeployment(), contracts })))?.details['rule']).toBe(
      'UNIQUE',
    );
  });

  it.each(['', '{', 'null', '[]', '{"chainId":1,"chainId":2}'])('refuses %j', (text) => {
    expect(refusalOf(() => parseDeployment(Buffer.from(text)))?.code).toBe('DEPLOYMENT_INVALID');
  });
});

describe('assertSameChain', () => {
  const deployment = aDeployment();
  const { chainId, genesisHash, codeHashes } = deployment;
  const facts: ChainFacts = { chainId, genesisHash, codeHashes };
  const whatDiffers = (changes: Partial<ChainFacts>): unknown =>
    refusalOf(() => {
      assertSameChain(deployment, { ...facts, ...changes });
    })?.details['what'] ?? null;

  it('takes the chain of the file', () => {
    expect(whatDiffers({})).toBeNull();
  });

  const others: readonly (readonly [string, Partial<ChainFacts>])[] = [
    ['chainId', { chainId: 1 }],
    ['chainId', { chainId: Number.NaN }],
    ['genesisHash', { genesisHash: OTHER_HASH }],
    ...CONTRACT_NAMES.map(
      (name) => [`codeHashes.${name}`, { codeHashes: { ...codeHashes, [name]: OTHER_HASH } }] as const,
    ),
  ];

  it.each(others)('refuses another %s', (what, changes) => {
    expect(whatDiffers(changes)).toBe(what);
  });
});
