import * as crypto from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { ed25519 } from '@noble/curves/ed25519';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { bundleWorker } from '../../scripts/verifier-page/bundle-page.ts';
import { Buffer as PageBuffer } from '../../verifier/page/node-buffer.ts';
import * as page from '../../verifier/page/node-crypto.ts';

const ENCODINGS = ['hex', 'latin1', 'base64', 'base64url'] as const;
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const { ExtendedPoint, CURVE } = ed25519;
const P = CURVE.Fp.ORDER;
/** Of order 8, so that its multiples are all points of small order. */
const TORSION = ExtendedPoint.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');
const SMALL = Array.from({ length: 8 }, (_, times) => TORSION.multiplyUnsafe(BigInt(times)));

const bytes = fc.uint8Array({ maxLength: 70 });
const hexOf = (array: Uint8Array): string => Buffer.from(array).toString('hex');
const littleEndian = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
const numberOf = (array: Uint8Array): bigint => BigInt(`0x${hexOf(array.toReversed())}`);
const randomScalar = (): bigint => numberOf(crypto.randomBytes(32)) % CURVE.n;

describe('Buffer in the page', () => {
  it('has every function that the verifier calls', async () => {
    const { inputs } = await bundleWorker();
    const sources = await Promise.all(
      inputs.filter((input) => !input.includes('node_modules')).map(async (input) => await readFile(input, 'utf8')),
    );
    const called = sources.flatMap((text) => [...text.matchAll(/\bBuffer\.(\w+)/g)].map(([, name = '']) => name));

    expect(called).toContain('concat');
    expect(called.filter((name) => !(name in PageBuffer))).toEqual([]);
  });

  it('writes bytes as Node does', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom('utf8', ...ENCODINGS), fc.nat(5), (array, encoding, start) => {
        expect(PageBuffer.from(array).toString(encoding, start)).toBe(Buffer.from(array).toString(encoding, start));
      }),
    );
  });

  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('0', 'a', 'F', 'g', ' ', '\u0161', '\u00e1') }),
    fc.string({ unit: fc.constantFrom('A', 'z', '9', '+', '/', '-', '_', '=', ' ') }),
    fc.tuple(bytes, fc.constantFrom(...ENCODINGS)).map(([array, encoding]) => Buffer.from(array).toString(encoding)),
  );

  it('reads any text as Node does', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('utf8', 'hex', 'latin1'), (text, encoding) => {
        expect(hexOf(PageBuffer.from(text, encoding))).toBe(Buffer.from(text, encoding).toString('hex'));
      }),
      { numRuns: 1000 },
    );
  });

  it('reads canonical base64 as Node does, and shows what is not', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('base64', 'base64url'), (text, encoding) => {
        const [mine, theirs] = [PageBuffer.from(text, encoding), Buffer.from(text, encoding)];
        const isCanonical = theirs.toString(encoding) === text;
        expect(mine.toString(encoding) === text).toBe(isCanonical);
        if (isCanonical) expect(hexOf(mine)).toBe(hexOf(theirs));
      }),
      { numRuns: 1000 },
    );
  });

  it('joins, compares, measures and writes numbers as Node does', () => {
    fc.assert(
      fc.property(
        bytes,
        bytes,
        fc.string({ unit: 'binary' }),
        fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
        (one, other, text, value) => {
          const [mine, theirs] = [PageBuffer.alloc(8), Buffer.alloc(8)];
          mine.writeBigInt64LE(value);
          theirs.writeBigInt64LE(value);

          expect(hexOf(mine)).toBe(hexOf(theirs));
          expect(hexOf(PageBuffer.concat([one, other]))).toBe(hexOf(Buffer.concat([one, other])));
          expect(hexOf(PageBuffer.of(...one))).toBe(hexOf(Buffer.of(...one)));
          expect(PageBuffer.compare(one, other)).toBe(Buffer.compare(one, other));
          expect(PageBuffer.compare(one, one)).toBe(0);
          expect(PageBuffer.byteLength(text)).toBe(Buffer.byteLength(text));
        },
      ),
    );
  });
});

describe('hashes in the page', () => {
  it('are those of Node', () => {
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const [mine, theirs] = [page.createHash('sha256'), crypto.createHash('sha256')];
        expect(mine.update(one).update(other).digest('hex')).toBe(theirs.update(one).update(other).digest('hex'));
        expect(hexOf(page.hash('sha256', one, 'buffer'))).toBe(crypto.hash('sha256', one, 'hex'));
      }),
    );
    expect(hexOf(page.hash('sha256', '核验', 'buffer'))).toBe(crypto.hash('sha256', '核验', 'hex'));
    expect(page.createHash('sha256').digest('base64')).toBe(crypto.createHash('sha256').digest('base64'));
  });

  it('are no others than the verifier needs', () => {
    expect(() => page.createHash('sha512')).toThrow(expect.objectContaining({ code: 'NOT_IN_A_BROWSER' }) as Error);
  });
});

