import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

import { reasonCodeToBytes32 } from '../ledger/documents/reason-code.ts';
import { codeSchema } from '../ledger/documents/terms.ts';
import { LedgerError } from '../ledger/errors.ts';
import {
  type Bytes32,
  parseAccessKeyId,
  parseBytes32,
  parseCaseId,
  parseDepartmentId,
  parseGatewayId,
  parseGrantId,
  parseRequestId,
  parseResourceId,
} from '../ledger/ids.ts';
import { receiptSchema } from '../ledger/receipts/receipt.ts';

/** Parsers of options and arguments: what they throw, commander tells with the name of the option or argument. */
function fromLedger<Value>(parse: (text: string) => Value): (text: string) => Value {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      throw new InvalidArgumentError(`${error.message}.`);
    }
  };
}

/** @param hint what a good value looks like */
export function fromSchema<Value>(schema: z.ZodType<Value>, hint: string): (text: string) => Value {
  return (text) => {
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(`Expected ${hint}.`);
  };
}

export const grantIdArgument = fromLedger(parseGrantId);
export const requestIdArgument = fromLedger(parseRequestId);
export const resourceIdArgument = fromLedger(parseResourceId);
export const caseIdArgument = fromLedger(parseCaseId);
export const keyIdArgument = fromLedger(parseAccessKeyId);
export const gatewayIdArgument = fromLedger(parseGatewayId);
export const hashArgument = fromLedger((text) => parseBytes32(text));
export const departmentArgument = fromLedger(parseDepartmentId);
/** As it stands on chain. */
export const reasonArgument = fromLedger(reasonCodeToBytes32);
export const receiptIdArgument = fromSchema(receiptSchema.shape.receiptId, 'a receipt id');

/** A reason code as documents have it. */
export const codeArgument = fromSchema(codeSchema, 'capitals, digits and underscores, at most 31');

/** A day that exists: `Date.parse` takes 30 February as 2 March. */
const isoDate = z.iso.date();
const DAY_SECONDS = 86_400;
/** Deadlines end with a day in Asia/Shanghai, UTC+8. */
const SHANGHAI_SECONDS = 8 * 3_600;

/** A deadline in Unix seconds, the first second that is too late: of a day, its end in Shanghai. */
export function deadlineArgument(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  if (isoDate.safeParse(text).success) return Date.parse(text) / 1000 + DAY_SECONDS - SHANGHAI_SECONDS;
  throw new InvalidArgumentError('Expected a date (YYYY-MM-DD, the last day in time) or Unix seconds.');
}

/** A file that supports a statement, by its hash; collected. */
export function collectAttachment(path: string, digests: readonly FileDigest[] = []): readonly FileDigest[] {
  return [...digests, { alg: 'sha256', value: hashFile(path) }];
}

export interface FileDigest {
  readonly alg: 'sha256';
  /** Hex without 0x. */
  readonly value: string;
}

function hashFile(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    throw new InvalidArgumentError(`The file ${path} cannot be read.`);
  }
}

/** The SHA-256 of a file, as acts have it. */
export function fileHashArgument(path: string): Bytes32 {
  return parseBytes32(`0x${hashFile(path)}`);
}

/** `name=text`, collected in order. */
export function collectNamed(text: string, named: readonly NamedText[] = []): readonly NamedText[] {
  const mark = text.indexOf('=');
  if (mark < 1) throw new InvalidArgumentError('Expected name=text.');
  return [...named, { name: text.slice(0, mark), text: text.slice(mark + 1) }];
}

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** `--where key=value`, collected. */
export function collectPair(text: string, pairs: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const mark = text.indexOf('=');
  if (mark < 1) throw new InvalidArgumentError('Expected key=value.');
  return new Map([...pairs, [text.slice(0, mark), text.slice(mark + 1)]]);
}

/** An option that may be given several times. */
export function collectText(text: string, texts: readonly string[] = []): readonly string[] {
  return [...texts, text];
}

/** An option that names the one thing that is judged: of two, nobody would see which one it was. */
export function givenOnce(text: string, before: string | undefined): string {
  if (before === undefined) return text;
  throw new InvalidArgumentError('Given twice.');
}

/** `a,b,c` as a list. */
export function parseList(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

/** Of a page that has at least one entry. @throws InvalidArgumentError */
export function parseLimit(text: string): number {
  const value = parseCount(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('Expected a whole number above 0.');
}

export function parseCount(text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Expected a whole number.');
}
