import { createPublicKey, hash, sign, type KeyObject } from 'node:crypto';

import { LedgerError } from '../errors.ts';
import { exportPublicKey, importPublicKey, verifyBytes } from '../signatures/signature-key.ts';
import { noteMalformed } from './note-malformed.ts';
import { isNoteName } from './note-name.ts';
import { decodeBase64, encodeBase64 } from './strict-base64.ts';

/** A key by which notes are checked. `publicKey`: 32 bytes of Ed25519. */
export interface NoteKey {
  readonly name: string;
  readonly publicKey: Uint8Array;
}

/** A key that signs notes; `privateKey` is an Ed25519 key. */
export interface NoteSigner {
  readonly name: string;
  readonly privateKey: KeyObject;
}

/** One signature line. `keyId`: 4 bytes, which tell keys of one name apart; `payload`: what the algorithm makes of it. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly payload: Uint8Array;
}

/** A text and who is said to have signed it; nothing is proved yet. */
export interface SignedNote {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A key with its algorithm: how signature lines of one name and key id are checked. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly verify: (text: string, payload: Uint8Array) => boolean;
}

const KEY_ID_BYTES = 4;
/** Type bytes of C2SP signed-note. */
export const SIGNATURE_TYPES = { ed25519: 0x01, cosignatureV1: 0x04, other: 0xff } as const;

/** Room for the 16 signatures that everybody must take, also if all are post-quantum ones. */
const MAX_NOTE_BYTES = 262_144;
/** As Go's note package. */
const MAX_SIGNATURES = 100;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const SIGNATURE_LINE = /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/;

/** SHA-256(name || 0x0A || type || key)[:4] */
export function noteKeyId(name: string, type: number, key: Uint8Array): Uint8Array {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Uint8Array.of(type), key]);
  return hash('sha256', bytes, 'buffer').subarray(0, KEY_ID_BYTES);
}

/** The key as other tools take it: `<name>+<key id>+<base64(type || key)>`. */
export function encodeVerifierKey({ name, publicKey }: NoteKey, type: number = SIGNATURE_TYPES.ed25519): string {
  const keyId = Buffer.from(noteKeyId(name, type, publicKey)).toString('hex');
  return `${name}+${keyId}+${encodeBase64(Uint8Array.of(type, ...publicKey))}`;
}

/** @throws LedgerError KEY_INVALID */
export function noteKeyOf({ name, privateKey }: NoteSigner): NoteKey {
  const { algorithm, bytes } = exportPublicKey(createPublicKey(privateKey));
  if (algorithm !== 'ed25519' || !isNoteName(name)) throw keyInvalid('Notes are signed by named Ed25519 keys');
  return { name, publicKey: bytes };
}

/** @throws LedgerError KEY_INVALID */
export function ed25519Verifier({ name, publicKey }: NoteKey): NoteVerifier {
  const key = importPublicKey('ed25519', publicKey);
  return {
    name,
    keyId: noteKeyId(name, SIGNATURE_TYPES.ed25519, publicKey),
    verify: (text, payload) => verifyBytes(key, Buffer.from(text), payload),
  };
}

/**
 * A signature line over `text` (type 0x01, RFC 8032).
 * @throws LedgerError KEY_INVALID
 */
export function signText(text: string, signer: NoteSigner): NoteSignature {
  const { name, publicKey } = noteKeyOf(signer);
  const payload = sign(null, Buffer.from(text), signer.privateKey);
  return { name, keyId: noteKeyId(name, SIGNATURE_TYPES.ed25519, publicKey), payload };
}

/**
 * The note with the signatures of `signers`, and after them `others`, as cosignatures are.
 * @throws LedgerError KEY_INVALID, NOTE_MALFORMED
 */
export function signNote(
  text: string,
  signers: readonly NoteSigner[],
  others: readonly NoteSignature[] = [],
): Uint8Array {
  return formatNote({ text, signatures: [...signers.map((signer) => signText(text, signer)), ...others] });
}

/** @throws LedgerError NOTE_MALFORMED for what {@link parseNote} would refuse */
export function formatNote({ text, signatures }: SignedNote): Uint8Array {
  if (!text.isWellFormed()) throw noteMalformed('CHARACTERS');
  const bytes = Buffer.from(`${text}\n${signatures.map(formatSignatureLine).join('')}`);
  // A text with an empty line at its end would be read back as another text.
  if (parseNote(bytes).text !== text) throw noteMalformed('BLANK_LINE');
  return bytes;
}

