import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readRegisteredKey } from '../../../gateway/authn/registered-key.ts';
import { decodeLog } from '../../../ledger/events.ts';
import { KEY_ALGORITHMS, parseAccessKeyId } from '../../../ledger/ids.ts';
import { VerifiedProjection } from '../../../ledger/projection.ts';
import { sampleDepartment } from '../../../scripts/samples/departments.ts';
import { keyRegistration, keyRevocation, statusChange } from '../../support/act-factory.ts';
import type { Actor } from '../../support/actors.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { recordedBlocks } from '../../support/ledger-story.ts';
import { makeKey, makeSigned, seededRandom, toWire, type TestKey } from '../../ledger/request-signature.factory.ts';
import { makeContext, present, refusalOf, type TestContext } from './authentication-factory.ts';

const random = seededRandom(11);
const OWNER = sampleDepartment('RS').id;
const keys = { ed25519: makeKey('ed25519', OWNER), p256: makeKey('ecdsa-p256-sha256', OWNER) };
let chain: LedgerChain;
let department: Actor;

beforeAll(async () => {
  chain = await LedgerChain.start();
  department = await chain.register('RS');
  for (const { signing, publicBytes } of Object.values(keys)) {
    const publicKey = `0x${Buffer.from(publicBytes).toString('hex')}`;
    const act = keyRegistration(department, { algorithm: KEY_ALGORITHMS[signing.algorithm], publicKey });
    await chain.record('registerAccessKey', act, department);
  }
});

afterAll(async () => {
  await chain.stop();
});

async function readProjection(): Promise<VerifiedProjection> {
  const projection = new VerifiedProjection(chain.deployment);
  for (const { block, logs, heads } of await recordedBlocks(chain)) {
    projection.apply(
      block,
      logs.map((log) => decodeLog(chain.deployment, log)).filter((event) => event !== null),
    );
    projection.confirm(heads);
  }
  return projection;
}

/** A gateway that knows keys only from the ledger. */
async function makeGateway(): Promise<TestContext> {
  const projection = await readProjection();
  const now = (): number => Math.floor(Date.now() / 1000);
  return makeContext([], { now, accessKeys: (id) => readRegisteredKey(projection, id) });
}

async function answerTo(key: TestKey): Promise<string | null> {
  const gateway = await makeGateway();
  return await refusalOf(gateway, toWire(makeSigned(random, key, gateway.now())));
}

/** In the order of the acts: each test leaves the ledger as the next one finds it. */
describe('readRegisteredKey', () => {
  it.each(['ed25519', 'p256'] as const)(
    'lets a department in with the %s key that it registered on chain',
    async (name) => {
      const gateway = await makeGateway();
      const caller = await present(gateway, toWire(makeSigned(random, keys[name], gateway.now())));
      expect(caller).toMatchObject({ department: department.id, keyId: keys[name].signing.keyId });
    },
  );

  it('gives null for a key that the ledger does not know', async () => {
    const unknown = parseAccessKeyId(`0x${'0'.repeat(64)}`);
    expect(readRegisteredKey(await readProjection(), unknown)).toBeNull();
    expect(await answerTo(makeKey('ed25519'))).toBe('KEY_UNKNOWN');
  });

  it('follows the department into suspension and out of it', async () => {
    const { authority } = chain;
    await chain.record('changeDepartmentStatus', statusChange(authority, department, 'suspended'), authority);
    expect(await answerTo(keys.ed25519)).toBe('KEY_NOT_VALID');
    await chain.record('changeDepartmentStatus', statusChange(authority, department, 'active'), authority);
    expect(await answerTo(keys.ed25519)).toBeNull();
  });

  it('lets nobody in with a key from the block on that revokes it', async () => {
    await chain.record('revokeAccessKey', keyRevocation(department, keys.p256.signing.keyId), department);
    expect(await answerTo(keys.p256)).toBe('KEY_NOT_VALID');
    expect(await answerTo(keys.ed25519)).toBeNull();
  });
});
