import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

import { AbiCoder, computeAddress, hexlify, SigningKey } from 'ethers';
import { describe, expect, it } from 'vitest';

import { verifyP256 } from '../../../verifier/ledger/p256.ts';
import { readOfficerParts } from '../../../verifier/ledger/signature-parts.ts';
import {
  expandSignature,
  judgeSignature,
  recoverSigner,
  type SignerFacts,
} from '../../../verifier/ledger/signatures.ts';

const coder = AbiCoder.defaultAbiCoder();
const [MESSAGE, OTHER_MESSAGE] = [Buffer.from('act'), Buffer.from('other')];
const [DIGEST, OTHER] = [MESSAGE, OTHER_MESSAGE].map(
  (message) => `0x${createHash('sha256').update(message).digest('hex')}`,
) as [string, string];
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const P256_N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const P256_P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const VERIFIERS = { p256: `0x${'a1'.repeat(20)}`, webauthn: `0x${'a2'.repeat(20)}` };
const hex = (value: bigint): string => value.toString(16).padStart(64, '0');
const word = hex;

function wallet(byte: number): { readonly key: SigningKey; readonly address: string } {
  const key = new SigningKey(`0x${byte.toString(16).padStart(2, '0').repeat(32)}`);
  return { key, address: computeAddress(key.publicKey).toLowerCase() };
}

const [alice, bob, carol] = [wallet(1), wallet(2), wallet(3)] as [
  ReturnType<typeof wallet>,
  ReturnType<typeof wallet>,
  ReturnType<typeof wallet>,
];
const signature = alice.key.sign(DIGEST).serialized;

function factsOf(accounts: SignerFacts['accounts'] = new Map()): SignerFacts {
  return { accounts, verifiers: VERIFIERS, recover: recoverSigner };
}

describe('recoverSigner', () => {
  it('recovers an account in lower case', () => {
    for (let byte = 1; byte < 12; byte += 1) {
      const { key, address } = wallet(byte);
      expect(recoverSigner(DIGEST, key.sign(DIGEST).serialized)).toBe(address);
      expect(recoverSigner(OTHER, key.sign(DIGEST).serialized)).not.toBe(address);
    }
  });

  it('takes one form of each signature', () => {
    const [r, s, v] = [signature.slice(2, 66), BigInt(`0x${signature.slice(66, 130)}`), signature.slice(130)];
    const flipped = v === '1b' ? '1c' : '1b';
    expect(recoverSigner(DIGEST, `0x${r}${hex(N - s)}${flipped}`)).toBeNull();
    expect(recoverSigner(DIGEST, `0x${r}${hex(s)}${flipped}`)).not.toBe(alice.address);
    for (const other of ['00', '01', '1a', '1d', '']) {
      expect(recoverSigner(DIGEST, `0x${r}${hex(s)}${other}`)).toBeNull();
    }
    expect(recoverSigner(DIGEST, `${signature}00`)).toBeNull();
    expect(recoverSigner(DIGEST, `0x${'0'.repeat(64)}${hex(s)}${v}`)).toBeNull();
    expect(recoverSigner(DIGEST, `0x${hex(N)}${hex(s)}${v}`)).toBeNull();
  });

  it('takes the largest low s, and none above it', () => {
    const half = N / 2n;
    const r = signature.slice(2, 66);
    expect(recoverSigner(DIGEST, `0x${r}${hex(half)}1b`)).toMatch(/^0x[0-9a-f]{40}$/);
    expect(recoverSigner(DIGEST, `0x${r}${hex(half + 1n)}1b`)).toBeNull();
  });
});

describe('expandSignature', () => {
  it('is the inverse of EIP-2098', () => {
    for (let byte = 1; byte < 12; byte += 1) {
      const made = wallet(byte).key.sign(DIGEST);
      expect(expandSignature(made.compactSerialized)).toBe(made.serialized);
    }
    expect(expandSignature(signature)).toBeNull();
    expect(expandSignature('0x')).toBeNull();
  });
});

