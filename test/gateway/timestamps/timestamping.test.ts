import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Wallet } from 'ethers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { ConfigError } from '../../../gateway/config/config-error.ts';
import { logFolder } from '../../../gateway/log/open-log.ts';
import { createLogger } from '../../../gateway/logger.ts';
import { readTimestampConfig } from '../../../gateway/timestamps/timestamp-config.ts';
import { parseBytes32, parseGatewayId } from '../../../ledger/ids.ts';
import { formatCheckpoint, logOrigin } from '../../../ledger/log/checkpoint.ts';
import { parseNote } from '../../../ledger/log/signed-note.ts';
import { gatewayRegistration } from '../../support/act-factory.ts';
import { GatewayFixture, type Member } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { opensslVersion, POLICY, type Query, type Reply, TimeAuthority, TimeServer } from './time-authority.ts';

const version = opensslVersion();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-stamping-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(content: unknown): string {
  const path = join(folder, 'timestamp.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('readTimestampConfig', () => {
  const entry = { url: 'https://tsa.example/stamp', allowedCidrs: ['10.20.0.0/16'] };

  function problemsOf(content: unknown): readonly string[] {
    try {
      readTimestampConfig(put(content));
      return [];
    } catch (error) {
      if (error instanceof ConfigError && error.code === 'TIMESTAMP_INVALID') return error.problems;
      throw error;
    }
  }

  it('reads who is asked, and for which policy', () => {
    const defaults = { allowLoopback: false, caFile: null };
    expect(readTimestampConfig(put(entry))).toEqual({ ...entry, ...defaults, policy: null });
    expect(readTimestampConfig(put({ ...entry, policy: POLICY }))).toEqual({ ...entry, ...defaults, policy: POLICY });
  });

  it.each([
    ['plain http', { url: 'http://tsa.example/stamp' }, 'url'],
    ['everywhere', { allowedCidrs: ['0.0.0.0/0'] }, 'allowedCidrs.0'],
    ['a policy that is none', { policy: '1.2.x' }, 'policy'],
    ['what it does not know', { hash: 'sha512' }, ''],
  ])('refuses %s', (_what, changes, place) => {
    expect(problemsOf({ ...entry, ...changes })).toEqual([expect.stringMatching(`^DXL_TIMESTAMP: ${place}: `)]);
  });

  it('lists all that is wrong, and refuses what is no JSON', () => {
    expect(problemsOf({ url: 'a', allowedCidrs: [], policy: '' })).toHaveLength(3);
    expect(problemsOf('{')).toHaveLength(1);
  });
});

