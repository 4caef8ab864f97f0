import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

import { Wallet } from 'ethers';

import { ConfigError } from './config-error.ts';
import type { Environment } from './env.ts';

export interface GatewaySecrets {
  /** Ed25519; signs responses. */
  readonly signingKey: KeyObject;
  /** secp256k1 private key as 0x hex; pays for and orders transactions, can neither request nor grant. */
  readonly relayerKey: string;
  /** `postgres://...`, perhaps with a password, or a SQLite file; null for the default file. */
  readonly storeUrl: string | null;
}

/** @throws ConfigError KEY_UNUSABLE */
export async function readSecrets(environment: Environment): Promise<GatewaySecrets> {
  return {
    signingKey: readSigningKey(environment.DXL_SIGNING_KEY_FILE),
    relayerKey: await readRelayerKey(environment.DXL_RELAYER_KEYSTORE, environment.DXL_RELAYER_PASSWORD_FILE),
    storeUrl: environment.DXL_STORE_URL ?? null,
  };
}

/** Bits that let a group or others read or change a file. */
const NOT_PRIVATE = 0o077;

/** Null when the file can be read, and by nobody but its owner. */
export function privateFileProblem(file: string): string | null {
  try {
    const isPrivate = (statSync(file).mode & NOT_PRIVATE) === 0;
    return isPrivate ? null : 'the file must be readable by its owner only (chmod 600)';
  } catch {
    return 'the file cannot be read';
  }
}

function readPrivateFile(variable: string, file: string): string {
  const problem = privateFileProblem(file);
  if (problem !== null) throw new ConfigError('KEY_UNUSABLE', [`${variable}: ${problem}`]);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError('KEY_UNUSABLE', [`${variable}: the file cannot be read`], cause);
  }
}

function readSigningKey(file: string): KeyObject {
  const pem = readPrivateFile('DXL_SIGNING_KEY_FILE', file);
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new ConfigError('KEY_UNUSABLE', ['DXL_SIGNING_KEY_FILE: not a PKCS #8 PEM private key'], cause);
  }
  throw new ConfigError('KEY_UNUSABLE', ['DXL_SIGNING_KEY_FILE: not an Ed25519 key']);
}

async function readRelayerKey(file: string, passwordFile: string): Promise<string> {
  const keystore = readPrivateFile('DXL_RELAYER_KEYSTORE', file);
  const password = readPrivateFile('DXL_RELAYER_PASSWORD_FILE', passwordFile).trimEnd();
  try {
    const wallet = await Wallet.fromEncryptedJson(keystore, password);
    return wallet.privateKey;
  } catch (cause) {
    throw new ConfigError('KEY_UNUSABLE', ['DXL_RELAYER_KEYSTORE: not a keystore, or the password is wrong'], cause);
  }
}
