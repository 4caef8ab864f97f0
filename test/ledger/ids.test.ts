import { keccak256 } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  departmentIdFromHex,
  departmentIdToHex,
  deriveAccessKeyId,
  deriveGatewayId,
  deriveGrantId,
  deriveResourceId,
  type GrantTerms,
  parseBytes32,
  parseDepartmentId,
  parseGrantId,
  parseRequestId,
  resourceCodeHash,
} from '../../ledger/ids.ts';
import { codeOf } from './refusal-of.ts';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** Synthetic departments of region 99, among them one whose sum is a multiple of 31. */
const DEPARTMENTS = [
  '11990100MB0000019L',
  '11990100MB0000027F',
  '11990100MB0000035A',
  '11990100MB00000435',
  '11990100MB00000510',
  '11990100MB000006XP',
  '11990100MB0000078P',
  '11990100MB0000086J',
  '11990100MB0000094D',
  '11990100MB00000A28',
  '11990100MB00000B03',
  '11990100MB00000C90',
  '11990100MB00000D7T',
  '11990100MB00000E5M',
  '12990100MB00000F3D',
  '11990100MB00000G1B',
  '13990100MB00000HXW',
  '11990100MB00000J6W',
  '11990100MB00000K4P',
  '11990100MB00000L2J',
  '11990000MB00000M08',
  '11990100MB00000N9A',
  '11990100MB00000P5Y',
  '11990100MB00000Q3R',
];
const word = (value: bigint): string => value.toString(16).padStart(64, '0');
const hex32 = (digit: string): string => `0x${digit.repeat(64)}`;

function grantTerms(overrides: Partial<GrantTerms> = {}): GrantTerms {
  return {
    requestId: parseRequestId(hex32('1')),
    fields: 5n,
    notBefore: 1_760_889_600,
    notAfter: 1_792_425_599,
    documentHash: parseBytes32(hex32('2')),
    hashAlgorithm: 1,
    ...overrides,
  };
}

describe('parseDepartmentId', () => {
  it.each(DEPARTMENTS)('accepts %s', (code) => {
    expect(parseDepartmentId(code)).toBe(code);
  });

  it('agrees with codes published elsewhere', () => {
    const published = ['9144030071526726XG', '91330100799655058B', '914403001922038216', '91110000802100433B'];
    expect(published.map((code) => codeOf(() => parseDepartmentId(code)))).toEqual([null, null, null, null]);
    expect(codeOf(() => parseDepartmentId('91350100M000100Y4Z'))).toBe('DEPARTMENT_ID_INVALID');
  });

  it.each([
    ['too short', '11990100MB0000019'],
    ['too long', '11990100MB0000019LL'],
    ['in lower case', '11990100mb0000019l'],
    ['with the letter O', '1199O100MB0000019L'],
    ['with full-width digits', '1199010０MB0000019L'],
    ['a number', 1],
    ['null', null],
    ['an array', ['11990100MB0000019L']],
  ])('refuses what is %s', (_name, value) => {
    expect(codeOf(() => parseDepartmentId(value))).toBe('DEPARTMENT_ID_INVALID');
  });

  it('finds every single wrong character and every swap of neighbours', () => {
    let tried = 0;
    for (const code of DEPARTMENTS) {
      for (let index = 0; index < 18; index += 1) {
        const variants = Array.from(ALPHABET, (character) => code.slice(0, index) + character + code.slice(index + 1));
        variants.push(
          code.slice(0, index) +
            code
              .slice(index, index + 2)
              .split('')
              .reverse()
              .join('') +
            code.slice(index + 2),
        );
        const wrong = variants.filter((variant) => variant !== code);
        tried += wrong.length;
        expect(wrong.filter((variant) => codeOf(() => parseDepartmentId(variant)) === null)).toEqual([]);
      }
    }
    expect(tried).toBeGreaterThan(12_000);
  });

  it('travels as bytes18 and comes back', () => {
    const id = parseDepartmentId('11990100MB0000019L');
    expect(departmentIdToHex(id)).toBe('0x31313939303130304d42303030303031394c');
    expect(departmentIdFromHex(departmentIdToHex(id))).toBe(id);
    expect(codeOf(() => departmentIdFromHex(`0x${'00'.repeat(18)}`))).toBe('DEPARTMENT_ID_INVALID');
  });
});

