import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { Wallet } from 'ethers';
import { z } from 'zod';

import { type AccessKeyId, parseDepartmentId } from '../ledger/ids.ts';
import { createAccessKey } from '../ledger/signatures/signature-key.ts';
import type { SigningKey } from '../ledger/signatures/signature-key.ts';
import { CliError } from './cli-error.ts';

const keystoreSchema = z.strictObject({ keystore: z.string().min(1), passwordFile: z.string().min(1) });

/** Paths are relative to the profile file. `office` and `head` list the keystores of those who sign for them here. */
const profileSchema = z.strictObject({
  gateway: z.url(),
  gatewayKey: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/)
    .nullable()
    .default(null),
  department: z.string().length(18),
  accessKey: z.string().nullable().default(null),
  office: z.array(keystoreSchema).default([]),
  head: z.array(keystoreSchema).default([]),
});

type ProfileFile = z.output<typeof profileSchema>;
export type Keystore = ProfileFile['office'][number];
export interface Profile extends ProfileFile {
  readonly path: string;
}

/** @throws CliError FILE_UNUSABLE with every problem of the file */
export function readProfile(path: string): Profile {
  const parsed = profileSchema.safeParse(parseFile(path));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new CliError('FILE_UNUSABLE', `The profile ${path} is not valid: ${problems.join('; ')}`);
  }
  return { ...parsed.data, path };
}

function parseFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `There is no usable profile at ${path}; see dxl --help`, {}, cause);
  }
}

export function readAccessKey(profile: Profile): SigningKey<AccessKeyId> | null {
  if (profile.accessKey === null) return null;
  const path = inProfileFolder(profile, profile.accessKey);
  try {
    return createAccessKey(createPrivateKey(readFileSync(path, 'utf8')), parseDepartmentId(profile.department));
  } catch (cause) {
    throw new CliError(
      'FILE_UNUSABLE',
      `The access key ${path} cannot be read (PKCS #8 PEM, Ed25519 or P-256)`,
      {},
      cause,
    );
  }
}

/** The private key behind a keystore v3 file, as 0x hex. */
export async function openKeystore(profile: Profile, { keystore, passwordFile }: Keystore): Promise<string> {
  const path = inProfileFolder(profile, keystore);
  try {
    const password = readFileSync(inProfileFolder(profile, passwordFile), 'utf8').trimEnd();
    return (await Wallet.fromEncryptedJson(readFileSync(path, 'utf8'), password)).privateKey;
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `The keystore ${path} cannot be opened with its password`, {}, cause);
  }
}

function inProfileFolder(profile: Profile, path: string): string {
  return resolve(dirname(profile.path), path);
}
