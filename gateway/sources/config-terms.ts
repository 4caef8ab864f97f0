import { isAbsolute } from 'node:path';

import { z } from 'zod';

import { fieldKeySchema } from '../../ledger/documents/terms.ts';
import { MAX_ROW_BYTES } from '../relay/answer-limits.ts';
import { secretFileProblem } from './secret-file.ts';

const ONE_HOUR_MS = 3_600_000;

/** Turns a function that says what is wrong with a text into a check of a schema. */
export function noProblem(problemOf: (text: string) => string | null) {
  return (text: string, context: z.RefinementCtx): void => {
    const message = problemOf(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  };
}

/** An absolute path of a file that can be read now and is not empty. */
export const filePathSchema = z
  .string()
  .refine(isAbsolute, 'must be an absolute path')
  .superRefine(noProblem(secretFileProblem));

export const timeoutMsSchema = z.int().min(1).max(ONE_HOUR_MS);

/** Longest row that a source may send. */
export const maxRowBytesSchema = z.int().min(1).max(MAX_ROW_BYTES).default(MAX_ROW_BYTES);

/** Field keys to the names that a source has for them. */
export const columnsSchema = z.record(fieldKeySchema, z.string().min(1).max(63));
