import { createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { decryptKeystoreJson, encryptKeystoreJson, Wallet } from 'ethers';
import { z } from 'zod';

/**
 * Cost of opening a demo keystore, 16 times below the usual 2^17: fifty of them are made at the first start, and their
 * password lies in a file beside them, so a higher cost would guard nothing.
 */
const DEMO_SCRYPT = { N: 2 ** 13, r: 8, p: 1 } as const;

/** The demo's private keys: made when first asked for, kept in files that only their owner reads, never shared. */
export interface KeyFolder {
  /** File with the password of every keystore of the folder. */
  readonly passwordFile: string;
  /** Where {@link wallet} keeps a keystore (v3 JSON), and {@link accessKey} a key (PKCS #8 PEM). */
  walletFile(name: string): string;
  accessKeyFile(name: string): string;
  /** The account `name`, for example `MZ/head`. */
  wallet(name: string): Promise<Wallet>;
  /** Its address in lower case, for which the keystore need not be opened. */
  address(name: string): Promise<string>;
  /** The key `name` that signs HTTP messages, for example `MZ/access`. */
  accessKey(name: string, algorithm: AccessKeyKind): KeyObject;
}

export type AccessKeyKind = 'ed25519' | 'p256';

export function openKeyFolder(folder: string): KeyFolder {
  const passwordFile = join(folder, 'password');
  const password = readOrCreate(passwordFile, () => `${randomBytes(24).toString('base64url')}\n`).trimEnd();
  const wallets = new Map<string, Promise<Wallet>>();
  const walletFile = (name: string): string => join(folder, `${name}.json`);
  const accessKeyFile = (name: string): string => join(folder, `${name}.pem`);
  const wallet = async (name: string): Promise<Wallet> => {
    const opened = wallets.get(name) ?? openWallet(walletFile(name), password);
    wallets.set(name, opened);
    return await opened;
  };
  return {
    passwordFile,
    walletFile,
    accessKeyFile,
    wallet,
    address: async (name) => readAddress(walletFile(name)) ?? (await wallet(name)).address.toLowerCase(),
    accessKey: (name, algorithm) =>
      createPrivateKey(readOrCreate(accessKeyFile(name), () => generateAccessKey(algorithm))),
  };
}

async function openWallet(file: string, password: string): Promise<Wallet> {
  if (existsSync(file)) {
    const { privateKey } = await decryptKeystoreJson(readFileSync(file, 'utf8'), password);
    return new Wallet(privateKey);
  }
  const wallet = new Wallet(`0x${randomBytes(32).toString('hex')}`);
  writeSecret(file, await encryptKeystoreJson(wallet, password, { scrypt: DEMO_SCRYPT }));
  return wallet;
}

function readAddress(file: string): string | null {
  if (!existsSync(file)) return null;
  const { address } = z.object({ address: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8')));
  return `0x${address.replace(/^0x/, '').toLowerCase()}`;
}

function generateAccessKey(algorithm: AccessKeyKind): string {
  const { privateKey } =
    algorithm === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function readOrCreate(file: string, create: () => string): string {
  if (!existsSync(file)) writeSecret(file, create());
  return readFileSync(file, 'utf8');
}

/** By rename, so that a start that was cut short leaves no half of a key behind. */
function writeSecret(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.tmp`, content, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}
