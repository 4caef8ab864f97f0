import { generateKeyPairSync, sign } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  ed25519Verifier,
  encodeVerifierKey,
  formatNote,
  noteKeyId,
  noteKeyOf,
  openNote,
  parseNote,
  signNote,
  signText,
  verifiedSignatures,
} from '../../../ledger/log/signed-note.ts';
import { runsOf } from '../../support/property-runs.ts';
import { codeOf, refusalOf } from '../refusal-of.ts';
import { makeSigner } from './note.factory.ts';

const alice = makeSigner('alice.example/log');
const bob = makeSigner('bob.example');
const ALICE = noteKeyOf(alice);
const BOB = noteKeyOf(bob);
const TEXT = 'First line\n\n日志\n';
const malformed = (reason: string): object => ({ code: 'NOTE_MALFORMED', details: { reason } });

const namesOf = (signatures: readonly { readonly name: string }[]): string[] => signatures.map(({ name }) => name);

describe('signNote and openNote', () => {
  const note = signNote(TEXT, [alice, bob]);

  it('give the text and who is known to have signed it', () => {
    expect(openNote(note, [ALICE, BOB])).toMatchObject({ text: TEXT });
    expect(namesOf(openNote(note, [BOB, ALICE]).signatures)).toEqual([ALICE.name, BOB.name]);
  });

  it('pass over keys that are not known', () => {
    expect(namesOf(openNote(note, [BOB]).signatures)).toEqual([BOB.name]);
    const namesake = { ...ALICE, publicKey: BOB.publicKey };
    expect(namesOf(openNote(note, [namesake, BOB]).signatures)).toEqual([BOB.name]);
    expect(namesOf(openNote(note, [{ ...ALICE, name: 'alice.example' }, BOB]).signatures)).toEqual([BOB.name]);
  });

  it('refuse a note that no known key has signed', () => {
    expect(codeOf(() => openNote(note, [noteKeyOf(makeSigner('carol.example'))]))).toBe('NOTE_UNSIGNED');
    expect(codeOf(() => openNote(note, []))).toBe('NOTE_UNSIGNED');
  });

  it('refuse the whole note when one known key has not signed it, whoever else has', () => {
    const lie = { ...signText('Another text\n', bob) };
    const mixed = signNote(TEXT, [alice], [lie]);
    expect(namesOf(openNote(mixed, [ALICE]).signatures)).toEqual([ALICE.name]);
    expect(refusalOf(() => openNote(mixed, [ALICE, BOB]))).toEqual({
      code: 'SIGNATURE_INVALID',
      details: { name: BOB.name },
    });
    const doubled = signNote(TEXT, [alice, bob], [lie]);
    expect(codeOf(() => openNote(doubled, [ALICE, BOB]))).toBe('SIGNATURE_INVALID');
  });

  it('count a key once that signed twice', () => {
    expect(namesOf(openNote(signNote(TEXT, [alice, alice]), [ALICE]).signatures)).toEqual([ALICE.name]);
  });

  it('check a line once that is repeated, and each other line of its key', () => {
    const [first, second] = ['one', 'other'].map((payload) => ({
      ...signText(TEXT, alice),
      payload: Buffer.from(payload),
    }));
    const checked: string[] = [];
    const verifier = {
      ...ed25519Verifier(ALICE),
      verify: (_text: string, payload: Uint8Array) => checked.push(Buffer.from(payload).toString()) > 0,
    };
    const lines = [first!, second!, first!, second!, ...Array.from({ length: 96 }, () => first!)];
    const signatures = parseNote(formatNote({ text: TEXT, signatures: lines })).signatures;
    expect(verifiedSignatures({ text: TEXT, signatures }, [verifier])).toEqual([signatures[0]]);
    expect(checked).toEqual(['one', 'other']);
  });

  it('refuse every note in which one bit is flipped', () => {
    const accepted: number[] = [];
    const short = signNote('T\n', [alice]);
    for (let bit = 0; bit < 8 * short.length; bit += 1) {
      const altered = Uint8Array.from(short);
      altered[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
      if (codeOf(() => openNote(altered, [ALICE])) === null) accepted.push(bit);
    }
    expect(accepted).toEqual([]);
  });

  it('refuse keys that nobody can tell apart, and keys that are none', () => {
    expect(codeOf(() => openNote(note, [ALICE, ALICE]))).toBe('KEY_INVALID');
    expect(codeOf(() => openNote(note, [{ name: 'a', publicKey: new Uint8Array(31) }]))).toBe('KEY_INVALID');
    const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(codeOf(() => signNote(TEXT, [{ name: 'a', privateKey: p256 }]))).toBe('KEY_INVALID');
    expect(codeOf(() => signNote(TEXT, [{ ...alice, name: 'a b' }]))).toBe('KEY_INVALID');
  });

  it.each([
    ['nothing', ''],
    ['no newline', 'text'],
  ])('do not sign a text that is %s', (_, text) => {
    expect(refusalOf(() => signNote(text, [alice]))).toEqual(malformed('BLANK_LINE'));
  });

  it('keep any text that ends in a newline', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', ' ', '—', '日', '𝒳', '+', '=') });
    fc.assert(
      fc.property(text, (body) => {
        expect(openNote(signNote(`${body}\n`, [alice]), [ALICE]).text).toBe(`${body}\n`);
      }),
      { numRuns: runsOf(500, 30) },
    );
  });
});

