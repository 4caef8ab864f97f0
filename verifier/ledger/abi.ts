import { keccak256 } from 'ethers';

import type { Value } from './values.ts';

/** Hex digits of one word. */
export const WORD = 64;
const WORD_BYTES = 32;
/** What is decoded: the type of a word, `bytes`, or a struct as the list of its members' types. */
export type AbiType = string | readonly AbiType[];
export type AbiValue = Value | readonly AbiValue[];

/** The text is not what a contract would have written. */
export class AbiError extends Error {
  override readonly name = 'AbiError';
}

/**
 * Decodes ABI-encoded values, refusing every other encoding of them than Solidity's own: dirty padding, offsets that
 * leave gaps, anything behind the last value. Attacker-controlled.
 * @param digits hex without 0x
 * @throws AbiError
 */
export function decodeAbi(types: readonly AbiType[], digits: string): readonly AbiValue[] {
  const { values, end } = decodeTuple(types, digits, 0);
  if (end !== digits.length) throw new AbiError('Something stands behind the last value');
  return values;
}

/** Whether a value has a tail. */
export function isDynamic(type: AbiType): boolean {
  return typeof type === 'string' ? type === 'bytes' : type.some(isDynamic);
}

/** Words that a type takes in the head. */
export function headWords(type: AbiType): number {
  if (typeof type === 'string' || isDynamic(type)) return 1;
  return type.reduce((sum, member) => sum + headWords(member), 0);
}

interface Decoded<Result> {
  readonly values: Result;
  /** Digits from the start of the text to behind the value. */
  readonly end: number;
}

function decodeTuple(types: readonly AbiType[], digits: string, start: number): Decoded<readonly AbiValue[]> {
  const headSize = types.reduce((sum, type) => sum + headWords(type), 0) * WORD;
  const values: AbiValue[] = [];
  let head = start;
  let tail = start + headSize;
  for (const type of types) {
    if (isDynamic(type)) {
      const offset = readOffset(digits, head);
      if (start + offset * 2 !== tail) throw new AbiError('A tail is not where it belongs');
      const decoded = typeof type === 'string' ? decodeBytes(digits, tail) : decodeTuple(type, digits, tail);
      values.push(decoded.values);
      tail = decoded.end;
      head += WORD;
    } else {
      const decoded = decodeStatic(type, digits, head);
      values.push(decoded.values);
      head = decoded.end;
    }
  }
  return { values, end: tail };
}

function decodeStatic(type: AbiType, digits: string, start: number): Decoded<AbiValue> {
  if (typeof type === 'string') return { values: decodeWord(type, wordAt(digits, start)), end: start + WORD };
  const values: AbiValue[] = [];
  let next = start;
  for (const member of type) {
    const decoded = decodeStatic(member, digits, next);
    values.push(decoded.values);
    next = decoded.end;
  }
  return { values, end: next };
}

function decodeBytes(digits: string, start: number): Decoded<string> {
  const length = readOffset(digits, start);
  const from = start + WORD;
  const end = from + Math.ceil(length / WORD_BYTES) * WORD;
  if (end > digits.length) throw new AbiError('Bytes reach beyond the end');
  const padding = digits.slice(from + length * 2, end);
  if (!isZeros(padding)) throw new AbiError('Bytes are padded with something');
  return { values: own(`0x${digits.slice(from, from + length * 2)}`), end };
}

/** A copy: V8 keeps a slice as a view, so that a kept key of 32 bytes would keep the line that it stood in. */
function own(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** Departments, regions and times: a ledger of millions of entries has few, which are decoded and kept once. */
const repeated = new Map<string, Map<string, Value>>();
const MOST_REPEATED = 1024;

/** @throws AbiError unless the word is one that the type has */
export function decodeWord(type: string, word: string): Value {
  if (type === 'bytes32') return `0x${word}`;
  if (type === 'uint256') return BigInt(`0x${word}`);
  let values = repeated.get(type);
  if (values === undefined) repeated.set(type, (values = new Map<string, Value>()));
  const known = values.get(word);
  if (known !== undefined) return known;
  const value = decodeShortWord(type, word);
  if (values.size === MOST_REPEATED) values.clear();
  values.set(own(word), typeof value === 'string' ? own(value) : value);
  return values.get(word) ?? value;
}

function decodeShortWord(type: string, word: string): Value {
  if (type === 'address') return rightAligned(word, 40);
  if (type.startsWith('bytes')) {
    const size = Number(type.slice(5)) * 2;
    if (!isZeros(word.slice(size))) throw new AbiError('A word is padded with something');
    return `0x${word.slice(0, size)}`;
  }
  const bits = Number(type.slice(4));
  const value = rightAligned(word, bits / 4);
  return bits <= 32 ? Number(value) : BigInt(value);
}

function rightAligned(word: string, size: number): string {
  if (!isZeros(word.slice(0, WORD - size))) throw new AbiError('A number is too large for its type');
  return `0x${word.slice(WORD - size)}`;
}

function readOffset(digits: string, at: number): number {
  const value = BigInt(`0x${wordAt(digits, at)}`);
  if (value > BigInt(digits.length)) throw new AbiError('An offset or length is beyond the end');
  return Number(value);
}

function wordAt(digits: string, at: number): string {
  const word = digits.slice(at, at + WORD);
  if (word.length !== WORD) throw new AbiError('The text ends early');
  return word;
}

function isZeros(digits: string): boolean {
  return /^0*$/.test(digits);
}

/** A number as one word, without 0x. */
export function wordOf(value: bigint | number): string {
  return BigInt(value).toString(16).padStart(WORD, '0');
}

/** Bytes of at most 32 as one word, left-aligned, without 0x. */
export function leftWord(hex: string): string {
  return hex.slice(2).padEnd(WORD, '0');
}

/** keccak256 of bytes that are given as hex without 0x. */
export function keccakOf(digits: string): string {
  return keccak256(Buffer.from(digits, 'hex'));
}
