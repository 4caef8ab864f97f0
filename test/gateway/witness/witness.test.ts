import { once } from 'node:events';
import { connect } from 'node:net';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createLogger } from '../../../gateway/logger.ts';
import { deriveGatewayId } from '../../../ledger/ids.ts';
import { cosignatureTime, cosignatureVerifier, witnessName } from '../../../ledger/log/cosignature.ts';
import { signNote, signText, formatNote, parseNote, verifiedSignatures } from '../../../ledger/log/signed-note.ts';
import { formatWitnessRequest, parseWitnessRequest } from '../../../ledger/log/witness-request.ts';
import { gatewayRetirement } from '../../support/act-factory.ts';
import { GatewayFixture } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { PaperLog } from './paper-log.ts';

let chain: LedgerChain;
let fixture: GatewayFixture;
let log: PaperLog;
let logged: { level: number; msg: string; known?: string; shown?: string }[] = [];

const logger = createLogger('warn', {
  write: (line: string) => {
    logged.push(JSON.parse(line) as (typeof logged)[number]);
  },
});

beforeAll(async () => {
  chain = await LedgerChain.start();
  fixture = await GatewayFixture.start({ chain, sources: {}, logger });
});
afterAll(async () => {
  await fixture.stop();
  await chain.stop();
});
beforeEach(async () => {
  log = await PaperLog.register(chain);
  await fixture.follow();
  logged = [];
});

async function post(body: Uint8Array | string) {
  const url = `${fixture.url}/log/witness/add-checkpoint`;
  const answer = await fetch(url, { method: 'POST', body: typeof body === 'string' ? body : Buffer.from(body) });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

/** Shows the checkpoint of `to`, from what the witness is said to have. */
async function show(from: number, to: number, of = log) {
  return await post(await of.request(from, to));
}

function codeOf({ text }: { readonly text: string }): unknown {
  return (JSON.parse(text) as { code: string }).code;
}

function conflict(size: number) {
  return { status: 409, type: 'text/x.tlog.size', text: `${String(size)}\n` };
}

/** When the gateway cosigned `text`; fails unless the answer is one line, of its own key. */
function timeOf(answer: { readonly text: string }, text: string): number {
  const { signatures } = parseNote(Buffer.from(`${text}\n${answer.text}`));
  expect(signatures).toHaveLength(1);
  const publicKey = Buffer.from(fixture.gateway.context.gatewayKey.publicKey.slice(2), 'hex');
  const name = witnessName(deriveGatewayId('ed25519', publicKey));
  const [cosignature] = verifiedSignatures({ text, signatures }, [cosignatureVerifier({ name, publicKey })]);
  return cosignatureTime(cosignature!);
}

describe('add-checkpoint', () => {
  it('cosigns a log that it never saw, and whatever begins with that', async () => {
    const sizes = [0, 5, 8, 33];
    for (const [index, to] of sizes.entries()) {
      if (index === 0) continue;
      const answer = await show(sizes[index - 1]!, to);
      expect(answer.status).toBe(200);
      expect(Math.abs(timeOf(answer, log.textOf(to)) - Date.now() / 1000)).toBeLessThan(60);
    }
    expect(logged).toEqual([]);
  });

  it('cosigns the same again and again', async () => {
    await show(0, 5);
    for (let round = 0; round < 3; round += 1) {
      const answer = await show(5, 5);
      expect(answer.status).toBe(200);
      timeOf(answer, log.textOf(5));
    }
  });

  it('tells the size that it has when asked from another one', async () => {
    expect(await show(2, 5)).toEqual(conflict(0));
    await show(0, 7);
    for (const from of [0, 5, 8]) expect(await show(from, 9)).toEqual(conflict(7));
    // A replay of what it has gone on from.
    expect(await show(0, 7)).toEqual(conflict(7));
    expect((await show(7, 9)).status).toBe(200);
    expect(await show(7, 7)).toEqual(conflict(9));
    expect(await show(0, 3)).toEqual(conflict(9));
  });

  it('takes the two signatures of the log and sixteen others', async () => {
    const { text, signatures } = parseNote(log.note(5));
    const cosigned = (others: number): Uint8Array => {
      const line = signText(text, { name: 'example.com/other', privateKey: log.keys.signer });
      const note = formatNote({ text, signatures: [...signatures, ...Array.from({ length: others }, () => line)] });
      return formatWitnessRequest({ oldSize: 0, proof: [], note });
    };
    const answer = await post(cosigned(17));
    expect([answer.status, codeOf(answer)]).toEqual([400, 'REQUEST_INVALID']);
    expect((await post(cosigned(16))).status).toBe(200);
  });

  it('never cosigns a smaller head, even from the size that it has', async () => {
    await show(0, 9);
    const request = formatWitnessRequest({ oldSize: 9, proof: [], note: log.note(5) });
    const answer = await post(request);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('refuses a log that was rewritten, and goes on with the one it knows', async () => {
    await show(0, 7);
    const answer = await show(7, 12, log.forked());
    expect([answer.status, codeOf(answer)]).toEqual([422, 'CHECKPOINT_INCONSISTENT']);
    expect((await show(7, 12)).status).toBe(200);
  });

  it('refuses a second head of one size, and tells of it loudly, with both notes', async () => {
    await show(0, 7);
    expect(await show(7, 7, log.forked())).toEqual(conflict(7));
    expect(await show(0, 7, log.forked())).toEqual(conflict(7));
    const forks = logged.filter(({ level }) => level === 50);
    expect(forks).toHaveLength(2);
    expect(forks[0]).toMatchObject({
      known: Buffer.from(log.note(7)).toString(),
      shown: Buffer.from(log.forked().note(7)).toString(),
    });
    const metrics = await (await fetch(`${fixture.url}/metrics`)).text();
    expect(metrics).toMatch(/^dxl_witnessed_total\{result="forked"\} 2$/m);
  });

  it.each([
    ['a hash too many', (proof: readonly Uint8Array[]) => [...proof, Buffer.alloc(32)]],
    ['a hash left out', (proof: readonly Uint8Array[]) => proof.slice(1)],
    ['no proof', () => []],
  ])('refuses a proof with %s', async (_what, change) => {
    await show(0, 7);
    const request = parseWitnessRequest(await log.request(7, 12));
    const answer = await post(formatWitnessRequest({ ...request, proof: change(request.proof) }));
    expect([answer.status, codeOf(answer)]).toEqual([422, 'CHECKPOINT_INCONSISTENT']);
  });

  it('refuses a proof from nothing, and one between equal heads', async () => {
    const proof = [Buffer.alloc(32)];
    expect((await post(formatWitnessRequest({ oldSize: 0, proof, note: log.note(5) }))).status).toBe(422);
    await show(0, 5);
    expect((await post(formatWitnessRequest({ oldSize: 5, proof, note: log.note(5) }))).status).toBe(422);
  });

  it('lets one of many at once win, and keeps what it cosigned', async () => {
    await show(0, 3);
    const sizes = Array.from({ length: 12 }, (_, index) => 4 + index);
    const requests = await Promise.all(sizes.map((to) => log.request(3, to)));
    const answers = await Promise.all(requests.map(post));
    const won = sizes.filter((_, index) => answers[index]?.status === 200);
    expect(won).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 200);
    expect(others).toEqual(others.map(() => conflict(won[0]!)));
    expect((await show(won[0]!, won[0]!)).status).toBe(200);
  });

  it('never cosigns both of two histories that are shown at once', async () => {
    const requests = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? log : log.forked()).request(0, 6)),
    );
    const answers = await Promise.all(requests.map(post));
    const cosigned = answers.flatMap(({ status }, index) => (status === 200 ? [index % 2] : []));
    expect(new Set(cosigned).size).toBe(1);
  });
});