/**
 * One line beneath a note, with its line feed: what a witness answers.
 * @throws LedgerError NOTE_MALFORMED
 */
export function formatSignatureLine({ name, keyId, payload }: NoteSignature): string {
  if (!isNoteName(name)) throw noteMalformed('NAME');
  if (keyId.length !== KEY_ID_BYTES) throw noteMalformed('SIGNATURE_LINE');
  return `\u2014 ${name} ${encodeBase64(Buffer.concat([keyId, payload]))}\n`;
}

/**
 * Reads a note without believing any of it (C2SP signed-note). Attacker-controlled; its length is bounded, and each
 * note has one spelling only.
 * @throws LedgerError NOTE_MALFORMED with `details.reason`
 */
export function parseNote(bytes: Uint8Array, maxSignatures = MAX_SIGNATURES): SignedNote {
  const note = decodeText(bytes);
  const split = note.lastIndexOf('\n\n');
  if (split < 0) throw noteMalformed('BLANK_LINE');
  const lines = note.slice(split + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw noteMalformed('SIGNATURE_LINE');
  if (lines.length > maxSignatures) throw noteMalformed('TOO_MANY_SIGNATURES');
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

/**
 * Opens a note that one of `keys` must have signed with Ed25519; lines of other keys are passed over.
 * @returns `signatures`: the proved ones, each key once.
 * @throws LedgerError NOTE_MALFORMED, NOTE_UNSIGNED, KEY_INVALID, SIGNATURE_INVALID
 */
export function openNote(bytes: Uint8Array, keys: readonly NoteKey[]): SignedNote {
  const note = parseNote(bytes);
  const signatures = verifiedSignatures(note, keys.map(ed25519Verifier));
  if (signatures.length === 0) throw new LedgerError('NOTE_UNSIGNED', 'No known key has signed the note');
  return { text: note.text, signatures };
}

/**
 * The signatures of known keys, each key once; possibly none.
 * @throws LedgerError SIGNATURE_INVALID if a known key's signature is wrong, KEY_INVALID for keys nobody can tell apart
 */
export function verifiedSignatures(note: SignedNote, verifiers: readonly NoteVerifier[]): readonly NoteSignature[] {
  const byKey = new Map(verifiers.map((verifier) => [lineKey(verifier), verifier]));
  if (byKey.size !== verifiers.length) throw keyInvalid('Two keys with one name and one key id');
  const proved = new Map<string, NoteSignature>();
  // A repeated line is not checked again: anybody can fill a note with them, and each would take its time.
  const checked = new Set<string>();
  for (const signature of note.signatures) {
    const verifier = byKey.get(lineKey(signature));
    const line = `${lineKey(signature)}+${encodeBase64(signature.payload)}`;
    if (verifier === undefined || checked.has(line)) continue;
    checked.add(line);
    if (!verifier.verify(note.text, signature.payload)) {
      throw new LedgerError('SIGNATURE_INVALID', 'A known key has not signed this note', { name: verifier.name });
    }
    if (!proved.has(lineKey(signature))) proved.set(lineKey(signature), signature);
  }
  return [...proved.values()];
}

function lineKey({ name, keyId }: { readonly name: string; readonly keyId: Uint8Array }): string {
  return `${name}+${Buffer.from(keyId).toString('hex')}`;
}

/** UTF-8 with newlines as its only control characters, as every part of a note and of a proof is. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > MAX_NOTE_BYTES) throw noteMalformed('LENGTH');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw noteMalformed('CHARACTERS');
  }
  if (CONTROL.test(text)) throw noteMalformed('CHARACTERS');
  return text;
}

function parseSignatureLine(line: string): NoteSignature {
  const [, name, base64] = SIGNATURE_LINE.exec(line) ?? [];
  if (name === undefined || base64 === undefined) throw noteMalformed('SIGNATURE_LINE');
  if (!isNoteName(name)) throw noteMalformed('NAME');
  const bytes = decodeBase64(base64);
  if (bytes === null) throw noteMalformed('BASE64');
  if (bytes.length <= KEY_ID_BYTES) throw noteMalformed('SIGNATURE_LINE');
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), payload: bytes.subarray(KEY_ID_BYTES) };
}

function keyInvalid(message: string): LedgerError {
  return new LedgerError('KEY_INVALID', message);
}
