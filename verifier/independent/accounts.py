"""Accounts that are no plain keys: section 5 of docs/evidence-format.md."""
import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from wire import H, MAX_DEPTH, Malformed, array, hexa, num, number_of, obj, signer_of, text, unhex, w

MAX_SIGNATURE, MOST_SIGNATURES = 32768, 256
P256_N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551


def is_account(value):
    if not obj(type=text, account=hexa(20), officers=array(hexa()), threshold=num)(value):
        return False
    officers = value['officers']
    return officers == sorted(set(officers)) and all(len(each) >= 42 for each in officers) \
        and bool(officers) <= value['threshold'] <= len(officers)


SHAPES = {'account': is_account}


def p256_valid(key, digest, signature):
    r, s = number_of(signature[:32]), number_of(signature[32:64])
    if len(key) != 64 or len(signature) < 64 or not (0 < r < P256_N and 0 < s <= P256_N // 2):
        return False
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b'\4' + key)
        public.verify(utils.encode_dss_signature(r, s), digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
        return True
    except (ValueError, InvalidSignature):
        return False


def _bytes_at(data, at):
    """Bytes with their length in front."""
    size = number_of(data[at:at + 32])
    if at + 32 > len(data) or size > len(data) - at - 32:
        raise Malformed('bytes')
    return data[at + 32:at + 32 + size]


def _list_at(data, at, most):
    count = number_of(data[at:at + 32])
    if at > len(data) - 32 or count > most or 32 * count > len(data) - at - 32:
        raise Malformed('list')
    padded = data + bytes(-len(data) % 32)
    return [_bytes_at(padded, at + 32 + number_of(data[each:each + 32]))
            for each in range(at + 32, at + 32 + 32 * count, 32)]


def officer_parts(data, most):
    """The two lists, wherever their offsets lead."""
    if len(data) < 64:
        raise Malformed('officers')
    return [_list_at(data, number_of(data[at:at + 32]), most) for at in (0, 32)]


def webauthn_valid(key, digest, signature):
    if len(signature) < 192:
        return False
    challenge_at, type_at, *offsets = (number_of(signature[at:at + 32]) for at in range(64, 192, 32))
    authenticator, client = (_bytes_at(signature, at) for at in offsets)
    challenge = b'"challenge":"' + base64.urlsafe_b64encode(digest).rstrip(b'=') + b'"'
    last = (type_at + 20) % 2 ** 256
    return (len(authenticator) >= 37 and authenticator[32] & 5 == 5 and authenticator[32] & 0x18 != 0x10
            and last < len(client) and (w(len(client)) + client)[last + 12:last + 33] == b'"type":"webauthn.get"'
            and client[challenge_at:challenge_at + len(challenge)] == challenge
            and p256_valid(key, H(authenticator + H(client)), signature[:64]))


class Accounts:
    def __init__(self, verifiers, not_proved):
        self.contracts, self.last, self.not_proved = {}, b'', not_proved
        self.checks = {unhex(verifiers['p256']): p256_valid, unhex(verifiers['webauthn']): webauthn_valid}

    def on_account(self, _, value):
        account, officers = unhex(value['account']), [unhex(each) for each in value['officers']]
        if account <= self.last:
            return 'LINE_ORDER'
        self.last, self.contracts[account] = account, (set(officers), value['threshold'])
        self.not_proved.add('OFFICERS')
        return None

    def valid(self, signer, digest, signature):
        """None if it is opaque."""
        self.left = MOST_SIGNATURES
        return len(signature) <= MAX_SIGNATURE and self._valid(signer, digest, signature, 0)

    def _valid(self, signer, digest, signature, depth):
        self.left -= 1
        if self.left < 0:
            return None
        try:
            if len(signer) > 20:
                check = self.checks.get(signer[:20])
                return check and len(signer) == 84 and check(signer[20:], digest, signature)
            if len(signature) == 65 and signer_of(digest, signature) == signer:
                return True
            officers, threshold = self.contracts.get(signer, (None, 0))
            if officers is None:
                return False
            return None if not officers or depth == MAX_DEPTH else self._by_officers(
                officers, threshold, digest, signature, depth + 1)
        except Malformed:
            return False

    def _by_officers(self, officers, threshold, digest, signature, depth):
        signers, signatures = officer_parts(signature, len(officers))
        if not threshold <= len(signers) == len(signatures) == len(set(signers)) or not set(signers) <= officers:
            return False
        result = True
        for each, its in zip(signers, signatures):
            valid = self._valid(each, digest, its, depth)
            if valid is False:
                return False
            result = result and valid
        return result