describe('add-checkpoint without a known log', () => {
  it('answers 404 to a log that is not on the ledger, is its own, or is no log of a gateway', async () => {
    expect((await show(0, 5, PaperLog.unregistered(chain))).status).toBe(404);
    const { context } = fixture.gateway;
    const own = deriveGatewayId('ed25519', Buffer.from(context.gatewayKey.publicKey.slice(2), 'hex'));
    const itself = new PaperLog({ ...log.keys, gateway: own, signer: fixture.secrets.signingKey });
    expect((await show(0, 5, itself)).status).toBe(404);
    const text = log.textOf(5).replace(log.origin, 'example.com/behind-the-sofa');
    const note = signNote(text, [{ name: 'example.com/behind-the-sofa', privateKey: log.keys.signer }]);
    expect((await post(formatWitnessRequest({ oldSize: 0, proof: [], note }))).status).toBe(404);
  });

  it('answers 404 once the gateway is retired', async () => {
    await show(0, 5);
    await chain.record('retireGateway', gatewayRetirement(chain.authority, log.keys.gateway), chain.authority);
    await fixture.follow();
    expect((await show(5, 9)).status).toBe(404);
  });

  it('answers 403 unless both keys of the gateway have signed', async () => {
    const other = PaperLog.unregistered(chain).keys;
    const signer = { name: log.origin, privateKey: log.keys.signer };
    const text = log.textOf(5);
    const { signatures } = parseNote(log.note(5));
    const [noteLine, headLine] = signatures;
    const [foreign] = parseNote(log.note(6)).signatures;
    const notes = {
      'a stranger in its name': signNote(text, [{ name: log.origin, privateKey: other.signer }], [headLine!]),
      'its note key alone': signNote(text, [signer]),
      'its account alone': formatNote({ text, signatures: [headLine!] }),
      'a signature over another head': formatNote({ text, signatures: [foreign!, headLine!] }),
      'its note key over the line of its account': formatNote({
        text,
        signatures: [noteLine!, { ...headLine!, payload: signText(text, signer).payload }],
      }),
    };
    for (const [what, note] of Object.entries(notes)) {
      const answer = await post(formatWitnessRequest({ oldSize: 0, proof: [], note }));
      expect([what, answer.status, codeOf(answer)]).toEqual([what, 403, 'CHECKPOINT_UNSIGNED']);
    }
    expect((await show(0, 5)).status).toBe(200);
  });

  it('passes over the lines of others, and does not keep them', async () => {
    const stranger = signText(log.textOf(5), { name: 'stranger.example/w', privateKey: log.keys.signer });
    const note = formatNote({ text: log.textOf(5), signatures: [...parseNote(log.note(5)).signatures, stranger] });
    expect((await post(formatWitnessRequest({ oldSize: 0, proof: [], note }))).status).toBe(200);
    const rows = await fixture.gateway.context.database.selectFrom('witnessedLogs').selectAll().execute();
    expect(rows.find(({ origin }) => origin === log.origin)?.note).toBe(Buffer.from(log.note(5)).toString());
  });
});

