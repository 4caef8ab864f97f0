import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { computeAddress, encryptKeystoreJson } from 'ethers';

import { rowsPath } from '../../cli/fetch-rows.ts';
import { signRequest } from '../../ledger/request-signature.ts';
import { deploymentPath } from '../../scripts/deploy.ts';
import { type Granted, readOptions } from '../../test/support/gateway-fixture.ts';
import { grantMany } from '../../test/support/many-grants.ts';
import { BenchError } from './bench-error.ts';
import type { LoadRequest } from './load.ts';
import { PinnedProcess } from './pinned-process.ts';
import { startShareWorld, type ShareWorld } from './share-world.ts';

const MAIN = resolve(import.meta.dirname, '../../gateway/main.ts');
const READY_TRIES = 600;
const READY_PAUSE_MS = 100;
const PASSWORD = 'bench';
/** The quota is counted in its store at each read all the same. */
const UNREACHED = 1_000_000_000_000;
const QUOTA = {
  perSecond: UNREACHED,
  perDay: UNREACHED,
  total: UNREACHED,
  maxRowsPerCall: 100_000,
  maxBytesPerDay: UNREACHED * 1_000,
};
const READ_HEADERS = { 'dxl-purpose': 'BUSINESS_COLLAB', 'dxl-case-number': 'CASE-1', 'dxl-system': 'SI-TEST-01' };

/** A gateway process as in production, and grants for as many departments as its limits per department ask for. */
export interface GatewayCase {
  readonly process: PinnedProcess;
  readonly origin: string;
  /** A signed read with a fresh nonce; valid for a minute. */
  sign(connection: number, rows: number): LoadRequest;
  stop(): Promise<void>;
}

export async function startGatewayCase(
  sourcePort: number,
  core: number,
  options: { readonly departments: number; readonly nodeArguments: readonly string[] },
): Promise<GatewayCase> {
  const world = await startShareWorld(`http://127.0.0.1:${String(sourcePort)}/rows`, options.departments);
  const grants: Granted[] = [];
  for (const requester of world.requesters) {
    grants.push(...(await grantMany(world.fixture, requester, world.resource, 1, { quota: QUOTA })));
  }
  // The gateway that took part in the setup hands its stores, keys and port to a process of its own.
  await world.fixture.stop({ keepData: true });
  const gateway = PinnedProcess.start(core, [...options.nodeArguments, MAIN], await environmentOf(world));
  gateway.child.stdout?.resume();
  await waitUntilReady(world.fixture.url, gateway);
  return {
    process: gateway,
    origin: world.fixture.url,
    sign: (connection, rows) => signRead(world.fixture.url, grants, connection, rows),
    stop: async () => {
      await gateway.stop();
      await world.chain.stop();
    },
  };
}

function signRead(origin: string, grants: readonly Granted[], connection: number, rows: number): LoadRequest {
  const granted = grants[connection % grants.length];
  if (granted === undefined) throw new BenchError('SETUP_FAILED', 'No grants');
  const path = rowsPath(readOptions(granted.grantId, { limit: rows }));
  const url = new URL(path, origin).href;
  const { headers } = signRequest(
    { method: 'GET', url, headers: READ_HEADERS, body: null },
    granted.requester.key,
    now(),
  );
  return { path, headers };
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}

async function environmentOf({ chain, fixture }: ShareWorld): Promise<Record<string, string>> {
  const { config, secrets } = fixture;
  const secret = async (name: string, text: string): Promise<string> => {
    const file = join(config.dataDir, name);
    await writeFile(file, text, { mode: 0o600 });
    return file;
  };
  const account = { address: computeAddress(secrets.relayerKey), privateKey: secrets.relayerKey };
  const keystore = await encryptKeystoreJson(account, PASSWORD, { scrypt: { N: 1024 } });
  return {
    DXL_DATA_DIR: config.dataDir,
    DXL_DEPLOYMENT: deploymentPath(chain.dataDir),
    DXL_NODE_URL: config.nodeUrl,
    DXL_AUTHORITY: config.authority,
    DXL_SCHEME: 'http',
    DXL_SOURCES: config.sourcesFile,
    DXL_SIGNING_KEY_FILE: await secret(
      'signing.pem',
      secrets.signingKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ),
    DXL_RELAYER_KEYSTORE: await secret('relayer.json', keystore),
    DXL_RELAYER_PASSWORD_FILE: await secret('relayer.password', PASSWORD),
    DXL_LISTEN_PORT: String(config.listenPort),
  };
}

async function waitUntilReady(url: string, gateway: PinnedProcess): Promise<void> {
  for (let tries = 0; tries < READY_TRIES; tries += 1) {
    if (gateway.child.exitCode !== null) break;
    try {
      if ((await fetch(`${url}/readyz`)).ok) return;
    } catch {
      // Not listening yet.
    }
    await sleep(READY_PAUSE_MS);
  }
  await gateway.stop();
  throw new BenchError('PROCESS_ENDED', 'The gateway did not become ready');
}
