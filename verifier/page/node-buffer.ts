type Encoding = 'utf8' | 'hex' | 'latin1' | 'base64' | 'base64url';

const HEX_BYTE = /^[0-9a-fA-F]{2}$/;
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64URL = `${BASE64.slice(0, 62)}-_`;
/** Bits of a base64 digit, and of a byte. */
const DIGIT_BITS = 6;
const BYTE_BITS = 8;

/** Bytes that say themselves in the spellings that Node's do. */
class Bytes extends Uint8Array {
  override toString(encoding: Encoding = 'utf8', start = 0): string {
    const bytes = start === 0 ? this : this.subarray(start);
    switch (encoding) {
      case 'utf8':
        return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
      case 'hex':
        return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      case 'latin1':
        return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
      case 'base64': {
        const text = encodeDigits(bytes, BASE64);
        return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
      }
      case 'base64url':
        return encodeDigits(bytes, BASE64URL);
    }
  }

  writeBigInt64LE(value: bigint): void {
    new DataView(this.buffer, this.byteOffset, this.byteLength).setBigInt64(0, value, true);
  }
}

/** What the verifier uses of Node's `Buffer`, and nothing else of it; bundled in its place. */
export const Buffer = {
  from(value: string | Iterable<number>, encoding: Encoding = 'utf8'): Bytes {
    return new Bytes(typeof value === 'string' ? decode(value, encoding) : value);
  },

  of(...bytes: readonly number[]): Bytes {
    return new Bytes(bytes);
  },

  alloc(length: number): Bytes {
    return new Bytes(length);
  },

  concat(parts: readonly Uint8Array[]): Bytes {
    const all = new Bytes(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  },

  compare(one: Uint8Array, other: Uint8Array): number {
    const length = Math.min(one.length, other.length);
    for (let at = 0; at < length; at += 1) {
      const difference = (one[at] ?? 0) - (other[at] ?? 0);
      if (difference !== 0) return Math.sign(difference);
    }
    return Math.sign(one.length - other.length);
  },

  byteLength(text: string): number {
    return new TextEncoder().encode(text).length;
  },
};

function decode(text: string, encoding: Encoding): Iterable<number> {
  switch (encoding) {
    case 'utf8':
      return new TextEncoder().encode(text);
    case 'hex':
      return decodeHex(text);
    case 'latin1':
      return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at) & 0xff);
    case 'base64':
    case 'base64url':
      return decodeDigits(text);
  }
}

/** Up to what is no pair of digits. Of a character beyond Latin-1 its low byte counts, which is how Node reads it. */
function decodeHex(text: string): number[] {
  const bytes: number[] = [];
  for (let at = 0; at + 1 < text.length; at += 2) {
    const pair = String.fromCharCode(text.charCodeAt(at) & 0xff, text.charCodeAt(at + 1) & 0xff);
    if (!HEX_BYTE.test(pair)) break;
    bytes.push(Number.parseInt(pair, 16));
  }
  return bytes;
}

/** Lenient, not always as Node is: whoever reads base64 writes it again, and takes it only if it is the same text. */
function decodeDigits(text: string): number[] {
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  for (const digit of text.split('=', 1)[0] ?? '') {
    const value = Math.max(BASE64.indexOf(digit), BASE64URL.indexOf(digit));
    if (value < 0) continue;
    bits = ((bits << DIGIT_BITS) | value) & 0xffff;
    count += DIGIT_BITS;
    if (count < BYTE_BITS) continue;
    count -= BYTE_BITS;
    bytes.push((bits >> count) & 0xff);
  }
  return bytes;
}

function encodeDigits(bytes: Uint8Array, alphabet: string): string {
  let text = '';
  let [bits, count] = [0, 0];
  for (const byte of bytes) {
    bits = ((bits << BYTE_BITS) | byte) & 0xffff;
    count += BYTE_BITS;
    while (count >= DIGIT_BITS) {
      count -= DIGIT_BITS;
      text += alphabet.charAt((bits >> count) & 0x3f);
    }
  }
  return count === 0 ? text : text + alphabet.charAt((bits << (DIGIT_BITS - count)) & 0x3f);
}