describe('formatNote', () => {
  const signature = signText(TEXT, alice);

  it.each([
    ['a control character', 'a\tb\n', 'CHARACTERS'],
    ['half a character', '\ud800\n', 'CHARACTERS'],
    ['more than 256 KiB', `${'a'.repeat(262_144)}\n`, 'LENGTH'],
  ])('refuses a text with %s', (_, text, reason) => {
    expect(refusalOf(() => formatNote({ text, signatures: [signature] }))).toEqual(malformed(reason));
  });

  it.each([
    ['a name that ends the line', { ...signature, name: 'x AAAAAAA=\n\u2014 y' }, 'NAME'],
    ['an empty name', { ...signature, name: '' }, 'NAME'],
    ['a key id of another length', { ...signature, keyId: new Uint8Array(5) }, 'SIGNATURE_LINE'],
    ['nothing after the key id', { ...signature, payload: new Uint8Array(0) }, 'SIGNATURE_LINE'],
  ])('refuses %s', (_, line, reason) => {
    expect(refusalOf(() => formatNote({ text: TEXT, signatures: [line] }))).toEqual(malformed(reason));
  });

  it('refuses a note without a signature', () => {
    expect(refusalOf(() => formatNote({ text: TEXT, signatures: [] }))?.code).toBe('NOTE_MALFORMED');
  });
});

describe('parseNote', () => {
  const line = '\u2014 a AAAAAAA=\n';

  it('takes a hundred signatures and post-quantum ones', () => {
    expect(parseNote(Buffer.from(`t\n\n${line.repeat(100)}`)).signatures).toHaveLength(100);
    const large = `\u2014 a ${Buffer.alloc(5_000).toString('base64')}\n`;
    expect(parseNote(Buffer.from(`t\n\n${large.repeat(16)}`)).signatures).toHaveLength(16);
  });

  it('takes no more signatures than the caller wants', () => {
    const note = Buffer.from(`t\n\n${line.repeat(3)}`);
    expect(parseNote(note, 3).signatures).toHaveLength(3);
    expect(refusalOf(() => parseNote(note, 2))).toEqual(malformed('TOO_MANY_SIGNATURES'));
  });

  it.each([
    ['a hundred and one signatures', `t\n\n${line.repeat(101)}`, 'TOO_MANY_SIGNATURES'],
    ['no signature', 't\n\n', 'SIGNATURE_LINE'],
    ['no blank line', `t\n${line}`, 'BLANK_LINE'],
    ['a last line that does not end', `t\n\n${line.trimEnd()}`, 'SIGNATURE_LINE'],
    ['a hyphen', `t\n\n- a AAAAAAA=\n`, 'SIGNATURE_LINE'],
    ['something before the dash', `t\n\nx${line}`, 'SIGNATURE_LINE'],
    ['a key id alone', 't\n\n\u2014 a AAAAAA==\n', 'SIGNATURE_LINE'],
    ['no base64', 't\n\n\u2014 a \n', 'SIGNATURE_LINE'],
    ['base64 with spare bits', 't\n\n\u2014 a AAAAAAB=\n', 'BASE64'],
    ['base64 without padding', 't\n\n\u2014 a AAAAAAA\n', 'BASE64'],
    ['a no-break space in a name', 't\n\n\u2014 a\u00a0b AAAAAAA=\n', 'NAME'],
    ['a plus sign in a name', 't\n\n\u2014 a+b AAAAAAA=\n', 'NAME'],
    ['a carriage return', `t\r\n\n${line}`, 'CHARACTERS'],
    ['a null character', `t\0\n\n${line}`, 'CHARACTERS'],
  ])('refuses %s', (_, text, reason) => {
    expect(refusalOf(() => parseNote(Buffer.from(text)))).toEqual(malformed(reason));
  });

  it('refuses bytes that are not UTF-8, and a note that is too long', () => {
    const bytes = Buffer.from(`t\n\n${line}`);
    bytes[0] = 0xff;
    expect(refusalOf(() => parseNote(bytes))).toEqual(malformed('CHARACTERS'));
    expect(refusalOf(() => parseNote(Buffer.alloc(262_145, 'a')))).toEqual(malformed('LENGTH'));
    expect(refusalOf(() => parseNote(Buffer.alloc(262_144, 'a')))).toEqual(malformed('BLANK_LINE'));
  });
});

describe('keys of notes', () => {
  it('have other ids under another name or type', () => {
    const ids = [
      noteKeyId(ALICE.name, 1, ALICE.publicKey),
      noteKeyId(BOB.name, 1, ALICE.publicKey),
      noteKeyId(ALICE.name, 4, ALICE.publicKey),
      noteKeyId(ALICE.name, 1, BOB.publicKey),
    ].map((id) => Buffer.from(id).toString('hex'));
    expect(new Set(ids).size).toBe(4);
  });

  it('are written as other tools take them', () => {
    const [name, id, key] = encodeVerifierKey(ALICE)
      .split('+', 2)
      .concat(encodeVerifierKey(ALICE).split('+').slice(2).join('+'));
    expect([name, id]).toEqual([ALICE.name, Buffer.from(ed25519Verifier(ALICE).keyId).toString('hex')]);
    expect(Buffer.from(key!, 'base64')).toEqual(Buffer.from([1, ...ALICE.publicKey]));
  });

  it('verify nothing but a signature over the text', () => {
    const verifier = ed25519Verifier(ALICE);
    const other = { name: ALICE.name, keyId: verifier.keyId, payload: sign(null, Buffer.from('x'), alice.privateKey) };
    expect(verifiedSignatures({ text: 'x', signatures: [other] }, [verifier])).toEqual([other]);
    expect(verifiedSignatures({ text: 'x', signatures: [] }, [verifier])).toEqual([]);
    expect(codeOf(() => verifiedSignatures({ text: 'y', signatures: [other] }, [verifier]))).toBe('SIGNATURE_INVALID');
  });
});