describe('parseBytes32', () => {
  it('accepts 0x and 64 lower-case digits', () => {
    expect(parseBytes32(hex32('a'))).toBe(hex32('a'));
  });

  it.each([
    hex32('A'),
    'a'.repeat(64),
    hex32('a').slice(0, -1),
    `${hex32('a')}0`,
    `${hex32('a')}\n`,
    '0x',
    7,
    null,
    {},
  ])('refuses %j', (value) => {
    expect(codeOf(() => parseGrantId(value))).toBe('HEX_INVALID');
  });
});

describe('derived ids', () => {
  it('deriveResourceId is keccak-256 over two words, the code left-aligned', () => {
    const provider = parseDepartmentId('11990100MB0000019L');
    const codeHash = keccak256(new TextEncoder().encode('301001/000001'));
    const preimage = `${departmentIdToHex(provider)}${'00'.repeat(14)}${codeHash.slice(2)}`;
    expect(resourceCodeHash('301001/000001')).toBe(codeHash);
    expect(deriveResourceId(provider, '301001/000001')).toBe(keccak256(preimage));
  });

  it('deriveGrantId is keccak-256 over six words', () => {
    const preimage = `${hex32('1')}${word(5n)}${word(1_760_889_600n)}${word(1_792_425_599n)}${'2'.repeat(64)}${word(1n)}`;
    expect(deriveGrantId(grantTerms())).toBe(keccak256(preimage));
  });

  it('deriveGrantId commits to each term', () => {
    const others: Partial<GrantTerms>[] = [
      { requestId: parseRequestId(hex32('3')) },
      { fields: 4n },
      { notBefore: 1_760_889_601 },
      { notAfter: 1_792_425_600 },
      { documentHash: parseBytes32(hex32('3')) },
      { hashAlgorithm: 3 },
    ];
    const ids = [deriveGrantId(grantTerms()), ...others.map((terms) => deriveGrantId(grantTerms(terms)))];
    expect(new Set(ids).size).toBe(7);
  });

  it('deriveAccessKeyId is keccak-256 over abi.encode(bytes18, uint8, bytes)', () => {
    const publicKey = Uint8Array.from({ length: 32 }, (_, index) => index);
    const [department, other] = [parseDepartmentId('11990100MB0000019L'), parseDepartmentId('11990100MB00000435')];
    const head = departmentIdToHex(department).slice(2).padEnd(64, '0');
    const preimage = `0x${head}${word(1n)}${word(96n)}${word(32n)}${Buffer.from(publicKey).toString('hex')}`;
    expect(deriveAccessKeyId(department, 'ed25519', publicKey)).toBe(keccak256(preimage));
    expect(deriveAccessKeyId(department, 'ecdsa-p256-sha256', publicKey)).not.toBe(keccak256(preimage));
    expect(deriveAccessKeyId(other, 'ed25519', publicKey)).not.toBe(keccak256(preimage));
  });

  it('deriveGatewayId is keccak-256 over abi.encode(uint8, bytes)', () => {
    const publicKey = Uint8Array.from({ length: 32 }, (_, index) => index);
    const preimage = `0x${word(1n)}${word(64n)}${word(32n)}${Buffer.from(publicKey).toString('hex')}`;
    expect(deriveGatewayId('ed25519', publicKey)).toBe(keccak256(preimage));
  });

  it('give different resources different ids', () => {
    const codes = fc.uniqueArray(fc.stringMatching(/^[1-9]\d{5}\/\d{6}$/), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(codes, fc.constantFrom(...DEPARTMENTS), (resourceCodes, department) => {
        const provider = parseDepartmentId(department);
        expect(new Set(resourceCodes.map((code) => deriveResourceId(provider, code))).size).toBe(resourceCodes.length);
      }),
    );
  });
});