describe('judgeSignature', () => {
  it('takes an account for itself only', () => {
    expect(judgeSignature(factsOf(), alice.address, DIGEST, signature)).toBe('valid');
    expect(judgeSignature(factsOf(), bob.address, DIGEST, signature)).toBe('invalid');
    expect(judgeSignature(factsOf(), alice.address, OTHER, signature)).toBe('invalid');
    expect(judgeSignature(factsOf(), alice.address, DIGEST, '0x')).toBe('invalid');
    expect(judgeSignature(factsOf(), '0x', DIGEST, signature)).toBe('invalid');
  });

  describe('for a contract account', () => {
    const account = `0x${'c0'.repeat(20)}`;
    const accounts = new Map([[account, { officers: new Set([alice.address, bob.address]), threshold: 2 }]]);
    const signed = (signers: readonly string[], signatures: readonly string[]): string =>
      coder.encode(['bytes[]', 'bytes[]'], [signers, signatures]);
    const judge = (encoded: string, by: SignerFacts['accounts'] = accounts) =>
      judgeSignature(factsOf(by), account, DIGEST, encoded);
    const is = (encoded: string, by?: SignerFacts['accounts']): boolean => judge(encoded, by) === 'valid';
    const [byAlice, byBob, byCarol] = [alice, bob, carol].map(({ key }) => key.sign(DIGEST).serialized) as [
      string,
      string,
      string,
    ];
    const both = signed([alice.address, bob.address], [byAlice, byBob]);

    it('takes as many officers as it asks for', () => {
      expect(is(both)).toBe(true);
      expect(is(signed([bob.address, alice.address], [byBob, byAlice]))).toBe(true);
      expect(is(signed([alice.address], [byAlice]))).toBe(false);
      const one = new Map([[account, { officers: new Set([alice.address, bob.address]), threshold: 1 }]]);
      expect(is(signed([alice.address], [byAlice]), one)).toBe(true);
      expect(is(both, one)).toBe(true);
      expect(is(signed([], []), one)).toBe(false);
    });

    it.each<[string, string]>([
      ['one who is no officer', signed([alice.address, carol.address], [byAlice, byCarol])],
      ['one twice', signed([alice.address, alice.address], [byAlice, byAlice])],
      ['a signature too few', signed([alice.address, bob.address], [byAlice])],
      ['a signature too many', signed([alice.address, bob.address], [byAlice, byBob, byBob])],
      ['signatures exchanged', signed([alice.address, bob.address], [byBob, byAlice])],
      ['one that is wrong', signed([alice.address, bob.address], [byAlice, byCarol])],
      ['a simple signature', byAlice],
      ['nothing', '0x'],
    ])('refuses %s', (_, encoded) => {
      expect(is(encoded)).toBe(false);
    });

    describe('in another encoding', () => {
      const part = (text: string): string => word(BigInt(text.length / 2 - 1)) + text.slice(2);
      /** Words and bytes, the lists at these offsets. */
      const at = (signers: number, signatures: number, ...rest: readonly string[]): string =>
        `0x${word(BigInt(signers))}${word(BigInt(signatures))}${rest.join('')}`;
      const list = (...offsets: readonly number[]): string =>
        [offsets.length, ...offsets].map(BigInt).map(word).join('');
      const alone = new Map([[account, { officers: new Set([alice.address]), threshold: 1 }]]);
      const [address, signed65] = [part(alice.address), part(byAlice)];

      it.each<[string, string, boolean]>([
        ['with something behind it', `${both}${'00'.repeat(32)}`, true],
        ['with half a word of something behind it', `${both}0102`, true],
        ['without its last zeros', both.slice(0, -2 * 31), true],
        ['without all of its last zeros', both.slice(0, -2 * 32), false],
      ])('of two officers %s', (_, encoded, expected) => {
        expect(is(encoded)).toBe(expected);
      });

      it('of the longest kind that the contracts take, and no longer', () => {
        const lengthened = (size: number): string => both.padEnd(2 + 2 * size, '0');
        expect(is(lengthened(32_768))).toBe(true);
        expect(is(lengthened(32_769))).toBe(false);
      });

      it.each<[string, string, boolean]>([
        ['packed', at(64, 128, list(32), list(32 + 52 - 0), address, signed65), false],
        ['packed as it is read', at(64, 128, list(96), list(84), address, signed65), true],
        ['signatures in front', at(225, 64, list(32), signed65, list(32), address), true],
        ['an offset to the length of the signature', at(64, 1_000_000, list(32), address), false],
        ['an offset beyond every number', at(64, 128, list(96), word(1n), word(2n ** 256n - 1n), address), false],
        ['a length beyond every number', at(64, 128, list(64), list(32), word(2n ** 256n - 1n), address), false],
        ['a list beyond the end', at(64, 64, list(0)).slice(0, -2), false],
        ['two offsets', at(64, 64), false],
        ['less than two offsets', at(0, 0).slice(0, -2), false],
      ])('of one officer: %s', (_, encoded, expected) => {
        expect(is(encoded, alone)).toBe(expected);
      });
    });

    it('reads no list that is longer than there are officers, and copies no part of one', () => {
      const blob = `0x${'ab'.repeat(400_000)}`;
      const many = (count: number): string => {
        const offsets = word(BigInt(count * 32)).repeat(count);
        return `${word(64n)}${word(64n)}${word(BigInt(count))}${offsets}${word(400_000n)}${blob.slice(2)}`;
      };
      const inflated = Buffer.from(many(400), 'hex');
      expect(readOfficerParts(inflated, 1, 2)).toBeNull();
      expect(readOfficerParts(inflated, 401, 500)).toBeNull();
      const parts = readOfficerParts(inflated, 1, 400);
      expect(new Set(parts?.signers.map(({ buffer }) => buffer))).toEqual(new Set([inflated.buffer]));
      expect(is(`0x${many(400)}`)).toBe(false);
    });

    it('counts signatures within one another, which may be one and the same', () => {
      const pairAt = (level: number): readonly [string, string] => [
        `0x${word(BigInt(2 * level + 1)).slice(24)}`,
        `0x${word(BigInt(2 * level + 2)).slice(24)}`,
      ];
      /** Of both accounts of a level, by one signature of the level below. */
      const twice = ([one, other]: readonly [string, string], inner: string): string => {
        const signers = [2n, 64n, 128n].map(word).join('');
        const both = [one, other].map((each) => `${word(20n)}${each.slice(2)}${'00'.repeat(12)}`).join('');
        const signatures = [2n, 64n, 64n, BigInt((inner.length - 2) / 2)].map(word).join('');
        return `0x${word(64n)}${word(288n)}${signers}${both}${signatures}${inner.slice(2)}`;
      };
      const nested = new Map<string, { officers: Set<string>; threshold: number }>();
      let [officers, encoded] = [new Set([alice.address]), signed([alice.address], [byAlice])];
      for (let level = 0; level < 30; level += 1) {
        const threshold = officers.size;
        for (const each of pairAt(level)) nested.set(each, { officers, threshold });
        let recovered = 0;
        const recover = (...given: Parameters<typeof recoverSigner>): string | null => {
          recovered += 1;
          return given[1] === byAlice ? alice.address : null;
        };
        // All of a binary tree, and one of Alice for each of its leaves.
        const isFew = 2 ** (level + 1) - 1 + 2 ** level <= 256;
        expect(judgeSignature({ ...factsOf(nested), recover }, pairAt(level)[0], DIGEST, encoded)).toBe(
          isFew ? 'valid' : 'opaque',
        );
        expect(recovered).toBeLessThan(256);
        officers = new Set(pairAt(level));
        encoded = twice(pairAt(level), encoded);
      }
    });

    it('takes accounts within accounts down to a depth', () => {
      const addressOf = (level: number): string => `0x${level.toString(16).padStart(40, 'c')}`;
      const nested = new Map<string, { officers: Set<string>; threshold: number }>();
      let [officer, encoded] = [alice.address, byAlice];
      for (let level = 1; level <= 35; level += 1) {
        nested.set(addressOf(level), { officers: new Set([officer]), threshold: 1 });
        encoded = signed([officer], [encoded]);
        officer = addressOf(level);
        expect(judgeSignature(factsOf(nested), officer, DIGEST, encoded)).toBe(level < 35 ? 'valid' : 'opaque');
      }
    });

    it('passes over one who does not say who the officers are, but not over a wrong officer beside', () => {
      const other = `0x${'c1'.repeat(20)}`;
      const silent = { officers: new Set<string>(), threshold: 0 };
      expect(judge(both, new Map([[account, silent]]))).toBe('opaque');
      expect(judge('0x', new Map([[account, silent]]))).toBe('opaque');
      const mixed = { officers: new Set([alice.address, other]), threshold: 2 };
      const known = new Map([
        [account, mixed],
        [other, silent],
      ]);
      for (const signers of [
        [alice.address, other],
        [other, alice.address],
      ]) {
        const by = (key: SigningKey): string =>
          signed(
            signers,
            signers.map((signer) => (signer === other ? '0x01' : key.sign(DIGEST).serialized)),
          );
        expect(judge(by(alice.key), known)).toBe('opaque');
        expect(judge(by(bob.key), known)).toBe('invalid');
      }
      expect(judgeSignature(factsOf(known), alice.address, DIGEST, byBob)).toBe('invalid');
    });

    it('takes an officer with a key', () => {
      const { privateKey, point } = p256Key();
      const officer = `${VERIFIERS.p256}${point}`;
      const mixed = new Map([[account, { officers: new Set([officer, alice.address]), threshold: 2 }]]);
      expect(is(signed([officer, alice.address], [p256Sign(privateKey, MESSAGE), byAlice]), mixed)).toBe(true);
      expect(is(signed([officer, alice.address], [p256Sign(privateKey, OTHER_MESSAGE), byAlice]), mixed)).toBe(false);
    });
  });

  describe('for a P-256 key', () => {
    const { privateKey, point } = p256Key();
    const made = p256Sign(privateKey, MESSAGE);

    it('takes what it signed, by the verifier of the ledger', () => {
      expect(judgeSignature(factsOf(), `${VERIFIERS.p256}${point}`, DIGEST, made)).toBe('valid');
      expect(judgeSignature(factsOf(), `${VERIFIERS.webauthn}${point}`, DIGEST, made)).toBe('invalid');
      expect(judgeSignature(factsOf(), `0x${'a3'.repeat(20)}${point}`, DIGEST, made)).toBe('opaque');
      expect(judgeSignature(factsOf(), `${VERIFIERS.p256}${point}00`, DIGEST, made)).toBe('invalid');
      expect(judgeSignature(factsOf(), `${VERIFIERS.p256}${point.slice(2)}`, DIGEST, made)).toBe('invalid');
    });
  });

  describe('for a passkey', () => {
    const { privateKey, point } = p256Key();
    const signer = `${VERIFIERS.webauthn}${point}`;
    const challenge = Buffer.from(DIGEST.slice(2), 'hex').toString('base64url');
    const CLIENT = `{"type":"webauthn.get","challenge":"${challenge}","origin":"https://x"}`;

    function assertion({ flags = 0x05, client = CLIENT, typeAt = 1n, challengeAt = 23, size = 37 } = {}): string {
      const authenticator = Buffer.alloc(size);
      if (size > 32) authenticator[32] = flags;
      const hash = createHash('sha256').update(client).digest();
      const made = p256Sign(privateKey, Buffer.concat([authenticator, hash]));
      const parts = [
        `0x${made.slice(2, 66)}`,
        `0x${made.slice(66)}`,
        challengeAt,
        typeAt,
        hexlify(authenticator),
        client,
      ];
      return coder.encode(['bytes32', 'bytes32', 'uint256', 'uint256', 'bytes', 'string'], parts);
    }
    const is = (encoded: string, digest = DIGEST): boolean =>
      judgeSignature(factsOf(), signer, digest, encoded) === 'valid';

    it.each<[string, Parameters<typeof assertion>[0], boolean]>([
      ['present and verified', {}, true],
      ['that can be backed up', { flags: 0x0d }, true],
      ['that is backed up', { flags: 0x1d }, true],
      ['with other flags', { flags: 0xc5 }, true],
      ['backed up although it cannot be', { flags: 0x15 }, false],
      ['not present', { flags: 0x04 }, false],
      ['not verified', { flags: 0x01 }, false],
      ['without flags', { size: 32 }, false],
      ['without its counter', { size: 36 }, false],
      ['for a creation', { client: CLIENT.replace('webauthn.get', 'webauthn.new') }, false],
      ['for another challenge', { client: CLIENT.replace(challenge, challenge.replace(/^./, '_')) }, false],
      ['with its type elsewhere', { typeAt: 2n }, false],
      ['with its challenge elsewhere', { challengeAt: 22 }, false],
      ['with a space in front', { client: ` ${CLIENT}`, typeAt: 2n, challengeAt: 24 }, true],
    ])('%s', (_, changes, expected) => {
      expect(is(assertion(changes))).toBe(expected);
    });

    it('is for the verifier of the ledger', () => {
      const by = (verifier: string) => judgeSignature(factsOf(), `${verifier}${point}`, DIGEST, assertion());
      expect(by(VERIFIERS.p256)).toBe('invalid');
      expect(by(`0x${'a3'.repeat(20)}`)).toBe('opaque');
    });

    it('is over one digest', () => {
      expect(is(assertion(), OTHER)).toBe(false);
    });

    it('takes what the contract takes: any encoding of its parts', () => {
      const made = assertion();
      expect(is(`${made}${'00'.repeat(32)}`)).toBe(true);
      expect(is(made.slice(0, -2))).toBe(true);
      expect(is(made.slice(0, 2 + 2 * 191))).toBe(false);
      const words: readonly string[] = made.slice(2).match(/.{1,64}/g) ?? [];
      const withWord = (at: number, value: string): string => `0x${words.with(at, value).join('')}`;
      expect(is(withWord(4, word(2n ** 256n - 1n)))).toBe(false);
      expect(is(withWord(5, word(BigInt(words.length * 32))))).toBe(false);
      expect(is(withWord(Number(BigInt(`0x${words[5]}`)) / 32, word(BigInt(made.length))))).toBe(false);
    });

    it('finds the type where the contract finds it, in front of the text too', () => {
      const rest = `type":"webauthn.get","challenge":"${challenge}","origin":"https://x"`;
      const client = rest.padEnd(0x122, ' ');
      const wrapped = (typeAt: bigint): boolean =>
        is(assertion({ client, typeAt, challengeAt: rest.indexOf('"challenge"') }));
      expect(wrapped(2n ** 256n - 1n)).toBe(true);
      expect(wrapped(2n ** 256n - 2n)).toBe(false);
      expect(wrapped(2n ** 256n - 21n)).toBe(false);
      expect(wrapped(0x122n - 20n)).toBe(false);
    });
  });
});

