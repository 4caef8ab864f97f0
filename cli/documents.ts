import { readFileSync, writeFileSync } from 'node:fs';

import { newSalt } from '../ledger/document-hash.ts';
import type { SaltedDocument } from '../ledger/document-hash.ts';
import { LedgerError } from '../ledger/errors.ts';
import { parseStrictJson } from '../ledger/json/strict-json.ts';
import type { JsonValue } from '../ledger/json/strict-json.ts';
import { CliError } from './cli-error.ts';

/** Reads a document as strictly as the gateway will. @throws CliError FILE_UNUSABLE */
export function readDocumentFile(path: string): JsonValue {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `The file ${path} cannot be read`, {}, cause);
  }
  try {
    return parseStrictJson(bytes);
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    const { reason, offset } = cause.details;
    const where = reason === undefined ? cause.message : `${String(reason)} at byte ${String(offset)}`;
    throw new CliError('FILE_UNUSABLE', `The file ${path} is not strict JSON: ${where}`, cause.details, cause);
  }
}

export function writeJsonFile(path: string, value: unknown): void {
  try {
    writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `The file ${path} cannot be written`, {}, cause);
  }
}

/** A value built here, brought into the form that a parsed document has. */
export function toDocument(value: unknown): JsonValue {
  return parseStrictJson(Buffer.from(JSON.stringify(value)));
}

export function withSalt(document: JsonValue): SaltedDocument {
  return { salt: newSalt(), document };
}
