// cspell:ignore keyout addext pkeyopt paramgen
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { HttpSource } from '../../../gateway/sources/http-source.ts';
import {
  collect,
  httpConfig,
  rowQuery,
  sendRows,
  SHORT_TIMEOUTS,
  startRawUpstream,
} from '../../support/upstream-server.ts';

describe('a connection that does not come about', () => {
  it('because TLS never answers', async () => {
    const upstream = await startRawUpstream(() => undefined);
    const url = `https://127.0.0.1:${upstream.port}/rows`;
    const source = new HttpSource(httpConfig(upstream.port, { url, timeouts: SHORT_TIMEOUTS }));
    await expect(source.open(rowQuery())).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    await expect(source.check()).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    await source.close();
    await upstream.stop();
  });

  it('because the resolver never answers', async () => {
    const { promise } = Promise.withResolvers<never>();
    const config = httpConfig(1, { url: 'http://data.example/rows', timeouts: SHORT_TIMEOUTS });
    const source = new HttpSource(config, async () => await promise);
    await expect(source.open(rowQuery())).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    await expect(source.check()).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    await source.close();
  });

  it('because all connections are in use', async () => {
    const upstream = await startRawUpstream((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ncontent-length: 99\r\n\r\n');
    });
    const timeouts = { headersTimeoutMs: 500, idleTimeoutMs: 60_000, bodyTimeoutMs: 60_000 };
    const source = new HttpSource(httpConfig(upstream.port, { maxConnections: 1, timeouts }));
    const controller = new AbortController();
    await source.open(rowQuery({ signal: controller.signal }));
    await expect(source.open(rowQuery())).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    controller.abort();
    await source.close();
    await upstream.stop();
  });
});

describe('TLS', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dxl-tls-'));
    const keyAndCertificate = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=data.example', '-addext', 'subjectAltName=DNS:data.example'];
    const command = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ];
    execFileSync('openssl', [...command, ...keyAndCertificate, ...subject], { stdio: 'ignore' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('accepts the configured certificate for the configured name only', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(folder, name)));
    const server = createServer({ key, cert }, sendRows([{ name: '张三' }]));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const open = async (host: string, caFile: string | null): Promise<number> => {
      const config = httpConfig(port, { url: `https://${host}:${port}/rows`, caFile });
      const source = new HttpSource(config, async () => await Promise.resolve([{ address: '127.0.0.1', family: 4 }]));
      try {
        return (await collect(await source.open(rowQuery()))).length;
      } finally {
        await source.close();
      }
    };
    const trusted = join(folder, 'cert.pem');
    expect(await open('data.example', trusted)).toBe(1);
    await expect(open('other.example', trusted)).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
    await expect(open('data.example', null)).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
    server.closeAllConnections();
    server.close();
  });
});
