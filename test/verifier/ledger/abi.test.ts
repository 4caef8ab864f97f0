import { AbiCoder } from 'ethers';
import { describe, expect, it } from 'vitest';

import {
  AbiError,
  type AbiType,
  decodeAbi,
  decodeWord,
  headWords,
  isDynamic,
  keccakOf,
  leftWord,
  wordOf,
} from '../../../verifier/ledger/abi.ts';

const coder = AbiCoder.defaultAbiCoder();
const WORD = 64;
const word = (value: bigint | number): string => BigInt(value).toString(16).padStart(WORD, '0');
/** As ethers writes the types. */
const written = (type: AbiType): string => (typeof type === 'string' ? type : `tuple(${type.map(written).join(',')})`);
const encode = (types: readonly AbiType[], values: readonly unknown[]): string =>
  coder.encode(types.map(written), values).slice(2);

const DEPARTMENT = `0x${'ab'.repeat(18)}`;
const CASES: readonly (readonly [string, readonly AbiType[], readonly unknown[]])[] = [
  ['nothing', [], []],
  ['words', ['uint64', 'bytes18', 'bytes32', 'uint8'], [2n ** 64n - 1n, DEPARTMENT, `0x${'cd'.repeat(32)}`, 255]],
  ['small numbers and large ones', ['uint32', 'uint256', 'uint16'], [2 ** 32 - 1, 2n ** 256n - 1n, 65_535]],
  ['an address', ['address', 'uint8'], [`0x${'12'.repeat(20)}`, 7]],
  ['a struct without a tail', ['uint8', ['bytes32', 'uint64'], 'uint8'], [1, [`0x${'11'.repeat(32)}`, 5n], 2]],
  ['bytes', ['bytes', 'uint64'], ['0xabcdef', 9n]],
  ['no bytes', ['bytes'], ['0x']],
  ['bytes of one word', ['bytes', 'bytes'], [`0x${'ee'.repeat(32)}`, '0x01']],
  ['bytes of more than one word', ['bytes'], [`0x${'ee'.repeat(33)}`]],
  [
    'a struct with bytes',
    ['uint64', ['uint8', 'bytes', 'bytes'], 'bytes32'],
    [1n, [2, '0xaa', `0x${'bb'.repeat(40)}`], `0x${'22'.repeat(32)}`],
  ],
];

describe('decodeAbi', () => {
  it.each(CASES)('reads %s as ethers writes it', (_, types, values) => {
    expect(decodeAbi(types, encode(types, values))).toEqual(values);
  });

  it.each(CASES)('refuses %s with a word more or less, and in another length', (_, types, values) => {
    const digits = encode(types, values);
    expect(() => decodeAbi(types, `${digits}${word(0)}`)).toThrow(AbiError);
    expect(() => decodeAbi(types, `${digits}00`)).toThrow(AbiError);
    if (digits !== '') expect(() => decodeAbi(types, digits.slice(0, -2))).toThrow(AbiError);
    if (digits !== '') expect(() => decodeAbi(types, digits.slice(0, -WORD))).toThrow(AbiError);
  });

  it.each<[string, readonly AbiType[], string]>([
    ['an offset into the head', ['bytes', 'uint8'], word(32) + word(0) + word(0)],
    ['a gap before the tail', ['bytes'], word(64) + word(0) + word(0)],
    ['two tails at one place', ['bytes', 'bytes'], word(64) + word(64) + word(0)],
    ['an offset beyond the end', ['bytes'], word(2n ** 255n) + word(0)],
    ['a length beyond the end', ['bytes'], word(32) + word(33) + word(0)],
    ['a length of 2^255', ['bytes'], word(32) + word(2n ** 255n) + word(0)],
    ['padding behind bytes', ['bytes'], `${word(32)}${word(1)}ab${'0'.repeat(60)}01`],
    ['padding right behind bytes', ['bytes'], `${word(32)}${word(1)}ab01${'0'.repeat(60)}`],
    ['a number that is too large', ['uint64'], word(2n ** 64n)],
    ['padding behind a short word', ['bytes18'], `${'ab'.repeat(18)}${'0'.repeat(27)}1`],
    ['an address that is too long', ['address'], `${'0'.repeat(23)}1${'12'.repeat(20)}`],
  ])('refuses %s', (_, types, digits) => {
    expect(() => decodeAbi(types, digits)).toThrow(AbiError);
  });
});

describe('words', () => {
  it('are numbers on the right and bytes on the left', () => {
    expect(wordOf(258)).toBe(word(258));
    expect(wordOf(2n ** 200n)).toBe(word(2n ** 200n));
    expect(leftWord('0xabcd')).toBe(`abcd${'0'.repeat(60)}`);
    expect(decodeWord('uint32', word(2 ** 32 - 1))).toBe(2 ** 32 - 1);
    expect(decodeWord('uint64', word(3))).toBe(3n);
    expect(decodeWord('uint256', 'f'.repeat(64))).toBe(2n ** 256n - 1n);
    expect(decodeWord('bytes6', `010203040506${'0'.repeat(52)}`)).toBe('0x010203040506');
    expect(() => decodeWord('uint8', word(256))).toThrow(AbiError);
  });

  it('are hashed as bytes', () => {
    expect(keccakOf('')).toBe('0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
    expect(keccakOf('00')).not.toBe(keccakOf('0000'));
  });

  it('are counted in the head', () => {
    expect(headWords('uint8')).toBe(1);
    expect(headWords('bytes')).toBe(1);
    expect(headWords(['uint8', ['uint8', 'bytes32']])).toBe(3);
    expect(headWords(['uint8', 'bytes'])).toBe(1);
    expect([isDynamic('bytes'), isDynamic('bytes32'), isDynamic(['uint8', ['bytes']]), isDynamic(['uint8'])]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
