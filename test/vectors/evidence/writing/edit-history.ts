import { keccak256 } from 'ethers';

import type { JsonObject } from '../../../../ledger/json/strict-json.ts';
import { decodeLog, type Log } from '../../../../verifier/ledger/entry.ts';

const WORD = 64;
const ZERO = '00'.repeat(32);

export type Lines = readonly JsonObject[];

/** A word of the data of a log given another value. */
export function withWord(line: JsonObject, word: number, value: bigint): JsonObject {
  const data = line['data'] as string;
  const at = 2 + word * WORD;
  return { ...line, data: data.slice(0, at) + hexWord(value) + data.slice(at + WORD) };
}

export function wordOf(line: JsonObject, word: number): bigint {
  const at = 2 + word * WORD;
  return BigInt(`0x${(line['data'] as string).slice(at, at + WORD)}`);
}

/** All heads computed anew, as whoever invents a history does; also those of the `heads` line. */
export function rehashed(lines: Lines): Lines {
  const heads = new Map<string, { readonly seq: number; readonly head: string }>();
  const logs = lines.map((line): JsonObject => {
    if (line['type'] !== 'log') return line;
    const log = line as unknown as Log;
    const entry = decodeLog(log);
    if (entry?.kind !== 'entry') return line;
    const before = heads.get(log.contract)?.head.slice(2) ?? ZERO;
    const head = keccak256(`0x${before}${hexWord(entry.seq)}${entry.actHash.slice(2)}`);
    heads.set(log.contract, { seq: Number(entry.seq), head });
    return { ...line, data: log.data.replace(entry.head.slice(2), head.slice(2)) };
  });
  return logs.map((line) => {
    if (line['type'] !== 'heads') return line;
    return { ...line, contracts: { ...(line['contracts'] as JsonObject), ...Object.fromEntries(heads) } };
  });
}

function hexWord(value: bigint): string {
  return value.toString(16).padStart(WORD, '0');
}
