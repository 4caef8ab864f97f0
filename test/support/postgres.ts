import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { Client } from 'pg';

export interface TestDatabase {
  /** A host name, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** A superuser. */
  readonly user: string;
  query(sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

const DEBIAN_ROOT = '/usr/lib/postgresql';
const START_TIMEOUT_MS = 60_000;
const PORT = 5432; // Part of the socket's file name only: nothing listens on TCP.

/** The newest installed server. A machine without one fails the test: a skipped test would look like a passed one. */
function serverFolder(): string {
  const versions = existsSync(DEBIAN_ROOT) ? readdirSync(DEBIAN_ROOT) : [];
  const newest = versions
    .map((version) => join(DEBIAN_ROOT, version, 'bin'))
    .filter((folder) => existsSync(join(folder, 'initdb')))
    .at(-1);
  if (newest === undefined) {
    throw new TypeError(`No PostgreSQL server under ${DEBIAN_ROOT}: run "apt-get install -y postgresql" (as root)`);
  }
  return newest;
}

/** PostgreSQL refuses to run as root, so root lends it another user. */
function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** A real PostgreSQL server on a Unix socket in a new folder, which `stop` removes. */
export async function startPostgres(): Promise<TestDatabase> {
  const bin = serverFolder();
  const user = serverUser();
  const folder = mkdtempSync(join(tmpdir(), 'dxl-pg-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const environment = { ...user, cwd: folder };
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'owner', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    { ...environment, stdio: 'ignore' },
  );
  const settings = ['fsync=off', 'listen_addresses=', `unix_socket_directories=${folder}`, 'max_connections=20'];
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...environment,
    stdio: 'ignore',
  });
  // A test that dies must not leave a server behind.
  const kill = (): void => void server.kill('SIGQUIT');
  process.once('exit', kill);
  const where = { host: folder, port: PORT, database: 'postgres', user: 'owner' };
  const client = await connectWhenReady(where, server);
  return {
    ...where,
    query: async (sql) => (await client.query<Record<string, unknown>>(sql)).rows,
    stop: async () => {
      await client.end();
      await stopServer(server);
      process.off('exit', kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function connectWhenReady(where: object, server: ChildProcess): Promise<Client> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && !hasEnded(server)) {
    const client = new Client(where);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch {
      await sleep(50);
    }
  }
  server.kill('SIGKILL');
  throw new TypeError('The PostgreSQL server of the test did not start');
}

/** After a signal the exit code stays null. */
function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return;
  const exited = new Promise((resolve) => {
    server.once('exit', resolve);
  });
  server.kill('SIGINT');
  await exited;
}

/**
 * PGlite behind its socket: one session that all connections share, and everybody is its superuser. More than one
 * connection is let in because the place of a closed one is free a moment later only.
 */
export async function startPglite(): Promise<TestDatabase> {
  const engine = await PGlite.create();
  const server = new PGLiteSocketServer({ db: engine, host: '127.0.0.1', port: 0, maxConnections: 8 });
  await server.start();
  return {
    host: '127.0.0.1',
    port: Number(server.getServerConn().split(':').at(-1)),
    database: 'postgres',
    user: 'postgres',
    query: async (sql) => (await engine.exec(sql)).at(-1)?.rows ?? [],
    stop: async () => {
      await server.stop();
      await engine.close();
    },
  };
}
