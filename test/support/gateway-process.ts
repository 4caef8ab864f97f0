import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { encryptKeystoreJson, Wallet } from 'ethers';

import type { GatewayFixture } from './gateway-fixture.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'gateway', 'main.ts');

const START_TIMEOUT_MS = 60_000;

/** The gateway as the process that operations run, on the data folder and the port of a fixture that was stopped. */
export class GatewayProcess {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #url: string;
  #child: ChildProcess | null = null;

  private constructor(environment: NodeJS.ProcessEnv, url: string) {
    this.#environment = environment;
    this.#url = url;
    // A test that dies must not leave a gateway behind.
    process.once('exit', () => this.#child?.kill('SIGKILL'));
  }

  static async prepare(fixture: GatewayFixture): Promise<GatewayProcess> {
    const { config, secrets } = fixture;
    const write = async (name: string, text: string): Promise<string> => {
      const path = join(config.dataDir, name);
      await writeFile(path, text, { mode: 0o600 });
      return path;
    };
    const { address, privateKey } = new Wallet(secrets.relayerKey);
    const keystore = await encryptKeystoreJson({ address, privateKey }, 'password', {
      scrypt: { N: 1024, r: 8, p: 1 },
    });
    const environment = {
      PATH: process.env['PATH'],
      DXL_DATA_DIR: config.dataDir,
      DXL_DEPLOYMENT: await write('deployment.json', JSON.stringify(config.deployment)),
      DXL_NODE_URL: config.nodeUrl,
      DXL_AUTHORITY: config.authority,
      DXL_SCHEME: config.scheme,
      DXL_SOURCES: config.sourcesFile,
      DXL_SIGNING_KEY_FILE: await write(
        'signing.pem',
        secrets.signingKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ),
      DXL_RELAYER_KEYSTORE: await write('relayer.json', keystore),
      DXL_RELAYER_PASSWORD_FILE: await write('password', 'password'),
      DXL_LISTEN_PORT: String(config.listenPort),
      DXL_LOG_LEVEL: 'silent',
      ...(secrets.storeUrl === null ? {} : { DXL_STORE_URL: secrets.storeUrl }),
    };
    return new GatewayProcess(environment, fixture.url);
  }

  /** Resolves when the gateway says that it is ready. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN], { env: this.#environment, stdio: ['ignore', 'ignore', 'inherit'] });
    this.#child = child;
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (performance.now() < deadline && child.exitCode === null && child.signalCode === null) {
      const ready = await fetch(`${this.#url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new TypeError('The gateway did not become ready');
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return child.exitCode;
  }
}
