const WORD = 32;
/** r, s, both places, both offsets. */
const ASSERTION_HEAD = 6 * WORD;
const OFFICERS_HEAD = 2 * WORD;

/** What officers signed; each part is a view of the signature. */
export interface OfficerParts {
  readonly signers: readonly Uint8Array[];
  readonly signatures: readonly Uint8Array[];
}

/** A passkey's assertion; the places count bytes of `clientData`. */
export interface AssertionParts {
  /** r and s. */
  readonly pair: Uint8Array;
  readonly challengeIndex: bigint;
  readonly typeIndex: bigint;
  readonly authenticatorData: Uint8Array;
  readonly clientData: Uint8Array;
}

/**
 * abi.encode(bytes[] signers, bytes[] signatures) as `MultiSignerERC7913` of OpenZeppelin reads it: offsets lead anywhere
 * within the signature, several to one place, and nobody looks at what none leads to. Attacker-controlled, so lists of
 * another length than `least` to `most` are not read at all. Null for what the contract refuses.
 */
export function readOfficerParts(signature: Uint8Array, least: number, most: number): OfficerParts | null {
  if (signature.length < OFFICERS_HEAD) return null;
  const [signersAt, signaturesAt] = [numberAt(signature, 0), numberAt(signature, WORD)];
  if (Math.max(signersAt, signaturesAt) > signature.length - WORD) return null;
  const count = numberAt(signature, signersAt);
  if (count < least || count > most || count !== numberAt(signature, signaturesAt)) return null;
  if (Math.max(signersAt, signaturesAt) + WORD + count * WORD > signature.length) return null;
  const signers = readList(signature, signersAt + WORD, count);
  const signatures = readList(signature, signaturesAt + WORD, count);
  return signers === null || signatures === null ? null : { signers, signatures };
}

/** A `WebAuthnAuth` as `WebAuthn.tryDecodeAuth` of OpenZeppelin reads it, as freely. */
export function readAssertion(signature: Uint8Array): AssertionParts | null {
  if (signature.length < ASSERTION_HEAD) return null;
  const authenticatorData = readBytes(signature, numberAt(signature, 4 * WORD), signature.length);
  const clientData = readBytes(signature, numberAt(signature, 5 * WORD), signature.length);
  if (authenticatorData === null || clientData === null) return null;
  return {
    pair: signature.subarray(0, 2 * WORD),
    challengeIndex: wholeAt(signature, 2 * WORD),
    typeIndex: wholeAt(signature, 3 * WORD),
    authenticatorData,
    clientData,
  };
}

/** The offsets count from the first of them on. */
function readList(signature: Uint8Array, start: number, count: number): readonly Uint8Array[] | null {
  // An account is called with zeros behind the signature up to a whole word, and a part may end among them.
  const end = Math.ceil(signature.length / WORD) * WORD;
  const parts: Uint8Array[] = [];
  for (let at = start; parts.length < count; at += WORD) {
    const part = readBytes(signature, start + numberAt(signature, at), end);
    if (part === null) return null;
    parts.push(part);
  }
  return parts;
}

function readBytes(signature: Uint8Array, at: number, end: number): Uint8Array | null {
  if (at + WORD > end) return null;
  const length = numberAt(signature, at);
  return at + WORD + length > end ? null : viewOf(signature, at + WORD, length);
}

function viewOf(signature: Uint8Array, at: number, length: number): Uint8Array {
  const view = signature.subarray(at, at + length);
  return view.length === length ? view : Buffer.concat([view, new Uint8Array(length - view.length)]);
}

/** One word; not exact above 2^53, which is beyond every end. */
function numberAt(signature: Uint8Array, at: number): number {
  return viewOf(signature, at, WORD).reduce((value, byte) => value * 256 + byte, 0);
}

function wholeAt(signature: Uint8Array, at: number): bigint {
  return viewOf(signature, at, WORD).reduce((value, byte) => (value << 8n) + BigInt(byte), 0n);
}
