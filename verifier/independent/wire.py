"""Canonical JSON, the ABI, hashes and signatures, as docs/evidence-format.md uses them."""
import functools
import hashlib
import json
import re
import unicodedata

from Crypto.Hash import keccak
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

MAX_DEPTH, MAX_MARKS, SAFE = 34, 30, 2 ** 53 - 1
HEX = re.compile('0x(?:[0-9a-f]{2})*')
FORBIDDEN = re.compile('[\ud800-\udfff\ufdd0-\ufdef' + ''.join(
    chr(plane * 0x10000 + 0xfffe) + chr(plane * 0x10000 + 0xffff) for plane in range(17)) + ']')


class Malformed(Exception):
    """What was read is not encoded as it must be."""


def H(data):
    return hashlib.sha256(data).digest()


def K(data):
    return keccak.new(digest_bits=256, data=bytes(data)).digest()


def w(number):
    return number.to_bytes(32, 'big')


def number_of(data):
    return int.from_bytes(data, 'big')


def hexed(data):
    return '0x' + data.hex()


def unhex(text):
    return bytes.fromhex(text[2:])


def num(value):
    return type(value) is int and value >= 0


def text(value):
    return isinstance(value, str)


def anything(_):
    return True


def one_of(*values):
    return lambda value: isinstance(value, str) and value in values


def hexa(size=None):
    return lambda value: text(value) and HEX.fullmatch(value) and size in (None, len(value) // 2 - 1)


def array(shape):
    return lambda value: isinstance(value, list) and all(map(shape, value))


def obj(**shape):
    return lambda value: isinstance(value, dict) and value.keys() == shape.keys() and all(
        shape[name](value[name]) for name in shape)


def _integer(text):
    if len(text) > 17 or abs(int(text)) > SAFE:
        raise Malformed('number')
    return int(text)


def _has_long_run(value):
    """Of marks: to normalize one takes time quadratic in its length."""
    run = 0
    for each in value:
        run = run + 1 if unicodedata.category(each)[0] == 'M' else 0
        if run > MAX_MARKS:
            return True
    return False


def _check(value, depth=0):
    if isinstance(value, str):
        if not value.isascii() and (
                FORBIDDEN.search(value) or _has_long_run(value) or not unicodedata.is_normalized('NFC', value)):
            raise Malformed('string')
    elif isinstance(value, (list, dict)):
        if depth == MAX_DEPTH:
            raise Malformed('depth')
        if isinstance(value, dict) and '__proto__' in value:
            raise Malformed('member')
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            _check(item, depth + 1)


def jcs(value):
    """The canonical form of a value that `read_json` returned: its members are in order already."""
    return json.dumps(value, ensure_ascii=False, separators=(',', ':')).encode()


def read_json(raw, canonical=True):
    """The value of a line. Members are sorted when read, and doubled ones fall away: both change the line."""
    try:
        value = json.loads(
            raw.decode(), parse_int=_integer, parse_float=_integer, parse_constant=_integer, object_pairs_hook=lambda
            pairs: dict(sorted(pairs, key=lambda pair: pair[0].encode('utf-16-be', 'surrogatepass'))))
        _check(value)
        if canonical and jcs(value) != raw:
            raise Malformed('not canonical')
        return value
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error


def dynamic(kind):
    """Of ABI types, which are names, or lists of types for structs."""
    return any(map(dynamic, kind)) if isinstance(kind, list) else kind in ('bytes', 'bytes[]', 'string')


def _width(kinds):
    return sum(_width(kind) if isinstance(kind, list) and not dynamic(kind) else 32 for kind in kinds)


def to_word(kind, value):
    return w(value) if kind[0] == 'u' else value.rjust(32, b'\0') if kind == 'address' else value.ljust(32, b'\0')


def from_word(kind, word):
    number, size = number_of(word), 160 if kind == 'address' else int(kind.lstrip('uintbyes'))
    size *= 8 if kind[0] == 'b' else 1
    if len(word) != 32 or (number % (1 << 256 - size) if kind[0] == 'b' else number >> size):
        raise Malformed('word')
    return number if kind[0] == 'u' else word[:size // 8] if kind[0] == 'b' else word[12:]


def encode(kinds, values):
    head, tails, at = [], [], _width(kinds)
    for kind, value in zip(kinds, values):
        if not dynamic(kind):
            head.append(encode(kind, value) if isinstance(kind, list) else to_word(kind, value))
            continue
        head.append(w(at))
        tails.append(encode(kind, value) if isinstance(kind, list) else w(len(value)) + (
            encode(['bytes'] * len(value), value) if kind == 'bytes[]' else value + bytes(-len(value) % 32)))
        at += len(tails[-1])
    return b''.join(head + tails)


def _decode(kinds, data, base):
    values, at, tail = [], base, base + _width(kinds)
    for kind in kinds:
        word = data[at:at + 32]
        if not dynamic(kind):
            value, at = _decode(kind, data, at) if isinstance(kind, list) else (from_word(kind, word), at + 32)
        elif from_word('uint256', word) != tail - base:
            raise Malformed('offset')
        elif isinstance(kind, list):
            (value, tail), at = _decode(kind, data, tail), at + 32
        else:
            at, start, size = at + 32, tail + 32, from_word('uint256', data[tail:tail + 32])
            if size > len(data):
                raise Malformed('length')
            if kind == 'bytes[]':
                value, tail = _decode(['bytes'] * size, data, start)
            else:
                value, tail = data[start:start + size], start + size + -size % 32
                if tail > len(data) or any(data[start + size:tail]):
                    raise Malformed('padding')
        values.append(value)
    return values, tail


def decode(kinds, data):
    """The values, if `data` is exactly what `encode` makes of them."""
    values, end = _decode(kinds, data, 0)
    if end != len(data):
        raise Malformed('surplus')
    return values


P = 2 ** 256 - 2 ** 32 - 977
N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141
G = (0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798,
     0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8)


def _add(a, b):
    """The sum of two points of y^2 = x^3 + 7 over the field of P; None is the point at infinity."""
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


@functools.lru_cache(4096)
def recover(digest, r, s, parity):
    """The address whose key made the signature: Q = (s R - z G) / r, R being the point with x = r; None if none."""
    if not (0 < r < N and 0 < s < N):
        return None
    y = pow(r ** 3 + 7, (P + 1) // 4, P)
    if (y * y - r ** 3 - 7) % P:
        return None
    point, inverse = (r, y if y % 2 == parity else P - y), pow(r, -1, N)
    of_g, of_point = -number_of(digest) * inverse % N, s * inverse % N
    sums, key = [None, G, point, _add(G, point)], None
    for bit in range(255, -1, -1):
        key = _add(_add(key, key), sums[(of_g >> bit & 1) + 2 * (of_point >> bit & 1)])
    return K(w(key[0]) + w(key[1]))[12:] if key else None


def signer_of(digest, signature):
    """Of 65 bytes (r, s, v), or 64 by EIP-2098: r, then s whose highest bit is the parity of y. High s is refused."""
    r, s, v = number_of(signature[:32]), number_of(signature[32:64]), number_of(signature[64:])
    if len(signature) == 64:
        s, v = s % 2 ** 255, 27 + (s >> 255)
    return recover(digest, r, s, v - 27) if v in (27, 28) and 64 <= len(signature) <= 65 and s <= N // 2 else None


def ed25519_valid(key, message, signature):
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (ValueError, InvalidSignature):
        return False
