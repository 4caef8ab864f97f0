import { isAbsolute } from 'node:path';

import { z } from 'zod';

import { isDepartmentId } from '../../ledger/ids.ts';
import type { DepartmentId } from '../../ledger/ids.ts';
import { readLocalFile } from '../config/local-file.ts';
import { privateFileProblem } from '../config/secrets.ts';
import { noProblem } from '../sources/config-terms.ts';
import { outgoingAddressMembers, requireHttps } from '../sources/outgoing-address.ts';
import type { OutgoingAddress } from '../sources/outgoing-address.ts';
import { readSecret, secretFileProblem } from '../sources/secret-file.ts';
import { noticeSecretProblem, readNoticeSecret } from './sign-notice.ts';

const recipientSchema = z
  .strictObject({
    /** Who is told: 18 characters. */
    department: z.string().refine(isDepartmentId, 'is no unified social credit code'),
    /** `whsec_` and the base64 of at least 32 bytes, which the receiver has too. */
    secretFile: z.string().refine(isAbsolute, 'must be an absolute path').superRefine(noProblem(secretProblem)),
    ...outgoingAddressMembers,
  })
  .superRefine(requireHttps);

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
export interface NoticeRecipient extends OutgoingAddress {
  readonly department: DepartmentId;
  readonly secret: Uint8Array;
}

/** @throws ConfigError NOTICES_INVALID or FILE_UNREADABLE with every problem, those of secret files among them */
export function readNoticesConfig(path: string): readonly NoticeRecipient[] {
  const file = { variable: 'DXL_NOTICES', path, schema: noticesFileSchema, code: 'NOTICES_INVALID' } as const;
  return readLocalFile(file).notices.map(({ secretFile, ...recipient }) => ({
    ...recipient,
    secret: readNoticeSecret(readSecret(secretFile)),
  }));
}

function secretProblem(path: string): string | null {
  return secretFileProblem(path) ?? privateFileProblem(path) ?? noticeSecretProblem(readSecret(path));
}
