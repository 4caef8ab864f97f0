"""Finality of profile qbft: section 9 of docs/evidence-format.md."""
import re

from wire import K, MAX_DEPTH, Malformed, array, hexa, num, number_of, obj, one_of, recover, unhex, w

ADDRESS = re.compile('0x[0-9a-fA-F]{40}')
QBFT = obj(profile=one_of('qbft'), chainId=lambda value: num(value) and value > 0,
           epochLength=lambda value: num(value) and value > 0,
           block=lambda value: value is None or obj(number=num, hash=hexa(32))(value),
           validators=lambda value: array(lambda each: isinstance(each, str) and ADDRESS.fullmatch(each))(value)
           and 1 <= len(value) == len({each.lower() for each in value}) <= 1000)


def TRUSTED(value):
    return QBFT(value) or isinstance(value, dict) and value.get('profile') == 'comet'


MEMBERS = ('address', 'accountProof', 'balance', 'codeHash', 'nonce', 'storageHash', 'storageProof')
EMPTY_TRIE = K(b'\x80')


def rlp(item):
    body = b''.join(map(rlp, item)) if isinstance(item, list) else item
    if not isinstance(item, list) and len(body) == 1 and body[0] < 0x80:
        return body
    base, size = 0xc0 if isinstance(item, list) else 0x80, len(body)
    if size < 56:
        return bytes([base + size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes([base + 55 + len(length)]) + length + body


def _item(data, at, depth):
    if at >= len(data) or depth > MAX_DEPTH:
        raise Malformed('rlp')
    first, start = data[at], at + 1
    if first < 0x80:
        return data[at:start], start
    kind = first & 0x40
    size = first - (0xc0 if kind else 0x80)
    if size > 55:
        start, size = start + size - 55, number_of(data[start:start + size - 55])
    end = start + size
    if end > len(data):
        raise Malformed('rlp')
    if not kind:
        return data[start:end], end
    items = []
    while start < end:
        item, start = _item(data[:end], start, depth + 1)
        items.append(item)
    return items, end


def read_rlp(data, fields):
    """A list of at least so many items; only the one encoding of each is accepted."""
    value, _ = _item(data, 0, 0)
    if not isinstance(value, list) or len(value) < fields or rlp(value) != data:
        raise Malformed('rlp')
    return value


def _nibbles(data):
    return [each for byte in data for each in (byte >> 4, byte & 15)]


def trie_value(root, key, proof):
    """The value under a key of a Merkle-Patricia trie, or None if the proof shows that there is none."""
    if root == EMPTY_TRIE and proof in ([], [b'\x80']):
        return None
    path, rest, child = _nibbles(K(key)), list(proof), root
    while True:
        if not isinstance(child, list):
            if not rest or K(rest[0]) != child:
                raise Malformed('trie')
            child = read_rlp(rest.pop(0), 2)
        if len(child) == 17 and path:
            child = child[path.pop(0)]
        elif len(child) == 2 and isinstance(child[0], bytes) and child[0]:
            part = _nibbles(child[0])
            part, is_leaf = part[1 if part[0] & 1 else 2:], part[0] & 2
            if path[:len(part)] != part or is_leaf and len(path) != len(part):
                child = b''
            elif is_leaf:
                if rest or not isinstance(child[1], bytes):
                    raise Malformed('trie')
                return child[1]
            else:
                path, child = path[len(part):], child[1]
        else:
            raise Malformed('trie')
        if child == b'':
            if rest:
                raise Malformed('trie')
            return None


def read_header(seal, trusted, chain_id):
    """The header of the block, once enough of the trusted validators sealed it; and its hash."""
    if not obj(header=hexa())(seal) or (trusted['profile'], trusted['chainId']) != ('qbft', chain_id):
        raise Malformed('seal')
    header = read_rlp(unhex(seal['header']), 15)
    if any(isinstance(field, list) for field in header):
        raise Malformed('header')
    extra, known = read_rlp(header[12], 5), {unhex(each.lower()) for each in trusted['validators']}

    def hash_with(round_number):
        return K(rlp(header[:12] + [rlp(extra[:3] + [round_number, []])] + header[13:]))
    if [isinstance(each, list) for each in extra[1:]] not in ([True, True, False, True], [True, False, False, True]):
        raise Malformed('extraData')
    signed = hash_with(extra[3])
    signers = [recover(signed, number_of(each[:32]), number_of(each[32:64]), each[64])
               if isinstance(each, bytes) and len(each) == 65 and each[64] < 2 else None for each in extra[4]]
    if any(isinstance(each, list) for each in extra[1]) or sorted(extra[1]) != sorted(known) \
            or header[2] not in known or not set(signers) <= known or len(set(signers)) != len(signers) \
            or 3 * len(signers) < 2 * len(known):
        raise Malformed('validators')
    return header, hash_with(b'')


def head_is_proved(header, proof, address, code_hash, head):
    if not isinstance(proof, dict) or not all(name in proof for name in MEMBERS) \
            or proof['address'].lower() != '0x' + address.hex():
        return False
    account = trie_value(header[3], address, [unhex(each) for each in proof['accountProof']])
    nonce, balance, storage_root, code = read_rlp(account or b'', 4)
    proved = None
    for each in proof['storageProof']:
        key, value = int(each['key'], 16), trie_value(
            storage_root, w(int(each['key'], 16)), [unhex(node) for node in each['proof']])
        word = _item(value, 0, 0)[0] if value else b''
        if isinstance(word, list) or number_of(word) != int(each['value'], 16):
            return False
        proved = word.rjust(32, b'\0') if key == 0 else proved
    return code == code_hash and proved == head and (number_of(nonce), number_of(balance)) == (
        int(proof['nonce'], 16), int(proof['balance'], 16)) and (code, storage_root) == (
        unhex(proof['codeHash']), unhex(proof['storageHash']))


def check(verifier, block, proofs, trusted):
    deployment = verifier.deployment
    try:
        header, block_hash = read_header(block['seal'], trusted, deployment['chainId'])
    except (Malformed, ValueError):
        verifier.finding('FINALITY_NOT_PROVED', 2)
        return
    if (block_hash, number_of(header[8]), number_of(header[11])) != (
            unhex(block['hash']), block['number'], block['timestamp']):
        verifier.finding('BLOCK_MISMATCH', 2)
    for name, address in deployment['contracts'].items():
        try:
            proved = isinstance(proofs, dict) and proofs.keys() == verifier.heads.keys() and head_is_proved(
                header, proofs[name], unhex(address), unhex(deployment['codeHashes'][name]), verifier.heads[name][1])
        except (Malformed, ValueError, TypeError, AttributeError, KeyError):
            proved = False
        if not proved:
            verifier.finding('HEADS_NOT_PROVED', 3, name)
