import { beforeAll, describe, expect, it } from 'vitest';

import {
  NOW,
  makeHandMade,
  makeKey,
  makeSigned,
  pick,
  seededRandom,
  signByHand,
  toWire,
  type TestKey,
  type Wire,
} from '../../ledger/request-signature.factory.ts';
import { makeContext, present, refusalOf, registered } from './authentication-factory.ts';
import { HOLDER_FORGERIES } from './holder-forgeries.ts';
import { MESSAGE_FORGERIES } from './message-forgeries.ts';
import { SIGNATURE_FORGERIES } from './signature-forgeries.ts';

/** Forged requests in all; a nightly run sets more. */
const FORGERIES = Number(process.env['DXL_FORGERIES'] ?? 24_000);
const CONTROLS = Math.ceil(FORGERIES / 12);
const SEED = Number(process.env['DXL_SEED'] ?? 20_261_123);
const NETWORK_FORGERIES = [...MESSAGE_FORGERIES, ...SIGNATURE_FORGERIES];
const FAMILIES = NETWORK_FORGERIES.length + HOLDER_FORGERIES.length;
const ROUNDS = Math.ceil(FORGERIES / FAMILIES);
const TIMEOUT_MS = 600_000;

let keys: readonly TestKey[];
let stranger: TestKey;
let attempts = 0;

beforeAll(() => {
  keys = [makeKey('ed25519'), makeKey('ecdsa-p256-sha256'), makeKey('ed25519'), makeKey('ecdsa-p256-sha256')];
  stranger = makeKey('ed25519');
});

function sameWire(left: Wire, right: Wire): boolean {
  const text = ({ method, target, headers, body }: Wire): string =>
    JSON.stringify([method, target, headers, body === null ? null : Buffer.from(body).toString('hex')]);
  return text(left) === text(right);
}

describe(`authenticate against forged requests (seed ${String(SEED)})`, () => {
  it(
    'accepts the control group',
    async () => {
      const random = seededRandom(SEED);
      const context = makeContext(keys);
      const refused: (string | null)[] = [];
      for (let round = 0; round < CONTROLS; round += 1) {
        const key = pick(random, keys);
        const wire =
          round % 2 === 0
            ? toWire(makeSigned(random, key))
            : signByHand(makeHandMade(random, key), key.signing.privateKey).wire;
        const code = await refusalOf(context, wire);
        if (code !== null) refused.push(code);
      }
      expect(refused).toEqual([]);
      expect(context.claimed.size).toBe(CONTROLS);
    },
    TIMEOUT_MS,
  );

  it.each(NETWORK_FORGERIES)(
    'refuses: $name',
    async ({ forge, codes }) => {
      const random = seededRandom(SEED + attempts);
      const context = makeContext(keys);
      let forged = 0;
      for (let trial = 0; forged < ROUNDS && trial < 40 * ROUNDS; trial += 1) {
        const key = pick(random, keys);
        const good = toWire(makeSigned(random, key));
        const otherKeyId = keys[(keys.indexOf(key) + 2) % keys.length]!.signing.keyId;
        const loot = {
          wire: good,
          other: toWire(makeSigned(random, key)),
          otherKeyId,
          unknownKeyId: stranger.signing.keyId,
        };
        const wire = forge(random, loot);
        if (wire === null || sameWire(wire, good)) continue;
        forged += 1;
        const code = await refusalOf(context, wire);
        if (code === null || !codes.includes(code)) expect.soft({ code, wire }).toEqual({ code: codes, wire });
        // The forgery has not used up the nonce, and what it was made from was good.
        if (forged % 8 === 0) await present(makeContext(keys, { nonces: context.nonces }), good);
      }
      attempts += forged;
      expect(forged).toBe(ROUNDS);
      expect(context.claimed.size).toBe(Math.floor(ROUNDS / 8));
    },
    TIMEOUT_MS,
  );

  it.each(HOLDER_FORGERIES)(
    'refuses: $name',
    async ({ change, key: keyChange, codes }) => {
      const random = seededRandom(SEED + attempts);
      const context = makeContext(keys);
      let forged = 0;
      for (let trial = 0; forged < ROUNDS && trial < 40 * ROUNDS; trial += 1) {
        const key = keyChange === undefined ? pick(random, keys) : keys[0]!;
        context.keys.set(key.signing.keyId, registered(key, keyChange?.(NOW) ?? {}));
        const made = change(random, makeHandMade(random, key));
        if (made === null) continue;
        forged += 1;
        const code = await refusalOf(context, signByHand(made, key.signing.privateKey).wire);
        if (code === null || !codes.includes(code)) expect.soft({ code, made }).toEqual({ code: codes, made });
      }
      attempts += forged;
      expect(forged).toBe(ROUNDS);
      expect(context.claimed.size).toBe(0);
    },
    TIMEOUT_MS,
  );

  it('refuses a request that another key signed under a registered key id', async () => {
    const random = seededRandom(SEED);
    const context = makeContext(keys);
    for (let round = 0; round < ROUNDS; round += 1) {
      const key = keys[0]!;
      const { wire } = signByHand(makeHandMade(random, key), pick(random, [stranger, keys[2]!]).signing.privateKey);
      expect(await refusalOf(context, wire)).toBe('SIGNATURE_INVALID');
    }
    attempts += ROUNDS;
    expect(context.claimed.size).toBe(0);
  });

  it('refuses at another gateway what was signed for this one', async () => {
    const random = seededRandom(SEED);
    const context = makeContext(keys, { authority: 'other.dxl.example' });
    for (let round = 0; round < ROUNDS; round += 1) {
      const wire = toWire(makeSigned(random, pick(random, keys)));
      const headers = wire.headers.map(
        ([name, value]) => [name, name === 'Host' ? 'other.dxl.example' : value] as const,
      );
      expect(await refusalOf(context, wire)).toBe('REQUEST_INVALID');
      expect(await refusalOf(context, { ...wire, headers })).toBe('SIGNATURE_INVALID');
    }
    attempts += 2 * ROUNDS;
    expect(context.claimed.size).toBe(0);
  });

  it('has tried as many forgeries as it promises', () => {
    expect(attempts).toBeGreaterThanOrEqual(FORGERIES);
    process.stdout.write(`forged requests: ${String(attempts)}, accepted: 0\n`);
  });
});
