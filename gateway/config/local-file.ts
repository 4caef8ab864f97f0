import { readFileSync } from 'node:fs';

import type { z } from 'zod';

import { ConfigError } from './config-error.ts';
import type { ConfigErrorCode } from './config-error.ts';

export interface LocalFile<Schema extends z.ZodType> {
  /** The variable that names the file: what the problems begin with. */
  readonly variable: string;
  readonly path: string;
  readonly schema: Schema;
  /** Of a file that is no JSON, or not as the schema has it. */
  readonly code: ConfigErrorCode;
}

/** @throws ConfigError `code` or FILE_UNREADABLE, with every problem */
export function readLocalFile<Schema extends z.ZodType>(file: LocalFile<Schema>): z.infer<Schema> {
  const { variable, schema, code } = file;
  const result = schema.safeParse(readJson(file));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${variable}: ${path.join('.')}: ${message}`);
  throw new ConfigError(code, problems);
}

function readJson({ variable, path, code }: Omit<LocalFile<z.ZodType>, 'schema'>): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const isText = cause instanceof SyntaxError;
    const problem = isText ? 'the file is not JSON' : 'the file cannot be read';
    throw new ConfigError(isText ? code : 'FILE_UNREADABLE', [`${variable}: ${problem}`], cause);
  }
}
