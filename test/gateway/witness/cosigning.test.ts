import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Wallet } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { logFolder } from '../../../gateway/log/open-log.ts';
import { createLogger } from '../../../gateway/logger.ts';
import { CosignedNote } from '../../../gateway/witness/cosigned-note.ts';
import { Cosigning } from '../../../gateway/witness/cosigning.ts';
import type { WitnessAddress } from '../../../gateway/witness/witnesses-config.ts';
import { type GatewayId, parseBytes32, parseGatewayId } from '../../../ledger/ids.ts';
import { logOrigin, parseCheckpoint } from '../../../ledger/log/checkpoint.ts';
import { cosign, cosignatureVerifier, witnessName } from '../../../ledger/log/cosignature.ts';
import {
  ed25519Verifier,
  formatSignatureLine,
  parseNote,
  verifiedSignatures,
} from '../../../ledger/log/signed-note.ts';
import { parseWitnessRequest } from '../../../ledger/log/witness-request.ts';
import { gatewayRegistration, gatewayRetirement, someHash } from '../../support/act-factory.ts';
import { GatewayFixture, type Member } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { type Asked, HostileWitness, type Reply, witnessAt } from './hostile-witness.ts';
import { PaperLog } from './paper-log.ts';

interface Logged {
  readonly level: number;
  readonly part?: string;
  readonly witness?: string;
  readonly err?: { readonly code?: string; readonly details?: Readonly<Record<string, unknown>> };
}

let chain: LedgerChain;
let folder: string;
let running: GatewayFixture[] = [];
let logged: Logged[] = [];

const logger = createLogger('warn', {
  write: (line: string) => {
    logged.push(JSON.parse(line) as Logged);
  },
});

beforeAll(async () => {
  chain = await LedgerChain.start();
  folder = mkdtempSync(join(tmpdir(), 'dxl-cosigning-'));
});
afterAll(async () => {
  await chain.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  logged = [];
});

async function stopAll(): Promise<void> {
  for (const fixture of running.splice(0)) await fixture.stop();
}

/** Warnings and errors about witnesses, as the codes of what went wrong. */
function problems(level: number): readonly (string | undefined)[] {
  return logged.filter((line) => line.part === 'witnesses' && line.level === level).map(({ err }) => err?.code);
}

function witnessesFile(witnesses: readonly WitnessAddress[]): string {
  const path = join(folder, 'witnesses.json');
  writeFileSync(path, JSON.stringify({ witnesses }));
  return path;
}

async function start(witnesses: readonly WitnessAddress[] = [], like?: GatewayFixture): Promise<GatewayFixture> {
  const config = { witnessesFile: witnessesFile(witnesses) };
  const fixture = await GatewayFixture.start({
    chain,
    sources: {},
    logger,
    config,
    ...(like === undefined ? {} : { like }),
  });
  running.push(fixture);
  return fixture;
}

async function stop(fixture: GatewayFixture): Promise<void> {
  running = running.filter((other) => other !== fixture);
  await fixture.stop({ keepData: true });
}

function idOf({ gateway }: GatewayFixture): GatewayId {
  return parseGatewayId(gateway.context.gatewayKey.keyId);
}

async function register(fixture: GatewayFixture): Promise<void> {
  const { publicKey } = fixture.gateway.context.gatewayKey;
  const account = new Wallet(fixture.secrets.relayerKey).address.toLowerCase();
  const act = gatewayRegistration(chain.authority, { publicKey: parseBytes32(publicKey), account });
  await chain.record('registerGateway', act, chain.authority);
}

/** All running gateways have the block that the chain has. */
async function areFollowing(): Promise<void> {
  for (const fixture of running) await fixture.follow();
}

/** The log gets one receipt more, and a checkpoint with it: reads of a supervisor leave one each. */
async function grow(fixture: GatewayFixture, authority: Member): Promise<number> {
  const { log } = fixture.gateway.context;
  await authority.client.get(`/v1/audit/department/${chain.authority.id}`);
  await log.publish();
  return log.head.size;
}

