import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatCheckpoint, gatewayOfOrigin, logOrigin, parseCheckpoint } from '../../../ledger/log/checkpoint.ts';
import { EMPTY_ROOT, hashLeaf } from '../../../ledger/log/merkle-tree.ts';
import { encodeBase64 } from '../../../ledger/log/strict-base64.ts';
import { refusalOf } from '../refusal-of.ts';
import { GATEWAY } from './note.factory.ts';

const ROOT = hashLeaf(Buffer.from('root'));
const BASE64 = encodeBase64(ROOT);
const malformed = (reason: string): object => ({ code: 'NOTE_MALFORMED', details: { reason } });

describe('parseCheckpoint', () => {
  it('reads the example of the specification', () => {
    const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 });
    expect(formatCheckpoint(checkpoint)).toBe(text);
  });

  it('reads what formatCheckpoint writes', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), hash, (size, root) => {
        const checkpoint = { origin: logOrigin(GATEWAY), size, root };
        const parsed = parseCheckpoint(formatCheckpoint(checkpoint));
        expect({ ...parsed, root: Uint8Array.from(parsed.root) }).toEqual(checkpoint);
      }),
    );
    expect(parseCheckpoint(formatCheckpoint({ origin: 'o', size: 0, root: EMPTY_ROOT })).size).toBe(0);
  });

  it.each([
    ['nothing', '', 'ORIGIN'],
    ['no origin', `\n5\n${BASE64}\n`, 'ORIGIN'],
    ['an origin with a space', `a b\n5\n${BASE64}\n`, 'ORIGIN'],
    ['an origin with a no-break space', `a\u00a0b\n5\n${BASE64}\n`, 'ORIGIN'],
    ['an origin with a next-line character', `a\u0085b\n5\n${BASE64}\n`, 'ORIGIN'],
    ['an origin with a plus sign', `a+b\n5\n${BASE64}\n`, 'ORIGIN'],
    ['a long origin', `${'o'.repeat(256)}\n5\n${BASE64}\n`, 'ORIGIN'],
    ['an origin in half a character', `\ud800\n5\n${BASE64}\n`, 'ORIGIN'],
    ['an origin alone', 'o', 'SIZE'],
    ['no size', `o\n\n${BASE64}\n`, 'SIZE'],
    ['a leading zero', `o\n05\n${BASE64}\n`, 'SIZE'],
    ['two zeros', `o\n00\n${BASE64}\n`, 'SIZE'],
    ['a sign', `o\n+5\n${BASE64}\n`, 'SIZE'],
    ['a negative size', `o\n-5\n${BASE64}\n`, 'SIZE'],
    ['a fraction', `o\n5.0\n${BASE64}\n`, 'SIZE'],
    ['an exponent', `o\n5e3\n${BASE64}\n`, 'SIZE'],
    ['hexadecimal', `o\n0x5\n${BASE64}\n`, 'SIZE'],
    ['a space before the size', `o\n 5\n${BASE64}\n`, 'SIZE'],
    ['digits of another script', `o\n٥\n${BASE64}\n`, 'SIZE'],
    ['a size of 2^53', `o\n9007199254740992\n${BASE64}\n`, 'SIZE'],
    ['a size of 2^64', `o\n18446744073709551616\n${BASE64}\n`, 'SIZE'],
    ['no root', 'o\n5\n', 'ROOT'],
    ['a size alone', 'o\n5', 'ROOT'],
    ['a root of 31 bytes', `o\n5\n${encodeBase64(ROOT.subarray(1))}\n`, 'ROOT'],
    ['a root of 33 bytes', `o\n5\n${encodeBase64(Buffer.concat([ROOT, Buffer.alloc(1)]))}\n`, 'ROOT'],
    ['a root without padding', `o\n5\n${BASE64.slice(0, -1)}\n`, 'ROOT'],
    ['a root with spare bits', `o\n5\n${'A'.repeat(42)}B=\n`, 'ROOT'],
    ['a root in the alphabet of addresses', `o\n5\n${'_'.repeat(42)}8=\n`, 'ROOT'],
    ['an empty tree with a root', `o\n0\n${BASE64}\n`, 'ROOT'],
    ['no newline at the end', `o\n5\n${BASE64}`, 'EXTENSION'],
    ['an extension line', `o\n5\n${BASE64}\nmore\n`, 'EXTENSION'],
    ['an empty line more', `o\n5\n${BASE64}\n\n`, 'EXTENSION'],
    ['text after the end', `o\n5\n${BASE64}\nmore`, 'EXTENSION'],
  ])('refuses %s', (_, text, reason) => {
    expect(refusalOf(() => parseCheckpoint(text))).toEqual(malformed(reason));
  });

  it('takes the longest origin, counted in bytes', () => {
    expect(parseCheckpoint(`${'é'.repeat(127)}o\n5\n${BASE64}\n`).size).toBe(5);
    expect(refusalOf(() => parseCheckpoint(`${'é'.repeat(128)}\n5\n${BASE64}\n`))).toEqual(malformed('ORIGIN'));
  });
});

describe('formatCheckpoint', () => {
  it.each([
    ['an origin with a newline', { origin: 'o\n7', size: 5, root: ROOT }, 'ORIGIN'],
    ['a fraction', { origin: 'o', size: 0.5, root: ROOT }, 'SIZE'],
    ['a size that is not exact', { origin: 'o', size: 2 ** 53, root: ROOT }, 'SIZE'],
    ['a root of another length', { origin: 'o', size: 5, root: ROOT.subarray(1) }, 'ROOT'],
    ['an empty tree with a root', { origin: 'o', size: 0, root: ROOT }, 'ROOT'],
  ])('refuses %s', (_, checkpoint, reason) => {
    expect(refusalOf(() => formatCheckpoint(checkpoint))).toEqual(malformed(reason));
  });
});

describe('gatewayOfOrigin', () => {
  it('is the gateway of logOrigin', () => {
    expect(logOrigin(GATEWAY)).toBe(`dxl/receipts/${GATEWAY}`);
    expect(gatewayOfOrigin(logOrigin(GATEWAY))).toBe(GATEWAY);
  });

  it.each(['', GATEWAY, `dxl/receipts/${GATEWAY.toUpperCase()}`, `dxl/receipts/${GATEWAY}0`, `x${logOrigin(GATEWAY)}`])(
    'refuses "%s"',
    (origin) => {
      expect(refusalOf(() => gatewayOfOrigin(origin))).toEqual(malformed('ORIGIN'));
    },
  );
});
