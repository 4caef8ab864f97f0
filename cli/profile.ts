import { createPrivateKey } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { Wallet } from 'ethers';
import { z } from 'zod';

import { type AccessKeyId, type DepartmentId, parseDepartmentId } from '../ledger/ids.ts';
import { createAccessKey } from '../ledger/signatures/signature-key.ts';
import type { SigningKey } from '../ledger/signatures/signature-key.ts';
import { CliError } from './cli-error.ts';

const READABLE_BY_OTHERS = 0o044;

const keystoreSchema = z.strictObject({ keystore: z.string().min(1), passwordFile: z.string().min(1) });

/**
 * Paths are relative to the profile file. `maker`, `office` and `head` list the keystores of those who sign for them
 * here.
 */
const profileSchema = z.strictObject({
  gateway: z.url({ protocol: /^https?$/ }),
  gatewayKey: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/)
    .nullable()
    .default(null),
  department: z.string().transform((text, issues) => parseDepartment(text, issues)),
  accessKey: z.string().nullable().default(null),
  /** Folder in which the receipts of what was fetched are kept; null for none. */
  receipts: z.string().min(1).nullable().default(null),
  maker: z.array(keystoreSchema).default([]),
  office: z.array(keystoreSchema).default([]),
  head: z.array(keystoreSchema).default([]),
});

function parseDepartment(text: string, issues: z.RefinementCtx): DepartmentId {
  try {
    return parseDepartmentId(text);
  } catch {
    issues.addIssue({ code: 'custom', message: 'not the 18 characters of a department, or mistyped' });
    return z.NEVER;
  }
}

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
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const text = isMissing ? `There is no profile at ${path}` : `The profile ${path} cannot be read`;
    throw new CliError('FILE_UNUSABLE', `${text}; dxl --help shows one`, {}, cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `The profile ${path} is not JSON`, {}, cause);
  }
}

export function readAccessKey(profile: Profile): SigningKey<AccessKeyId> | null {
  if (profile.accessKey === null) return null;
  const path = besideProfile(profile, profile.accessKey);
  warnWhenReadable(path);
  try {
    return createAccessKey(createPrivateKey(readFileSync(path, 'utf8')), profile.department);
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
  const path = besideProfile(profile, keystore);
  const passwordPath = besideProfile(profile, passwordFile);
  warnWhenReadable(passwordPath);
  let password: string;
  try {
    password = readFileSync(passwordPath, 'utf8').trimEnd();
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `The password file ${passwordPath} cannot be read`, {}, cause);
  }
  try {
    return (await Wallet.fromEncryptedJson(readFileSync(path, 'utf8'), password)).privateKey;
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `The keystore ${path} cannot be opened with its password`, {}, cause);
  }
}

/** The gateway refuses such a key of its own; here it is its owner's decision. */
function warnWhenReadable(path: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if (process.platform === 'win32' || (mode & READABLE_BY_OTHERS) === 0) return;
  process.stderr.write(`dxl: warning: others can read ${path}: chmod 600 / 警告:其他用户可读取该文件\n`);
}

/** A path that the profile names, which is relative to it. */
export function besideProfile(profile: Pick<Profile, 'path'>, path: string): string {
  return resolve(dirname(profile.path), path);
}
