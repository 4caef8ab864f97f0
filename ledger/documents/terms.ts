import { z } from 'zod';

import {
  type AccessKeyId,
  type Bytes32,
  type GrantId,
  isDepartmentId,
  parseBytes32,
  type RequestId,
  type ResourceId,
} from '../ids.ts';
import { type DocumentRule, isSortedUnique, isUnique, withRules } from './document-rule.ts';

/** The last second of the year 9999: a time in milliseconds by mistake is refused. */
export const MAX_UNIX_SECONDS = 253_402_300_799;
export const MAX_VERSION = 2 ** 32 - 1;
export const MAX_FIELDS = 256;
export const MAX_NAME_LENGTH = 200;
export const MAX_TEXT_LENGTH = 2000;
export const MAX_CODE_LENGTH = 31;
export const MAX_LIST_LENGTH = 32;

const broken = (rule: DocumentRule): { params: { rule: DocumentRule } } => ({ params: { rule } });

function isBytes32(text: string): boolean {
  try {
    parseBytes32(text);
    return true;
  } catch {
    return false;
  }
}

const hex32 = z.string().regex(/^0x[0-9a-f]{64}$/);

/** 0x and 64 lower-case hex digits. */
export const bytes32Schema = hex32.refine((text): text is Bytes32 => isBytes32(text));
export const resourceIdSchema = hex32.refine((text): text is ResourceId => isBytes32(text));
export const requestIdSchema = hex32.refine((text): text is RequestId => isBytes32(text));
export const grantIdSchema = hex32.refine((text): text is GrantId => isBytes32(text));
export const accessKeyIdSchema = hex32.refine((text): text is AccessKeyId => isBytes32(text));

/** A unified social credit code, check character included. */
export const departmentIdSchema = z
  .string()
  .regex(/^[0-9A-HJ-NPQRTUWXY]{18}$/)
  .refine(isDepartmentId, broken('DEPARTMENT_ID'));

// No control characters and no bidirectional overrides: what an officer reads must be what is signed.
const ONE_LINE = /^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/;
const LINES = /^(?:[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\n)*$/;

/** A name as people write it: one line. */
export const nameSchema = z.string().min(1).max(MAX_NAME_LENGTH).regex(ONE_LINE);

/** A statement of one or more lines. */
export const textSchema = z.string().min(1).max(MAX_TEXT_LENGTH).regex(LINES);

/** A token such as `BUSINESS_COLLAB`; short enough for `bytes32` on chain. */
export const codeSchema = z
  .string()
  .max(MAX_CODE_LENGTH)
  .regex(/^[A-Z][A-Z0-9_]*$/);

/** Codes of published conditions in ascending order, each once; may be empty. */
export const conditionCodesSchema = z
  .array(codeSchema)
  .max(MAX_LIST_LENGTH)
  .refine(isSortedUnique, broken('SORTED_UNIQUE'));

export const partySchema = z.strictObject({ name: nameSchema, uscc: departmentIdSchema });

export const versionSchema = z.int().min(1).max(MAX_VERSION);

/** One version of a resource, as the ledger names it. */
export const resourceVersionSchema = z.strictObject({ id: resourceIdSchema, version: versionSchema });

/** An article of a law or regulation (使用依据). */
export const legalBasisSchema = z.strictObject({ instrument: nameSchema, article: nameSchema });

/** A file kept elsewhere, by its hash; `value` is hex without 0x. */
export const digestSchema = z.strictObject({
  alg: z.enum(['sha256', 'sm3']),
  value: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Key of a field; also a column name and a member name, hence the short list of refused words. */
export const fieldKeySchema = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9_]*$/)
  .refine((key) => key !== 'constructor' && key !== 'prototype', broken('FORBIDDEN_KEY'));

/** Field keys in ascending order, each once; may be empty. */
export const fieldKeysSchema = z.array(fieldKeySchema).max(MAX_FIELDS).refine(isSortedUnique, broken('SORTED_UNIQUE'));

export const someFieldKeysSchema = z
  .array(fieldKeySchema)
  .min(1)
  .max(MAX_FIELDS)
  .refine(isSortedUnique, broken('SORTED_UNIQUE'));

/** Identifier of a data element (数据元), the same in every entry that holds it. */
export const elementSchema = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/);

/** 共享方式: verify (yes or no), query, batch exchange, file. */
export const modeSchema = z.enum(['API_VERIFY', 'API_QUERY', 'BATCH', 'FILE']);

export const purposesSchema = z.array(codeSchema).min(1).max(MAX_LIST_LENGTH).refine(isUnique, broken('UNIQUE'));

/** Identifiers of the caller's systems; an empty list binds the grant to no system. */
export const systemsSchema = z
  .array(
    z
      .string()
      .max(64)
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  )
  .max(MAX_LIST_LENGTH)
  .refine(isUnique, broken('UNIQUE'));

/** Rows whose region code starts so: 2, 4, 6, 9 or 12 digits (GB/T 2260 and its statistical extension). */
export const rowFilterSchema = z.strictObject({
  regionPrefix: z.string().regex(/^(?:\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$/),
});

/** How data is disposed of after use (用后处置). */
export const disposalMethodSchema = z.enum(['ERASE', 'DESTROY_MEDIA', 'RETURN', 'ANONYMIZE']);

/** Files that support a statement. */
export const attachmentsSchema = z.array(digestSchema).max(MAX_LIST_LENGTH);

export const unixSecondsSchema = z.int().min(0).max(MAX_UNIX_SECONDS);

/** Unix seconds, both included. */
export const windowSchema = withRules(z.strictObject({ notBefore: unixSecondsSchema, notAfter: unixSecondsSchema }), [
  { rule: 'WINDOW_ORDERED', path: ['notAfter'], holds: (window) => window.notBefore < window.notAfter },
]);
