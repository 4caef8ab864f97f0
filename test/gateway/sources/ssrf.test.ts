// cspell:ignore localdomain alhost
import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { guardedConnector } from '../../../gateway/sources/guarded-connector.ts';
import { createAddressGuard } from '../../../gateway/sources/address-guard.ts';
import { HttpSource } from '../../../gateway/sources/http-source.ts';
import { httpSourceSchema } from '../../../gateway/sources/http-source-config.ts';
import { collect, rowQuery } from '../../support/upstream-server.ts';

/** The internal service that nobody may reach. It listens on IPv4 and, where the machine has it, on IPv6 loopback. */
let internal: Server[] = [];
let port = 0;
let hits = 0;

beforeAll(async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer((_, response) => response.end('{"name":"internal"}\n'));
    server.on('connection', () => (hits += 1));
    const listening = new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, host, () => resolve(true));
    });
    if (!(await listening)) continue;
    internal = [...internal, server];
    port = (server.address() as AddressInfo).port;
  }
});
afterAll(() => internal.forEach((server) => server.close()));

function octal(value: number): string {
  return `0${value.toString(8)}`;
}
function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** The notations of one IPv4 address that URL parsers, C libraries and gateways have taken for it. */
function notationsOf(address: string): string[] {
  const bytes = address.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const high = (a * 256 + b).toString(16);
  const low = (c * 256 + d).toString(16);
  const fullWidth = address.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
  const circled = address.replaceAll(/[1-9]/g, (digit) => String.fromCodePoint(0x2460 + Number(digit) - 1));
  const mathematical = address.replaceAll(/\d/g, (digit) => String.fromCodePoint(0x1d7ce + Number(digit)));
  return [
    address,
    `${address}.`,
    String(whole),
    hex(whole),
    octal(whole),
    bytes.map(octal).join('.'),
    bytes.map(hex).join('.'),
    bytes.map((byte) => `000${octal(byte)}`).join('.'),
    `${hex(a)}.${b}.${octal(c)}.${d}`,
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${hex(a)}.${hex((b * 256 + c) * 256 + d)}`,
    `[::ffff:${address}]`,
    `[::ffff:${high}:${low}]`,
    `[0:0:0:0:0:ffff:${address}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b::${high}:${low}]`,
    `[64:ff9b:1::${high}:${low}]`,
    `[2002:${high}:${low}::]`,
    `[2002:${high}:${low}::1]`,
    `[::ffff:0:${address}]`,
    fullWidth,
    circled,
    mathematical,
    address.replaceAll('.', '。'),
    address.replaceAll('.', '．'),
    address.replaceAll('.', '%2e'),
    `%${address.charCodeAt(0).toString(16)}${address.slice(1)}`,
    `user@${address}`,
    `10.20.0.1@${address}`,
    `10.20.0.1:80@${address}`,
    `user:pass@${address}`,
  ];
}

const TARGETS = ['127.0.0.1', '127.1.2.3', '0.0.0.0', '169.254.169.254', '100.100.100.200', '224.0.0.1'];

const OTHER_HOSTS = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'localhost.localdomain',
  'foo.localhost',
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  'loc\u00adalhost',
  '0',
  '0x0',
  '00',
  '127.1',
  '127.0.1',
  '127.000.000.001',
  '2130706433.',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000::1]',
  '[::1%lo]',
  '[::1%25lo]',
  '[fe80::1]',
  '[fe80::1%25eth0]',
  '[fec0::1]',
  '[ff02::1]',
  '[fd00:ec2::254]',
  '[2001:0:7f00:1::]',
  '[100::1]',
  '[::ffff:7f00:1]',
  '10.20.0.1#@127.0.0.1',
  '10.20.0.1?@127.0.0.1',
  '10.20.0.1\\@127.0.0.1',
  '10.20.0.1%00.127.0.0.1',
  '10.20.0.1\t@127.0.0.1',
  '10.20.0.1\r\n@127.0.0.1',
  '{name}',
  '127.0.0.{name}',
  'metadata.google.internal',
  'instance-data',
];

function hostileUrls(): string[] {
  const hosts = [...TARGETS.flatMap(notationsOf), ...OTHER_HOSTS];
  const schemes = ['ftp', 'file', 'gopher', 'ws', 'unix', 'data', 'javascript', 'HTTP', 'h2c'];
  return [
    ...hosts.map((host) => `http://${host}:${port}/rows`),
    ...schemes.map((scheme) => `${scheme}://127.0.0.1:${port}/rows`),
    `//127.0.0.1:${port}/rows`,
    `http:127.0.0.1:${port}/rows`,
    `http:\\\\127.0.0.1:${port}\\rows`,
    ` http://127.0.0.1:${port}/rows`,
    `http://127.0.0.1:${port}`,
  ];
}

/** Everything that a careless operator could have listed, but not the switch for loopback. */
const LISTED = [
  '10.20.0.0/16',
  '127.0.0.0/8',
  '0.0.0.0/8',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '224.0.0.0/8',
  '::1/128',
];

function configOf(url: string, changes: Record<string, unknown> = {}) {
  const timeouts = { connectTimeoutMs: 200, headersTimeoutMs: 200, idleTimeoutMs: 200, bodyTimeoutMs: 200 };
  return httpSourceSchema.safeParse({
    ...{ kind: 'http', url, params: ['name'], allowedCidrs: LISTED, format: 'ndjson', timeouts },
    ...changes,
  });
}