async function cosigned(fixture: GatewayFixture): Promise<Uint8Array | null> {
  const answer = await fetch(`${fixture.url}/log/cosigned`);
  return answer.status === 404 ? null : Buffer.from(await answer.arrayBuffer());
}

/** Of these gateways those that cosigned the note, checked with what the ledger has. */
function signersOf(fixture: GatewayFixture, note: Uint8Array | null, ids: readonly GatewayId[]): readonly GatewayId[] {
  const parsed = parseNote(note ?? Buffer.from(''));
  const keyOf = (id: GatewayId): Uint8Array =>
    Buffer.from(fixture.gateway.context.follower.ledger.gateway(id)!.publicKey.slice(2), 'hex');
  const own = ed25519Verifier({ name: logOrigin(idOf(fixture)), publicKey: keyOf(idOf(fixture)) });
  expect(verifiedSignatures(parsed, [own])).toHaveLength(1);
  const verifiers = ids.map((id) => cosignatureVerifier({ name: witnessName(id), publicKey: keyOf(id) }));
  const names = verifiedSignatures(parsed, verifiers).map(({ name }) => name);
  return ids.filter((id) => names.includes(witnessName(id)));
}

function sizeOf(note: Uint8Array | null): number {
  return parseCheckpoint(parseNote(note!).text).size;
}

