import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';

import { reasonCodeToBytes32 } from '../ledger/documents/reason-code.ts';
import { LedgerError } from '../ledger/errors.ts';
import {
  parseAccessKeyId,
  parseBytes32,
  parseDepartmentId,
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
export const keyIdArgument = fromLedger(parseAccessKeyId);
export const hashArgument = fromLedger((text) => parseBytes32(text));
export const departmentArgument = fromLedger(parseDepartmentId);
/** As it stands on chain. */
export const reasonArgument = fromLedger(reasonCodeToBytes32);
export const receiptIdArgument = fromSchema(receiptSchema.shape.receiptId, 'a receipt id');

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

/** `a,b,c` as a list. */
export function parseList(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

export function parseCount(text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Expected a whole number.');
}
