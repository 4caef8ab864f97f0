/** ECDSA on P-256 over a digest that is given: what ERC-7913 signers sign is no message that a library would hash. */
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const G: Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  z: 1n,
};

/** Jacobian coordinates; z is 0 for the point at infinity. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

/** Half of the order, rounded down: a signature with a larger s has a twin with a smaller one, and is refused. */
const HALF_N = N / 2n;

/** `digest`, `signature` (r, s) and `key` (x, y) are hex; false for whatever is no signature. */
export function verifyP256(digest: string, signature: string, key: string): boolean {
  if (signature.length !== 130 || key.length !== 130) return false;
  const [r, s] = halves(signature);
  const [x, y] = halves(key);
  if (r < 1n || r >= N || s < 1n || s > HALF_N || !isOnCurve(x, y)) return false;
  const inverse = invert(s, N);
  const u = modulo(BigInt(digest) * inverse, N);
  const v = modulo(r * inverse, N);
  const sum = add(multiply(G, u), multiply({ x, y, z: 1n }, v));
  if (sum.z === 0n) return false;
  return modulo(sum.x * invert(modulo(sum.z * sum.z, P), P), P) % N === r;
}

function halves(hex: string): readonly [bigint, bigint] {
  return [BigInt(`0x${hex.slice(2, 66)}`), BigInt(`0x${hex.slice(66)}`)];
}

function isOnCurve(x: bigint, y: bigint): boolean {
  return x < P && y < P && modulo(y * y - x * x * x + 3n * x - B, P) === 0n;
}

function multiply(point: Point, scalar: bigint): Point {
  let sum: Point = { x: 1n, y: 1n, z: 0n };
  for (const bit of scalar.toString(2)) {
    sum = double(sum);
    if (bit === '1') sum = add(sum, point);
  }
  return sum;
}

function double({ x, y, z }: Point): Point {
  if (z === 0n || y === 0n) return { x: 1n, y: 1n, z: 0n };
  const yy = modulo(y * y, P);
  const s = modulo(4n * x * yy, P);
  const zz = modulo(z * z, P);
  const m = modulo(3n * (x - zz) * (x + zz), P);
  const nextX = modulo(m * m - 2n * s, P);
  return { x: nextX, y: modulo(m * (s - nextX) - 8n * yy * yy, P), z: modulo(2n * y * z, P) };
}

function add(one: Point, other: Point): Point {
  if (one.z === 0n) return other;
  if (other.z === 0n) return one;
  const [zz1, zz2] = [modulo(one.z * one.z, P), modulo(other.z * other.z, P)];
  const [u1, u2] = [modulo(one.x * zz2, P), modulo(other.x * zz1, P)];
  const [s1, s2] = [modulo(one.y * zz2 * other.z, P), modulo(other.y * zz1 * one.z, P)];
  const [h, r] = [modulo(u2 - u1, P), modulo(s2 - s1, P)];
  if (h === 0n) return r === 0n ? double(one) : { x: 1n, y: 1n, z: 0n };
  const hh = modulo(h * h, P);
  const hhh = modulo(h * hh, P);
  const v = modulo(u1 * hh, P);
  const x = modulo(r * r - hhh - 2n * v, P);
  return { x, y: modulo(r * (v - x) - s1 * hhh, P), z: modulo(one.z * other.z * h, P) };
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** By the extended Euclidean algorithm; nothing here is secret, so time may tell. */
function invert(value: bigint, modulus: bigint): bigint {
  let [a, b] = [modulo(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  return modulo(x, modulus);
}