async function metricOf(fixture: GatewayFixture, name: string): Promise<number> {
  const text = await (await fetch(`${fixture.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

describe('two witnesses of one gateway', () => {
  let witnesses: readonly GatewayFixture[];
  let ids: readonly GatewayId[];
  let fixture: GatewayFixture;
  let authority: Member;

  beforeEach(async () => {
    witnesses = [await start(), await start()];
    ids = witnesses.map(idOf);
    fixture = await start(witnesses.map((witness) => witnessAt(witness.url, idOf(witness))));
    for (const each of running) await register(each);
    authority = await fixture.join(chain.authority);
    await areFollowing();
  });
  afterEach(stopAll);

  it('cosign each head that they are shown, and the note is served and kept', async () => {
    const { context } = fixture.gateway;
    expect(await cosigned(fixture)).toBeNull();
    for (let round = 1; round <= 3; round += 1) {
      const size = await grow(fixture, authority);
      await context.cosigning.pass();
      const note = await cosigned(fixture);
      expect([sizeOf(note), signersOf(fixture, note, ids)]).toEqual([size, ids]);
      expect(readFileSync(join(logFolder(fixture.config), 'cosigned'))).toEqual(note);
    }
    expect(await metricOf(fixture, 'dxl_cosignatures')).toBe(2);
    expect(await metricOf(fixture, 'dxl_cosigned_ago_seconds')).toBeLessThan(60);
    expect(problems(40).concat(problems(50))).toEqual([]);
  });

  it('begin on their own when the head is published, and need not be asked twice for it', async () => {
    const size = await grow(fixture, authority);
    await stop(fixture);
    fixture = await start(
      witnesses.map((witness) => witnessAt(witness.url, idOf(witness))),
      fixture,
    );
    await expect
      .poll(async () => ((await cosigned(fixture)) === null ? 0 : sizeOf(await cosigned(fixture))))
      .toBe(size);
    const before = await cosigned(fixture);
    await fixture.gateway.context.cosigning.pass();
    expect(await cosigned(fixture)).toEqual(before);
  });

  it('keep the note over a restart, and tell a gateway that lost it what they have', async () => {
    await grow(fixture, authority);
    await fixture.gateway.context.cosigning.pass();
    const before = await cosigned(fixture);
    await stop(fixture);
    fixture = await start([], fixture);
    expect(await cosigned(fixture)).toEqual(before);
    await stop(fixture);
    writeFileSync(join(logFolder(fixture.config), 'cosigned'), 'torn');
    fixture = await start(
      witnesses.map((witness) => witnessAt(witness.url, idOf(witness))),
      fixture,
    );
    authority = await fixture.join(chain.authority);
    await areFollowing();
    const size = await grow(fixture, authority);
    await fixture.gateway.context.cosigning.pass();
    await fixture.gateway.context.cosigning.pass();
    const note = await cosigned(fixture);
    expect([sizeOf(note), signersOf(fixture, note, ids)]).toEqual([size, ids]);
    expect(problems(50)).toEqual([]);
  });

  it('do not wait for each other: what one signs is kept, and the other signs the same when it is back', async () => {
    const [first, second] = witnesses as [GatewayFixture, GatewayFixture];
    await stop(second);
    const size = await grow(fixture, authority);
    await fixture.gateway.context.cosigning.pass();
    expect(signersOf(fixture, await cosigned(fixture), ids)).toEqual([idOf(first)]);
    expect(problems(40)).toEqual(['SOURCE_FAILED']);
    await start([], second);
    await areFollowing();
    await fixture.gateway.context.cosigning.pass();
    const note = await cosigned(fixture);
    expect([sizeOf(note), signersOf(fixture, note, ids)]).toEqual([size, ids]);
  });

  it('are told of loudly when they have more of the log than its gateway has', async () => {
    await grow(fixture, authority);
    await fixture.gateway.context.cosigning.pass();
    const again = witnesses.map((witness) => witnessAt(witness.url, idOf(witness)));
    const backup = join(folder, 'backup');
    await stop(fixture);
    cpSync(fixture.config.dataDir, backup, { recursive: true });
    fixture = await start(again, fixture);
    authority = await fixture.join(chain.authority);
    await areFollowing();
    await grow(fixture, authority);
    await fixture.gateway.context.cosigning.pass();
    await stop(fixture);
    rmSync(fixture.config.dataDir, { recursive: true });
    cpSync(backup, fixture.config.dataDir, { recursive: true });
    rmSync(join(logFolder(fixture.config), 'cosigned'));
    fixture = await start(again, fixture);
    await areFollowing();
    await fixture.gateway.context.cosigning.pass();
    expect(problems(50)).toContain('WITNESS_AHEAD');
    expect(await cosigned(fixture)).toBeNull();
    // Another receipt of that number is another history.
    authority = await fixture.join(chain.authority);
    await grow(fixture, authority);
    logged = [];
    await fixture.gateway.context.cosigning.pass();
    expect(problems(50)).toEqual(['WITNESS_FORKED', 'WITNESS_FORKED']);
    expect(await cosigned(fixture)).toBeNull();
  });

  it('do not cosign a gateway that was retired, and are not relied on when they were', async () => {
    await chain.record('retireGateway', gatewayRetirement(chain.authority, ids[0]!), chain.authority);
    await areFollowing();
    const size = await grow(fixture, authority);
    await fixture.gateway.context.cosigning.pass();
    const note = await cosigned(fixture);
    expect([sizeOf(note), signersOf(fixture, note, ids)]).toEqual([size, [ids[1]]]);
    expect(problems(40)).toEqual(['WITNESS_NOT_REGISTERED']);
    await chain.record('retireGateway', gatewayRetirement(chain.authority, idOf(fixture)), chain.authority);
    await areFollowing();
    logged = [];
    await grow(fixture, authority);
    await fixture.gateway.context.cosigning.pass();
    expect(problems(40).toSorted()).toEqual(['WITNESS_NOT_REGISTERED', 'WITNESS_REFUSED']);
    expect(await cosigned(fixture)).toEqual(note);
  });
});

describe('a witness that cannot be trusted', () => {
  let hostile: HostileWitness;
  let witness: PaperLog;
  let fixture: GatewayFixture;
  let authority: Member;
  let size: number;

  let before: Uint8Array | null;

  beforeAll(async () => {
    hostile = await HostileWitness.start();
    witness = await PaperLog.register(chain);
    fixture = await start([hostile.addressAs(witness.keys.gateway)]);
    await register(fixture);
    authority = await fixture.join(chain.authority);
    await areFollowing();
  });
  afterAll(async () => {
    await stopAll();
    await hostile.stop();
  });
  beforeEach(async () => {
    size = await grow(fixture, authority);
    before = await cosigned(fixture);
  });

  const nowSeconds = (): number => Math.floor(Date.now() / 1000);
  const lineOver = (text: string, of = witness, time = nowSeconds()): string =>
    formatSignatureLine(cosign(text, { name: witnessName(of.keys.gateway), privateKey: of.keys.signer }, time));
  const ourText = (): string => parseNote(fixture.gateway.context.log.head.note!).text;
  const tells = (told: number | string): Reply => {
    return { status: 409, headers: { 'content-type': 'text/x.tlog.size' }, body: `${String(told)}\n` };
  };

  async function pass(reply: typeof hostile.reply): Promise<void> {
    hostile.reply = reply;
    hostile.asked.splice(0);
    await fixture.gateway.context.cosigning.pass();
  }

  it('is asked as the specification says', async () => {
    await pass(() => ({ status: 200, body: lineOver(ourText()) }));
    expect(hostile.asked.map(({ path }) => path)).toEqual(['/log/witness/add-checkpoint']);
    const { oldSize, proof, note } = parseWitnessRequest(hostile.asked[0]!.body);
    expect({ oldSize, proof, note }).toEqual({ oldSize: 0, proof: [], note: fixture.gateway.context.log.head.note });
    expect(hostile.asked[0]?.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(signersOf(fixture, await cosigned(fixture), [witness.keys.gateway])).toEqual([witness.keys.gateway]);
  });

  it.each<readonly [string, (asked: Asked) => Reply, string]>([
    [
      'signs with another key',
      () => ({
        status: 200,
        body: lineOver(
          ourText(),
          new PaperLog({ ...PaperLog.unregistered(chain).keys, gateway: witness.keys.gateway }),
        ),
      }),
      'COSIGNATURE_INVALID',
    ],
    ['signs another checkpoint', () => ({ status: 200, body: lineOver(witness.textOf(5)) }), 'COSIGNATURE_INVALID'],
    [
      'slips another checkpoint in',
      () => ({ status: 200, body: `\n${witness.textOf(5)}\n${lineOver(witness.textOf(5))}` }),
      'COSIGNATURE_INVALID',
    ],
    [
      'signed long ago',
      () => ({ status: 200, body: lineOver(ourText(), witness, nowSeconds() - 400) }),
      'COSIGNATURE_INVALID',
    ],
    [
      'signs in the future',
      () => ({ status: 200, body: lineOver(ourText(), witness, nowSeconds() + 400) }),
      'COSIGNATURE_INVALID',
    ],
    ['answers with nothing', () => ({ status: 200, body: '' }), 'COSIGNATURE_INVALID'],
    ['answers with no line', () => ({ status: 200, body: 'ok\n' }), 'COSIGNATURE_INVALID'],
    [
      'answers with bytes that are no text',
      () => ({ status: 200, body: Buffer.of(0xff, 0x0a) }),
      'COSIGNATURE_INVALID',
    ],
    ['answers without an end', () => ({ status: 200, body: 'x'.repeat(70_000) }), 'SOURCE_FAILED'],
    ['sends it elsewhere', () => ({ status: 307, headers: { location: 'http://127.0.0.1:1/' } }), 'WITNESS_REFUSED'],
    ['does not know the log', () => ({ status: 404 }), 'WITNESS_REFUSED'],
    ['fails', () => ({ status: 500 }), 'WITNESS_REFUSED'],
    ['tells no size', () => tells('many'), 'WITNESS_REFUSED'],
    ['tells a size twice', () => tells('1\n1'), 'WITNESS_REFUSED'],
    [
      'tells a size as another type',
      () => ({ ...tells(1), headers: { 'content-type': 'text/plain' } }),
      'WITNESS_REFUSED',
    ],
    [
      'tells the size that it was asked from',
      ({ body }) => tells(parseWitnessRequest(body).oldSize),
      'WITNESS_REFUSED',
    ],
  ])('gets nowhere when it %s', async (_what, reply, code) => {
    await pass(reply);
    expect(problems(40)).toEqual([code]);
    expect(problems(50)).toEqual([]);
    expect(await cosigned(fixture)).toEqual(before);
    // Nothing waits for it, and it may do better.
    await pass(() => ({ status: 200, body: lineOver(ourText()) }));
    expect(sizeOf(await cosigned(fixture))).toBe(size);
  });

  it.each<readonly [string, (asked: Asked) => Reply, string]>([
    ['has more of the log', () => tells(size + 1), 'WITNESS_AHEAD'],
    ['has another head of this size', () => tells(size), 'WITNESS_FORKED'],
    ['finds no way from what it has', () => ({ status: 422 }), 'WITNESS_FORKED'],
  ])('is told of loudly when it %s', async (_what, reply, code) => {
    await pass(reply);
    expect(problems(50)).toEqual([code]);
    expect(await cosigned(fixture)).toEqual(before);
  });

  it('is asked from where it says that it is, and not for ever', async () => {
    await pass(() => ({ status: 200, body: lineOver(ourText()) }));
    while (size < 8) size = await grow(fixture, authority);
    const last = sizeOf(await cosigned(fixture));
    size = await grow(fixture, authority);
    await pass((asked) =>
      parseWitnessRequest(asked.body).oldSize === 3 ? { status: 200, body: lineOver(ourText()) } : tells(3),
    );
    expect(hostile.asked.map(({ body }) => parseWitnessRequest(body).oldSize)).toEqual([last, 3]);
    expect(sizeOf(await cosigned(fixture))).toBe(size);
    size = await grow(fixture, authority);
    await pass((asked) => tells(parseWitnessRequest(asked.body).oldSize === 4 ? 5 : 4));
    expect(hostile.asked).toHaveLength(3);
    expect(problems(40)).toEqual(['WITNESS_MOVED']);
  });

  it('is asked again after an hour, though nobody wrote to the log', async () => {
    await pass(() => ({ status: 200, body: lineOver(ourText()) }));
    const { context } = fixture.gateway;
    const askedAt = async (now: number): Promise<number> => {
      const keys = { ...witness.keys, gateway: idOf(fixture), signer: fixture.secrets.signingKey };
      const cosignedNote = await CosignedNote.open(logFolder(fixture.config), keys);
      const witnesses = [hostile.addressAs(witness.keys.gateway)];
      const options = { ...context, cosigned: cosignedNote, witnesses, everyMs: 60_000, now: () => now };
      const later = new Cosigning(options);
      hostile.asked.splice(0);
      hostile.reply = () => ({ status: 200, body: lineOver(ourText(), witness, now) });
      await later.pass();
      await later.stop();
      return hostile.asked.length;
    };
    expect(await askedAt(nowSeconds() + 3_000)).toBe(0);
    expect(await askedAt(nowSeconds() + 3_700)).toBe(1);
    expect(await askedAt(nowSeconds() + 3_700)).toBe(0);
  });
});

describe('a gateway without a cosignature', () => {
  afterEach(stopAll);

  it('counts the time since its start', async () => {
    const hostile = await HostileWitness.start();
    const fixture = await start([hostile.addressAs(parseGatewayId(someHash(1)))]);
    await expect.poll(() => metricOf(fixture, 'dxl_cosigned_ago_seconds'), { timeout: 5_000 }).toBeGreaterThan(0);
    expect(await metricOf(fixture, 'dxl_cosignatures')).toBe(0);
    expect(hostile.asked).toEqual([]);
    await hostile.stop();
  });

  it('has no cosigned note, and without witnesses nothing to count', async () => {
    const fixture = await start();
    await fixture.gateway.context.cosigning.pass();
    expect(await cosigned(fixture)).toBeNull();
    expect(await metricOf(fixture, 'dxl_cosignatures')).toBe(0);
    expect(await metricOf(fixture, 'dxl_cosigned_ago_seconds')).toBe(0);
  });

  it('does not start with a witnesses file that is wrong', async () => {
    const witnessesFile = join(folder, 'wrong.json');
    writeFileSync(witnessesFile, '{"witnesses":[{}]}');
    const starting = GatewayFixture.start({ chain, sources: {}, config: { witnessesFile } });
    await expect(starting).rejects.toMatchObject({ code: 'WITNESSES_INVALID' });
  });
});
