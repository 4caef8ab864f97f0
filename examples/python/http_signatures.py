"""Signs requests and verifies answers as sections 3 and 5 of docs/protocol.md say."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

# cspell:words SECP
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
VALIDITY_SECONDS = 60
SIGNED_ANSWER_FIELDS = ("content-type", "content-digest", "dxl-receipt")
REQUEST_PARTS = ('"@method";req', '"@path";req', '"@authority";req', '"signature";req;key="dxl"')


class Unverified(Exception):
    """A signature, digest or receipt does not prove what it must."""


@dataclass(frozen=True)
class Signer:
    key_id: str
    algorithm: str
    private_key: object

    @classmethod
    def load(cls, path, key_id):
        with open(path, "rb") as file:
            key = load_pem_private_key(file.read(), password=None)
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return cls(key_id, "ed25519", key)
        if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
            return cls(key_id, "ecdsa-p256-sha256", key)
        raise ValueError("neither an Ed25519 nor a P-256 key")

    def sign(self, base):
        if self.algorithm == "ed25519":
            return self.private_key.sign(base)
        r, s = decode_dss_signature(self.private_key.sign(base, ec.ECDSA(SHA256())))
        low = min(s, P256_ORDER - s)
        return r.to_bytes(32, "big") + low.to_bytes(32, "big")


@dataclass(frozen=True)
class SignedRequest:
    method: str
    authority: str
    target: str
    fields: dict
    base: bytes
    signature: str


def split_target(target):
    path, mark, query = target.partition("?")
    return path, mark + query if mark else "?"


def sign_request(authority, signer, target, fields, now):
    """Section 3. A read has no body, so the fields are those of the profile that are given."""
    path, query = split_target(target)
    values = {"@method": "GET", "@authority": authority, "@path": path, "@query": query, **fields}
    nonce = secrets.token_urlsafe(24)
    params = "({});created={};expires={};nonce={};keyid={};alg={};tag={}".format(
        " ".join(f'"{name}"' for name in values),
        now,
        now + VALIDITY_SECONDS,
        *(f'"{text}"' for text in (nonce, signer.key_id, signer.algorithm, "dxl-request-v1")),
    )
    lines = [f'"{name}": {value}' for name, value in values.items()]
    base = "\n".join([*lines, f'"@signature-params": {params}']).encode("ascii")
    signature = f":{base64.b64encode(signer.sign(base)).decode()}:"
    signed = {**fields, "signature-input": f"dxl={params}", "signature": f"dxl={signature}"}
    return SignedRequest("GET", authority, target, signed, base, signature)


def members(field):
    """Members of a dictionary field by label, cut at commas outside quotes."""
    found = {}
    for part in re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+', field):
        label, _, text = part.strip().partition("=")
        if label in found:
            raise Unverified(f"label {label} occurs twice")
        found[label] = text
    return found


def verify_answer(status, headers, request, gateway_key):
    """Section 5. Takes the header lines as pairs, returns the fields by lower-case name."""
    fields = {}
    for name, value in headers:
        name = name.lower()
        if name in fields and name in (*SIGNED_ANSWER_FIELDS, "signature", "signature-input"):
            raise Unverified(f"the answer has {name} twice")
        fields[name] = value
    text = members(fields.get("signature-input", "")).get("dxl")
    encoded = members(fields.get("signature", "")).get("dxl")
    if text is None or encoded is None:
        raise Unverified("the answer is not signed")
    match = re.fullmatch(r'\(([^()]*)\)((?:;[a-z]+=(?:"[^"\\]*"|[0-9]+))*)', text)
    if match is None or not re.fullmatch(r":[A-Za-z0-9+/]{86}==:", encoded):
        raise Unverified("the answer's signature is malformed")
    identifiers = match[1].split(" ")
    parameters = re.findall(r";([a-z]+)=(\"[^\"]*\"|[0-9]+)", match[2])
    check_profile(identifiers, parameters, fields)
    lines = [f"{name}: {answer_value(name, status, fields, request)}" for name in identifiers]
    base = "\n".join([*lines, f'"@signature-params": {text}']).encode("latin-1")
    try:
        gateway_key.verify(base64.b64decode(encoded[1:-1]), base)
    except InvalidSignature:
        raise Unverified("the answer's signature does not verify") from None
    return fields


def check_profile(identifiers, parameters, fields):
    required = ['"@status"', *(f'"{name}"' for name in SIGNED_ANSWER_FIELDS if name in fields), *REQUEST_PARTS]
    if sorted(identifiers) != sorted(required):
        raise Unverified("the answer does not sign what it must")
    values = dict(parameters)
    if len(parameters) != len(values) or set(values) != {"created", "keyid", "alg", "tag"}:
        raise Unverified("the answer's signature has other parameters")
    if values["alg"] != '"ed25519"' or values["tag"] != '"dxl-response-v1"':
        raise Unverified("the answer is signed by another profile")


def answer_value(identifier, status, fields, request):
    of_request = {
        '"@method";req': request.method,
        '"@path";req': split_target(request.target)[0],
        '"@authority";req': request.authority,
        '"signature";req;key="dxl"': request.signature,
    }
    if identifier in of_request:
        return of_request[identifier]
    return str(status) if identifier == '"@status"' else fields[identifier.strip('"')]


def digest_of(sha256):
    return f"sha-256=:{base64.b64encode(sha256.digest()).decode()}:"


def salted_hash(salt, sha256):
    """Section 8: contentHash. The gateway gives the salt to the two sides of the grant only."""
    if salt is None:
        raise Unverified("the gateway does not give the salt of the receipt")
    return "0x" + hashlib.sha256(base64.urlsafe_b64decode(salt + "=") + sha256).hexdigest()