describe('Ed25519 in the page', () => {
  const keyOf = (point: Uint8Array) =>
    ({ key: Buffer.concat([SPKI_PREFIX, point]), format: 'der', type: 'spki' }) as const;
  const byNode = (point: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean =>
    crypto.verify(null, data, keyOf(point), signature);
  const byPage = (point: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean =>
    page.verify(null, data, keyOf(point), signature);

  it('takes what Node signs, and nothing that differs in a bit', () => {
    const { privateKey, publicKey } = crypto.generateKeyPairSync('ed25519');
    const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
    const data = crypto.randomBytes(40);
    const signature = crypto.sign(null, data, privateKey);
    const flipped = Array.from({ length: 64 }, (_, at) => signature.with(at, signature[at]! ^ (1 << (at % 8))));

    expect(byPage(point, data, signature)).toBe(true);
    expect(flipped.filter((other) => byPage(point, data, other))).toEqual([]);
    expect(byPage(point, data.subarray(1), signature)).toBe(false);
    expect(byPage(point, data, signature.subarray(1))).toBe(false);
  });

  it('judges as Node what a signer makes that adds points of small order to his key and signature', () => {
    const seen = { taken: 0, refused: 0 };
    for (const inKey of SMALL) {
      for (const inSignature of SMALL) {
        const [secret, nonce] = [randomScalar(), randomScalar()];
        const point = ExtendedPoint.BASE.multiply(secret).add(inKey).toRawBytes();
        const r = ExtendedPoint.BASE.multiply(nonce).add(inSignature).toRawBytes();
        const data = crypto.randomBytes(8);
        const challenge = numberOf(crypto.hash('sha512', Buffer.concat([r, point, data]), 'buffer')) % CURVE.n;
        const s = (nonce + challenge * secret) % CURVE.n;
        for (const scalar of [s, s + CURVE.n]) {
          const signature = Buffer.concat([r, littleEndian(scalar)]);
          const isTaken = byPage(point, data, signature);
          seen[isTaken ? 'taken' : 'refused'] += 1;
          expect(isTaken).toBe(byNode(point, data, signature));
        }
      }
    }
    expect(seen.taken).toBeGreaterThan(0);
    expect(seen.refused).toBeGreaterThan(64);
  });

  it('refuses keys and signatures of small order in every spelling', () => {
    const spelled = [...SMALL.map((point) => point.toRawBytes()), ...[P, P + 1n].map(littleEndian)];
    const points = spelled.flatMap((point) => [point, point.with(31, point[31]! ^ 0x80)]);
    const taken = points.flatMap((point) =>
      points.filter((r, index) => byPage(point, Uint8Array.of(index), Buffer.concat([r, Buffer.alloc(32)]))),
    );
    const secret = randomScalar();
    const own = ExtendedPoint.BASE.multiply(secret).toRawBytes();
    const zero = ExtendedPoint.ZERO.toRawBytes();
    const challenge = numberOf(crypto.hash('sha512', Buffer.concat([zero, own]), 'buffer')) % CURVE.n;
    const forSmall = Buffer.concat([zero, littleEndian((challenge * secret) % CURVE.n)]);

    expect(taken).toEqual([]);
    expect(byPage(own, new Uint8Array(), forSmall)).toBe(false);
  });

  it('judges what is no key and no signature as Node does', () => {
    const random = Array.from({ length: 100 }, () => [crypto.randomBytes(32), crypto.randomBytes(64)] as const);

    expect(random.map(([point, signature]) => byPage(point, point, signature))).toEqual(
      random.map(([point, signature]) => byNode(point, point, signature)),
    );
  });

  it('throws for what it does not replace, rather than to say that it does not verify', () => {
    const refused = expect.objectContaining({ code: 'NOT_IN_A_BROWSER' }) as Error;

    expect(() => page.createPublicKey({ key: Buffer.alloc(44) })).toThrow(refused);
    expect(() => page.createPublicKey({ key: Buffer.concat([SPKI_PREFIX, Buffer.alloc(31)]) })).toThrow(refused);
    expect(() => page.verify('sha256', Buffer.alloc(1), keyOf(Buffer.alloc(32)), Buffer.alloc(64))).toThrow(refused);
    expect(() => page.sign()).toThrow(refused);
  });
});
