import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encryptKeystoreJson, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CONTRACT_NAMES, mapContracts } from '../../../ledger/deployment.ts';
import { ConfigError } from '../../../gateway/config/config-error.ts';
import { toConfig } from '../../../gateway/config/config.ts';
import { describeEnvironment, readEnvironment } from '../../../gateway/config/env.ts';
import { readSecrets } from '../../../gateway/config/secrets.ts';

const REQUIRED = [
  'DXL_DATA_DIR',
  'DXL_DEPLOYMENT',
  'DXL_NODE_URL',
  'DXL_AUTHORITY',
  'DXL_SOURCES',
  'DXL_SIGNING_KEY_FILE',
  'DXL_RELAYER_KEYSTORE',
  'DXL_RELAYER_PASSWORD_FILE',
];

let folder: string;
const relayer = Wallet.createRandom();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dxl-config-'));
  const hash = `0x${'ab'.repeat(32)}`;
  const address = (digit: number): string => `0x${String(digit).repeat(40)}`;
  const deployment = {
    chainId: 20990,
    genesisHash: hash,
    startBlock: 1,
    profile: 'dev',
    contracts: Object.fromEntries(CONTRACT_NAMES.map((name, index) => [name, address(index + 1)])),
    codeHashes: mapContracts(() => hash),
    verifiers: { p256: address(8), webauthn: address(9) },
  };
  const { privateKey } = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  await put('deployment.json', JSON.stringify(deployment));
  await put('signing.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  await put('rsa.pem', rsa.export({ type: 'pkcs8', format: 'pem' }).toString());
  await put(
    'relayer.json',
    await encryptKeystoreJson({ address: relayer.address, privateKey: relayer.privateKey }, 'secret', {
      scrypt: { N: 1024, r: 8, p: 1 },
    }),
  );
  await put('password', 'secret\n');
  await put('wrong', 'other\n');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function put(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text, { mode: 0o600 });
}

function environment(changes: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    DXL_DATA_DIR: folder,
    DXL_DEPLOYMENT: join(folder, 'deployment.json'),
    DXL_NODE_URL: 'ws://127.0.0.1:8545',
    DXL_AUTHORITY: 'Gateway.Example:8480',
    DXL_SOURCES: join(folder, 'sources.json'),
    DXL_SIGNING_KEY_FILE: join(folder, 'signing.pem'),
    DXL_RELAYER_KEYSTORE: join(folder, 'relayer.json'),
    DXL_RELAYER_PASSWORD_FILE: join(folder, 'password'),
    ...changes,
  };
}

function problemsOf(variables: NodeJS.ProcessEnv): readonly string[] {
  try {
    toConfig(readEnvironment(variables));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('readEnvironment', () => {
  it('names everything that is missing at once', () => {
    const problems = problemsOf({});
    expect(problems.map((line) => line.split(':')[0])).toEqual(REQUIRED);
  });

  it.each([
    ['DXL_NODE_URL', 'http://127.0.0.1:8545'],
    ['DXL_AUTHORITY', 'http://gateway.example'],
    ['DXL_AUTHORITY', 'a b'],
    ['DXL_AUTHORITY', 'gateway:65536'],
    ['DXL_AUTHORITY', 'gateway:'],
    ['DXL_AUTHORITY', 'user@gateway.example'],
    ['DXL_SCHEME', 'ftp'],
    ['DXL_LISTEN_PORT', '70000'],
    ['DXL_LOG_LEVEL', 'loud'],
    ['DXL_MAX_NODE_SILENCE_MS', '-1'],
    ['DXL_MAX_NODE_SILENCE_MS', '240001'],
    ['DXL_MAX_BLOCK_AGE_MS', '240001'],
    ['DXL_ACCEPT_HISTORY_LOSS', 'true'],
  ])('refuses %s=%s', (name, value) => {
    expect(problemsOf(environment({ [name]: value }))).toEqual([expect.stringMatching(`^${name}:`)]);
  });

  it.each(['gateway', '127.0.0.1:8480', '[::1]:8480', 'a-b.example', 'gateway_1:65535', 'gateway.example.:1'])(
    'takes the authority %s',
    (name) => {
      expect(problemsOf(environment({ DXL_AUTHORITY: name }))).toEqual([]);
    },
  );

  it('describes every variable for --help', () => {
    for (const name of REQUIRED) expect(describeEnvironment()).toContain(name);
  });
});

describe('toConfig', () => {
  it('fills in the careful defaults', () => {
    expect(toConfig(readEnvironment(environment()))).toMatchObject({
      scheme: 'https',
      authority: 'gateway.example:8480',
      listenHost: '127.0.0.1',
      storeFile: join(folder, 'gateway.sqlite'),
      maxNodeSilenceMs: 3_000,
      maxBlockAgeMs: null,
      acceptHistoryLoss: false,
    });
  });

  it('holds nothing that may not be printed: the password of a store is a secret', async () => {
    const variables = readEnvironment(environment({ DXL_STORE_URL: 'postgres://dxl:hunter2@db.example/dxl' }));
    expect(JSON.stringify(toConfig(variables))).not.toContain('hunter2');
    expect((await readSecrets(variables)).storeUrl).toContain('hunter2');
  });

  it('refuses a deployment file that is missing', () => {
    expect(problemsOf(environment({ DXL_DEPLOYMENT: join(folder, 'nothing') }))).toHaveLength(1);
  });
});

describe('readSecrets', () => {
  it('opens both keys', async () => {
    const secrets = await readSecrets(readEnvironment(environment()));
    expect([secrets.signingKey.asymmetricKeyType, secrets.relayerKey]).toEqual(['ed25519', relayer.privateKey]);
  });

  it.each([
    ['a signing key of another kind', { DXL_SIGNING_KEY_FILE: 'rsa.pem' }],
    ['a signing key that is none', { DXL_SIGNING_KEY_FILE: 'password' }],
    ['a wrong password', { DXL_RELAYER_PASSWORD_FILE: 'wrong' }],
    ['a missing keystore', { DXL_RELAYER_KEYSTORE: 'nothing' }],
  ])('refuses %s', async (_what, change) => {
    const paths = Object.fromEntries(Object.entries(change).map(([name, file]) => [name, join(folder, file)]));
    await expect(readSecrets(readEnvironment(environment(paths)))).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });

  it('refuses a key file that others can read', async () => {
    await chmod(join(folder, 'signing.pem'), 0o644);
    await expect(readSecrets(readEnvironment(environment()))).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
    await chmod(join(folder, 'signing.pem'), 0o600);
  });
});