describe('add-checkpoint with what is malformed', () => {
  it.each([
    ['nothing', () => ''],
    ['a checkpoint alone', () => log.note(5)],
    ['no signature', () => `old 0\n\n${log.textOf(5)}`],
    ['an old size with a leading zero', async () => replaced(await log.request(0, 5), 'old 0', 'old 00')],
    ['a checkpoint with an extension', async () => replaced(await log.request(0, 5), '=\n\n', '=\nmore\n\n')],
    ['a line of a proof that is no hash', async () => replaced(await log.request(0, 5), 'old 0\n', 'old 0\nAAAA\n')],
    ['bytes that are no text', () => Buffer.concat([Buffer.from('old 0\n\n'), Buffer.of(0xff), log.note(5)])],
  ])('answers 400 to %s', async (_what, make: () => string | Uint8Array | Promise<string | Uint8Array>) => {
    const answer = await post(await make());
    expect([answer.status, codeOf(answer)]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('takes no more than it needs of a body', async () => {
    const answer = await post(`old 0\n\n${'x'.repeat(70_000)}`);
    expect([answer.status, codeOf(answer)]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('takes no other method', async () => {
    expect((await fetch(`${fixture.url}/log/witness/add-checkpoint`)).status).toBe(405);
  });

  it('is not held up by a client that leaves', async () => {
    const { port } = fixture.gateway;
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /log/witness/add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nold 0\n');
    await once(socket, 'connect');
    socket.destroy();
    expect((await show(0, 5)).status).toBe(200);
  });
});

describe('the memory of a witness', () => {
  it('outlives a restart', async () => {
    await show(0, 7);
    await fixture.stop({ keepData: true });
    fixture = await GatewayFixture.start({ chain, sources: {}, logger, like: fixture });
    await fixture.follow();
    expect(await show(0, 9)).toEqual(conflict(7));
    expect(await show(7, 7, log.forked())).toEqual(conflict(7));
    expect((await show(7, 9)).status).toBe(200);
  });

  it('answers nothing while the ledger state is not proved, or what it cosigned cannot be remembered', async () => {
    const away = await LedgerChain.start();
    const lonely = await GatewayFixture.start({
      chain: away,
      sources: {},
      config: { maxNodeSilenceMs: 200, pollMs: 50 },
    });
    const known = await PaperLog.register(away);
    await away.stop();
    const url = `${lonely.url}/log/witness/add-checkpoint`;
    const body = Buffer.from(await known.request(0, 5));
    await expect.poll(() => lonely.gateway.context.follower.freshness().reason).not.toBeNull();
    expect((await fetch(url, { method: 'POST', body })).status).toBe(503);
    await lonely.stop();
    await fixture.gateway.context.database.schema.dropTable('witnessedLogs').execute();
    const answer = await show(0, 5);
    expect([answer.status, codeOf(answer)]).toEqual([503, 'STORE_FAILED']);
  });
});

function replaced(bytes: Uint8Array, from: string, to: string): string {
  return Buffer.from(bytes).toString().replace(from, to);
}
