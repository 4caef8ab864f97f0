/** The parts of protobuf that CometBFT and ICS-23 need: canonical, fields ascending, no groups, no 32-bit numbers. */

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const MAX_VARINT_BYTES = 10;

/** An integer; negative ones as int64 has them, in ten bytes. */
export function encodeVarint(value: bigint): Uint8Array {
  let rest = BigInt.asUintN(64, value);
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

/** As many bytes as the length before them says. */
export function encodeDelimited(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([encodeVarint(BigInt(bytes.length)), bytes]);
}

/** Nothing for 0, as protobuf 3 leaves defaults out. */
export function varintField(number: number, value: bigint): Uint8Array {
  return value === 0n ? new Uint8Array() : Buffer.concat([tag(number, VARINT), encodeVarint(value)]);
}

/** An integer of eight bytes; nothing for 0. */
export function fixed64Field(number: number, value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array();
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return Buffer.concat([tag(number, FIXED64), bytes]);
}

/** Bytes or text; nothing when empty. */
export function bytesField(number: number, bytes: Uint8Array): Uint8Array {
  return bytes.length === 0 ? new Uint8Array() : messageField(number, bytes);
}

/** A message inside, also an empty one. */
export function messageField(number: number, message: Uint8Array): Uint8Array {
  return Buffer.concat([tag(number, DELIMITED), encodeDelimited(message)]);
}

function tag(number: number, wire: number): Uint8Array {
  return encodeVarint(BigInt((number << 3) | wire));
}

/** A field of a message: a number, or bytes. */
export interface ProtobufField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/**
 * The fields of a message in their order; null unless the bytes are a message of varints and delimited fields in
 * ascending order, with every varint as short as it can be.
 */
export function decodeMessage(bytes: Uint8Array): readonly ProtobufField[] | null {
  const fields: ProtobufField[] = [];
  let offset = 0;
  let last = 0;
  while (offset < bytes.length) {
    const head = decodeVarint(bytes, offset);
    const number = Number((head?.value ?? 0n) >> 3n);
    const wire = Number((head?.value ?? 0n) & 7n);
    if (head === null || number < 1 || number < last) return null;
    const amount = decodeVarint(bytes, head.end);
    if (amount === null || (wire !== VARINT && wire !== DELIMITED)) return null;
    const length = wire === VARINT ? 0 : Number(amount.value);
    if (length > bytes.length - amount.end) return null;
    offset = amount.end + length;
    last = number;
    fields.push({ number, value: wire === VARINT ? amount.value : bytes.subarray(amount.end, offset) });
  }
  return fields;
}

/** A varint of at most 64 bits, and where it ends; null when it is cut, too long or longer than need be. */
export function decodeVarint(bytes: Uint8Array, start: number): { value: bigint; end: number } | null {
  let value = 0n;
  for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) return null;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if ((byte & 0x80) !== 0) continue;
    return (byte === 0 && index > 0) || value >= 2n ** 64n ? null : { value, end: start + index + 1 };
  }
  return null;
}
