import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openDatabase } from '../../../gateway/stores/database.ts';
import { NonceStore } from '../../../gateway/stores/nonce-store.ts';
import type { Database } from '../../../gateway/stores/schema.ts';
import {
  NOW,
  below,
  makeKey,
  makeNonce,
  makeRequest,
  makeSigned,
  seededRandom,
  toWire,
} from '../../ledger/request-signature.factory.ts';
import { signRequest } from '../../../ledger/request-signature.ts';
import { makeContext, refusalOf, type TestContext } from './authentication-factory.ts';

/** A nightly run sets more. */
const RACES = Number(process.env['DXL_RACES'] ?? 1_000);
const SEED = Number(process.env['DXL_SEED'] ?? 20_261_123);
const TIMEOUT_MS = 300_000;
const LAST_ACCEPTED = NOW + 60 + 30;

const keys = [makeKey('ed25519'), makeKey('ecdsa-p256-sha256')];
let folder: string;
let databases: Kysely<Database>[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-replay-'));
  databases = [];
});

afterEach(async () => {
  for (const database of databases) await database.destroy();
  rmSync(folder, { recursive: true });
});

/** One more gateway on the same store, with a connection of its own. */
async function startGateway(clock: { now: number }): Promise<TestContext & { store: NonceStore }> {
  const database = await openDatabase(join(folder, 'store.sqlite'));
  databases.push(database);
  const store = new NonceStore(database);
  return { ...makeContext(keys, { nonces: store, now: () => clock.now }), store };
}

describe('replay', () => {
  it(
    `accepts exactly one of a request sent several times at once to two gateways (${String(RACES)} races)`,
    async () => {
      const random = seededRandom(SEED);
      const gateways = [await startGateway({ now: NOW }), await startGateway({ now: NOW + 20 })];
      const outcomes = { accepted: 0, replayed: 0, other: 0, wrongRaces: 0 };
      let sent = 0;
      for (let race = 0; race < RACES; race += 1) {
        const wire = toWire(makeSigned(random, keys[race % 2]!));
        const copies = 2 + below(random, 7);
        const answers = await Promise.all(
          Array.from({ length: copies }, (_, copy) => refusalOf(gateways[copy % 2]!, wire)),
        );
        sent += copies;
        const accepted = answers.filter((code) => code === null).length;
        const replayed = answers.filter((code) => code === 'SIGNATURE_REPLAYED').length;
        outcomes.accepted += accepted;
        outcomes.replayed += replayed;
        outcomes.other += copies - accepted - replayed;
        outcomes.wrongRaces += accepted === 1 ? 0 : 1;
      }
      expect(outcomes).toEqual({ accepted: RACES, replayed: sent - RACES, other: 0, wrongRaces: 0 });
    },
    TIMEOUT_MS,
  );

  it('refuses a replay at every second of the window, with sweeps in between, and as expired afterwards', async () => {
    const clock = { now: NOW - 30 };
    const gateway = await startGateway(clock);
    const wire = toWire(makeSigned(seededRandom(SEED), keys[0]!));
    expect(await refusalOf(gateway, wire)).toBeNull();
    const answers = new Set<string | null>();
    for (clock.now = NOW - 30; clock.now <= LAST_ACCEPTED; clock.now += 1) {
      await gateway.store.sweep(clock.now);
      answers.add(await refusalOf(gateway, wire));
    }
    expect([...answers]).toEqual(['SIGNATURE_REPLAYED']);
    expect(await refusalOf(gateway, wire)).toBe('SIGNATURE_EXPIRED');
  });

  it('remembers on a gateway whose clock is the whole skew behind after one that is the whole skew ahead swept', async () => {
    const behind = await startGateway({ now: NOW + 60 });
    const ahead = await startGateway({ now: NOW + 60 + 60 });
    const wire = toWire(makeSigned(seededRandom(SEED), keys[0]!));
    expect(await refusalOf(behind, wire)).toBeNull();
    await ahead.store.sweep(NOW + 60 + 60);
    expect(await refusalOf(behind, wire)).toBe('SIGNATURE_REPLAYED');
  });

  it('forgets a nonce once its time is over', async () => {
    const gateway = await startGateway({ now: NOW });
    await refusalOf(gateway, toWire(makeSigned(seededRandom(SEED), keys[0]!)));
    expect(await gateway.store.sweep(NOW + 60 + 60)).toBe(0);
    expect(await gateway.store.sweep(NOW + 60 + 61)).toBe(1);
  });

  it('remembers over a restart', async () => {
    const wire = toWire(makeSigned(seededRandom(SEED), keys[1]!));
    expect(await refusalOf(await startGateway({ now: NOW }), wire)).toBeNull();
    await databases.pop()!.destroy();
    expect(await refusalOf(await startGateway({ now: NOW }), wire)).toBe('SIGNATURE_REPLAYED');
  });

  it('refuses another request with a used nonce, and takes the same nonce of another key', async () => {
    const random = seededRandom(SEED);
    const gateway = await startGateway({ now: NOW });
    const nonce = makeNonce(random);
    const codes: (string | null)[] = [];
    for (const key of [keys[0]!, keys[0]!, keys[1]!]) {
      codes.push(await refusalOf(gateway, toWire(signRequest(makeRequest(random), key.signing, NOW, nonce))));
    }
    expect(codes).toEqual([null, 'SIGNATURE_REPLAYED', null]);
  });
});