describe('verifyP256', () => {
  it('takes what Node signs, and nothing that is changed', () => {
    for (let count = 0; count < 8; count += 1) {
      const { privateKey, point } = p256Key();
      const made = p256Sign(privateKey, MESSAGE);
      expect(verifyP256(DIGEST, made, `0x${point}`)).toBe(true);
      expect(verifyP256(OTHER, made, `0x${point}`)).toBe(false);
      expect(verifyP256(DIGEST, made, `0x${p256Key().point}`)).toBe(false);
      const [r, s] = [BigInt(made.slice(0, 66)), BigInt(`0x${made.slice(66)}`)];
      expect(verifyP256(DIGEST, `0x${hex(r)}${hex(P256_N - s)}`, `0x${point}`)).toBe(false);
      expect(verifyP256(DIGEST, `0x${hex(r ^ 1n)}${hex(s)}`, `0x${point}`)).toBe(false);
      expect(verifyP256(DIGEST, `0x${hex(r)}${hex(s ^ 1n)}`, `0x${point}`)).toBe(false);
    }
  });

  it('takes the vectors of RFC 6979 A.2.5', () => {
    const key =
      '0x60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299';
    const [r, high] = [
      0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716n,
      0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8n,
    ];
    const digest = `0x${createHash('sha256').update('sample').digest('hex')}`;
    expect(verifyP256(digest, `0x${hex(r)}${hex(P256_N - high)}`, key)).toBe(true);
    expect(verifyP256(digest, `0x${hex(r)}${hex(high)}`, key)).toBe(false);
  });

  it('refuses numbers that are none of the group, and points that are none of the curve', () => {
    const { privateKey, point } = p256Key();
    const made = p256Sign(privateKey, MESSAGE);
    const [r, s] = [made.slice(2, 66), made.slice(66)];
    const zero = '0'.repeat(64);
    for (const wrong of [
      `0x${zero}${s}`,
      `0x${r}${zero}`,
      `0x${hex(P256_N)}${s}`,
      `0x${r}${hex(P256_N)}`,
      `${made}00`,
      made.slice(0, -2),
    ]) {
      expect(verifyP256(DIGEST, wrong, `0x${point}`)).toBe(false);
    }
    const y = BigInt(`0x${point.slice(64)}`);
    for (const wrong of [
      `0x${point.slice(0, 64)}${hex(y ^ 1n)}`,
      `0x${zero}${zero}`,
      `0x${point}00`,
      `0x${hex(P256_P)}${point.slice(64)}`,
    ]) {
      expect(verifyP256(DIGEST, made, wrong)).toBe(false);
    }
  });

  it('takes the least r and s for numbers', () => {
    const { point } = p256Key();
    expect(verifyP256(DIGEST, `0x${hex(1n)}${hex(1n)}`, `0x${point}`)).toBe(false);
    expect(verifyP256(`0x${'0'.repeat(64)}`, `0x${hex(1n)}${hex(1n)}`, `0x${point}`)).toBe(false);
  });
});

function p256Key(): { readonly privateKey: KeyObject; readonly point: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString('hex');
  return { privateKey, point };
}

/** With the low s, over the SHA-256 of a message. */
function p256Sign(privateKey: KeyObject, message: Uint8Array): string {
  const made = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('hex');
  const s = BigInt(`0x${made.slice(64)}`);
  return `0x${made.slice(0, 64)}${hex(s > P256_N / 2n ? P256_N - s : s)}`;
}