/** A resolver under attack: it gives each name the address that the attacker wants. */
async function resolveToLoopback(): Promise<LookupAddress[]> {
  return await Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
}

async function attempt(url: string): Promise<string> {
  const config = configOf(url);
  if (!config.success) return 'CONFIG';
  const source = new HttpSource(config.data, resolveToLoopback);
  try {
    const rows = await collect(await source.open(rowQuery({ equals: new Map([['name', '1']]) })));
    return `DELIVERED ${String(rows.length)}`;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await source.close();
  }
}

describe('the list of hostile addresses', () => {
  it('has at least 200 and none of them reaches the internal service', async () => {
    const urls = hostileUrls();
    expect(new Set(urls).size).toBeGreaterThanOrEqual(200);
    const before = hits;
    const outcomes = new Map<string, string>();
    for (const url of urls) outcomes.set(url, await attempt(url));
    expect([...outcomes].filter(([, outcome]) => !['CONFIG', 'SOURCE_FORBIDDEN'].includes(outcome))).toEqual([]);
    expect(hits - before).toBe(0);
  });

  it('would reach it if the guard were open', async () => {
    const config = configOf(`http://127.0.0.1:${port}/rows`, { allowLoopback: true });
    const before = hits;
    const source = new HttpSource(config.data!);
    await source.check();
    await source.close();
    await expect.poll(() => hits - before).toBe(1);
  });
});

describe('a resolver that rebinds', () => {
  const PUBLIC = { address: '10.20.0.1', family: 4 };
  const LOOPBACK = { address: '127.0.0.1', family: 4 };
  const ANSWERS: [string, () => LookupAddress[]][] = [
    ['answers with loopback', () => [LOOPBACK]],
    ['mixes a listed address with loopback', () => [PUBLIC, LOOPBACK]],
    ['mixes loopback with a listed address', () => [LOOPBACK, PUBLIC]],
    ['answers with IPv6 loopback', () => [{ address: '::1', family: 6 }]],
    ['answers with a mapped address', () => [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['answers with a zone', () => [{ address: 'fe80::1%lo', family: 6 }]],
    ['answers with no address', () => [{ address: 'localhost', family: 4 }]],
    ['answers with a decimal', () => [{ address: '2130706433', family: 4 }]],
  ];
  it.each(ANSWERS)('%s', async (_, answer) => {
    const before = hits;
    const config = configOf(`http://data.example:${port}/rows`);
    const source = new HttpSource(config.data!, async () => await Promise.resolve(answer()));
    await expect(source.open(rowQuery())).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
    await expect(source.check()).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
    await source.close();
    expect(hits - before).toBe(0);
  });

  it('is asked anew for each connection, and judged anew', async () => {
    let asked = 0;
    const config = configOf(`http://data.example:${port}/rows`, { allowedCidrs: ['127.0.0.0/8'], allowLoopback: true });
    const source = new HttpSource(config.data!, async () => {
      asked += 1;
      return await Promise.resolve([asked === 1 ? LOOPBACK : { address: '169.254.169.254', family: 4 }]);
    });
    await source.check();
    await expect(source.check()).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
    await source.close();
    expect(asked).toBe(2);
  });

  it('gives nothing: the source failed, and is not forbidden', async () => {
    const config = configOf(`http://data.example:${port}/rows`);
    const source = new HttpSource(config.data!, async () => await Promise.resolve([]));
    await expect(source.open(rowQuery())).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
    await source.close();
  });
});

describe('the connector', () => {
  it('checks the peer even when the name was accepted', async () => {
    let asked = 0;
    const socketCode = await new Promise((resolve) => {
      // Accepts what the resolver says and refuses the peer: a guard that sees two different addresses.
      const guard = { allows: () => (asked += 1) === 1 };
      const connect = guardedConnector({
        ...{ protocol: 'http:', hostname: 'data.example', port, guard, connectTimeoutMs: 500, ca: null },
        resolve: resolveToLoopback,
      });
      connect({ protocol: 'http:', hostname: 'data.example', port: String(port) }, (...[error]) => {
        resolve((error as { code?: string } | null)?.code);
      });
    });
    expect(socketCode).toBe('SOURCE_FORBIDDEN');
    expect(asked).toBe(2);
  });

  const ORIGINS = [
    { protocol: 'https:', hostname: '127.0.0.1' },
    { protocol: 'http:', hostname: '127.0.0.2' },
    { protocol: 'http:', hostname: 'localhost' },
    { protocol: 'http:', hostname: '127.0.0.1', port: '1' },
    { protocol: 'http:', hostname: '127.0.0.1', port: '' },
  ];
  it.each(ORIGINS)('goes to its own origin only, not to %j', async (origin) => {
    const guard = createAddressGuard({ allowedCidrs: ['127.0.0.0/8'], allowLoopback: true });
    const before = hits;
    const rules = { protocol: 'http:', hostname: '127.0.0.1', port, guard, connectTimeoutMs: 500, ca: null } as const;
    const code = await new Promise((resolve) => {
      guardedConnector(rules)({ port: String(port), ...origin }, (...[error]) => {
        resolve((error as { code?: string } | null)?.code);
      });
    });
    expect(code).toBe('SOURCE_FORBIDDEN');
    expect(hits - before).toBe(0);
  });
});