describe.skipIf(version === null)(`a gateway with ${version ?? 'openssl, which is not installed: skipped'}`, () => {
  let chain: LedgerChain;
  let authority: TimeAuthority;
  let server: TimeServer;
  let fixture: GatewayFixture;
  let supervisor: Member;
  let logged: { part?: string; err?: { code?: string } }[] = [];

  const logger = createLogger('warn', {
    write: (line: string) => {
      logged.push(JSON.parse(line) as (typeof logged)[number]);
    },
  });
  const stamp = ({ body }: Query): Reply => ({ body: authority.stamp(body) });

  beforeAll(async () => {
    authority = TimeAuthority.make();
    server = await TimeServer.start(stamp);
    chain = await LedgerChain.start();
    const { url } = server;
    const timestampFile = put({ url, allowedCidrs: ['127.0.0.0/8'], allowLoopback: true, policy: POLICY });
    fixture = await GatewayFixture.start({ chain, sources: {}, logger, config: { timestampFile } });
    supervisor = await fixture.join(chain.authority);
    const { publicKey } = fixture.gateway.context.gatewayKey;
    const account = new Wallet(fixture.secrets.relayerKey).address.toLowerCase();
    const act = gatewayRegistration(chain.authority, { publicKey: parseBytes32(publicKey), account });
    await fixture.act(supervisor, 'registerGateway', act, null);
  });
  afterAll(async () => {
    await fixture.stop();
    await chain.stop();
    await server.stop();
    authority.remove();
  });
  beforeEach(() => {
    server.reply = stamp;
    server.queries.splice(0);
    logged = [];
  });

  /** One receipt more, on the ledger. */
  async function anchorOne(): Promise<number> {
    const { log, anchorWorker } = fixture.gateway.context;
    await supervisor.client.get(`/v1/audit/department/${chain.authority.id}`);
    await log.publish();
    // An attempt while a block is being proved comes to nothing.
    const isAnchored = async (): Promise<boolean> => {
      await anchorWorker.pass();
      return anchorWorker.anchored === log.head.size;
    };
    await vi.waitUntil(isAnchored, { timeout: 20_000 });
    return log.head.size;
  }

  async function stampOf(size: number | string) {
    const answer = await fetch(`${fixture.url}/log/timestamp/${String(size)}`);
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      body: Buffer.from(await answer.arrayBuffer()),
    };
  }

  const problems = (): unknown[] => logged.filter(({ part }) => part === 'timestamps').map(({ err }) => err?.code);

  it('has each anchored head stamped, so that openssl accepts the stamp for the text of the note', async () => {
    for (let round = 0; round < 2; round += 1) {
      const size = await anchorOne();
      await fixture.gateway.context.timestamping.pass();
      const { status, type, body } = await stampOf(size);
      expect([status, type]).toEqual([200, 'application/timestamp-reply']);
      expect(authority.verify(body, parseNote(fixture.gateway.context.log.head.note!).text)).toContain('OK');
      expect(readFileSync(join(logFolder(fixture.config), 'timestamps', `${String(size)}.tsr`))).toEqual(body);
    }
    expect(server.queries.map(({ method, type }) => [method, type])).toEqual([
      ['POST', 'application/timestamp-query'],
      ['POST', 'application/timestamp-query'],
    ]);
    expect(problems()).toEqual([]);
    expect(await (await fetch(`${fixture.url}/metrics`)).text()).toMatch(/^dxl_log_stamped_size 2$/m);
  });

  it('asks once for a head, also after a restart, and leaves alone what is not anchored', async () => {
    const size = await anchorOne();
    await fixture.gateway.context.timestamping.pass();
    await fixture.gateway.context.timestamping.pass();
    expect(server.queries).toHaveLength(1);
    await fixture.stop({ keepData: true });
    const { timestampFile } = fixture.config;
    fixture = await GatewayFixture.start({ chain, sources: {}, logger, config: { timestampFile }, like: fixture });
    supervisor = await fixture.join(chain.authority);
    const { anchorWorker, log, timestamping } = fixture.gateway.context;
    await vi.waitUntil(async () => {
      await anchorWorker.pass();
      return anchorWorker.anchored !== null;
    });
    await timestamping.pass();
    expect([anchorWorker.anchored, timestamping.stamped]).toEqual([size, size]);
    await supervisor.client.get(`/v1/audit/department/${chain.authority.id}`);
    await log.publish();
    await timestamping.pass();
    expect(server.queries).toHaveLength(1);
    expect((await stampOf(log.head.size)).status).toBe(404);
  });

  it('stamps the head that is anchored when a larger one is published', async () => {
    const size = await anchorOne();
    const { log, timestamping, gatewayKey } = fixture.gateway.context;
    await supervisor.client.get(`/v1/audit/department/${chain.authority.id}`);
    await log.publish();
    await timestamping.pass();
    const origin = logOrigin(parseGatewayId(gatewayKey.keyId));
    const text = formatCheckpoint({ origin, size, root: await log.rootAt(size) });
    expect(authority.verify((await stampOf(size)).body, text)).toContain('OK');
  });

  it.each<readonly [string, (query: Query) => Reply, string]>([
    ['answers with an error', () => ({ status: 500, body: Buffer.alloc(0) }), 'TIMESTAMP_REFUSED'],
    ['answers with a page', () => ({ type: 'text/html', body: Buffer.from('<p>') }), 'TIMESTAMP_REFUSED'],
    ['answers with nothing', () => ({ body: Buffer.alloc(0) }), 'TIMESTAMP_MALFORMED'],
    ['answers with too much', () => ({ body: Buffer.alloc(70_000) }), 'SOURCE_FAILED'],
    ['repeats what it said before', () => ({ body: latest() }), 'TIMESTAMP_MISMATCH'],
    ['refuses', () => ({ body: Buffer.from('30053003020102', 'hex') }), 'TIMESTAMP_REFUSED'],
  ])('keeps nothing when the authority %s, and asks again', async (_what, reply, code) => {
    const size = await anchorOne();
    server.reply = reply;
    await fixture.gateway.context.timestamping.pass();
    expect(problems()).toEqual([code]);
    expect((await stampOf(size)).status).toBe(404);
    server.reply = stamp;
    await fixture.gateway.context.timestamping.pass();
    expect((await stampOf(size)).status).toBe(200);
  });

  function latest(): Buffer {
    const stamps = join(logFolder(fixture.config), 'timestamps');
    return readFileSync(join(stamps, readdirSync(stamps).at(-1) ?? ''));
  }

  it.each(['0', '01', '1e1', '-1', 'a', '99999', '9007199254740992', '%2e%2e%2F1'])(
    'has no stamp at %s',
    async (size) => {
      expect((await stampOf(size)).status).toBe(404);
    },
  );
});

describe('a gateway without an authority', () => {
  it('stamps nothing, and does not start with a file that is wrong', async () => {
    await using chain = await LedgerChain.start();
    const fixture = await GatewayFixture.start({ chain, sources: {} });
    await fixture.gateway.context.timestamping.pass();
    expect(fixture.gateway.context.timestamping.stamped).toBe(0);
    await fixture.stop();
    const starting = GatewayFixture.start({ chain, sources: {}, config: { timestampFile: put({}) } });
    await expect(starting).rejects.toMatchObject({ code: 'TIMESTAMP_INVALID' });
  });
});
