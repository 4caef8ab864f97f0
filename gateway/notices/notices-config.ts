import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';

import { z } from 'zod';

import { isDepartmentId } from '../../ledger/ids.ts';
import type { DepartmentId } from '../../ledger/ids.ts';
import { ConfigError } from '../config/config-error.ts';
import { privateFileProblem } from '../config/secrets.ts';
import { cidrProblem } from '../sources/address-guard.ts';
import { filePathSchema, noProblem } from '../sources/config-terms.ts';
import { readSecret, secretFileProblem } from '../sources/secret-file.ts';
import { placeholdersOf, urlProblem } from '../sources/url-template.ts';
import { noticeSecretProblem, readNoticeSecret } from './sign-notice.ts';

/** Plain text stays on this host. */
const LOOPBACK_HOST = /^(127\.\d+\.\d+\.\d+|\[::1\])$/;

const memberSchema = z.strictObject({
  /** Who is told: 18 characters. */
  department: z.string().refine(isDepartmentId, 'is no unified social credit code'),
  url: z.string().max(2048).superRefine(noProblem(noticeUrlProblem)),
  /** `whsec_` and the base64 of at least 32 bytes, which the receiver has too. */
  secretFile: z.string().refine(isAbsolute, 'must be an absolute path').superRefine(noProblem(secretProblem)),
  /** Where the receiver stands, as for a source. */
  allowedCidrs: z
    .array(z.string().superRefine(noProblem(cidrProblem)))
    .min(1)
    .max(64),
  /** Lets loopback be listed, and `http` to it: for development and tests. */
  allowLoopback: z.boolean().default(false),
  /** PEM certificates to trust instead of the system's. */
  caFile: filePathSchema.nullable().default(null),
});

const recipientSchema = memberSchema.superRefine(({ url, allowLoopback }, context) => {
  if (!url.startsWith('http://')) return;
  if (allowLoopback && URL.canParse(url) && LOOPBACK_HOST.test(new URL(url).hostname)) return;
  context.addIssue({ code: 'custom', path: ['url'], message: 'must begin with https://' });
});

/** The local notices file: who is told, where, and with which secret. */
const noticesFileSchema = z
  .strictObject({ notices: z.array(recipientSchema).max(1_024) })
  .superRefine(({ notices }, context) => {
    for (const [index, { department }] of notices.entries()) {
      if (notices.findIndex((other) => other.department === department) === index) continue;
      const message = 'is there twice';
      context.addIssue({ code: 'custom', path: ['notices', index, 'department'], message });
    }
  });

/** One department that is told, with the bytes of its secret. */
export interface NoticeRecipient extends Omit<z.infer<typeof recipientSchema>, 'department' | 'secretFile'> {
  readonly department: DepartmentId;
  readonly secret: Uint8Array;
}

/** @throws ConfigError NOTICES_INVALID or FILE_UNREADABLE with every problem, those of secret files among them */
export function readNoticesConfig(file: string): readonly NoticeRecipient[] {
  const result = noticesFileSchema.safeParse(readJson(file));
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `DXL_NOTICES: ${path.join('.')}: ${message}`);
    throw new ConfigError('NOTICES_INVALID', problems);
  }
  return result.data.notices.map(({ secretFile, ...recipient }) => ({
    ...recipient,
    secret: readNoticeSecret(readSecret(secretFile)),
  }));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const isText = cause instanceof SyntaxError;
    const problem = isText ? 'the file is not JSON' : 'the file cannot be read';
    throw new ConfigError(isText ? 'NOTICES_INVALID' : 'FILE_UNREADABLE', [`DXL_NOTICES: ${problem}`], cause);
  }
}

function noticeUrlProblem(url: string): string | null {
  return placeholdersOf(url).length > 0 || /[{}]/.test(url) ? 'must not hold braces' : urlProblem(url);
}

function secretProblem(path: string): string | null {
  return secretFileProblem(path) ?? privateFileProblem(path) ?? noticeSecretProblem(readSecret(path));
}
