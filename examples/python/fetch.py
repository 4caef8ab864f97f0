#!/usr/bin/env python3
"""Reads rows under a grant and proves what was delivered.

An independent client for docs/protocol.md: Python 3.11, the standard library and `cryptography`, nothing of this
repository. Rows go to standard output or a file, everything else to standard error.
"""

import argparse
import hashlib
import http.client
import json
import os
import re
import ssl
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric import ed25519

from http_signatures import Signer, Unverified, digest_of, salted_hash, sign_request, verify_answer

EXIT_DONE, EXIT_REFUSED, EXIT_USAGE, EXIT_UNVERIFIED, EXIT_NETWORK = range(5)
RECEIPT_WAIT_SECONDS = 10
MAX_DOCUMENT_BYTES = 1 << 20
CHUNK_BYTES = 1 << 16
TOLD = ("code", "deny_code", "reason", "name", "detail")


class Failure(Exception):
    """Ends the program with the exit code of section 9."""

    def __init__(self, exit_code, message):
        super().__init__(message)
        self.exit_code = exit_code


@dataclass(frozen=True)
class Gateway:
    scheme: str
    authority: str
    timeout: float

    def open(self):
        if self.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self.authority, timeout=self.timeout, context=context)
        return http.client.HTTPConnection(self.authority, timeout=self.timeout)


def network(action, *arguments):
    """Calls, and turns every failure of the network into the exit code for it."""
    try:
        return action(*arguments)
    except (OSError, http.client.HTTPException) as error:
        raise Failure(EXIT_NETWORK, f"network: {error!r}") from error


def send(gateway, target, fields):
    connection = gateway.open()
    connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("host", gateway.authority)
    for name, value in fields.items():
        connection.putheader(name, value)
    network(connection.endheaders)
    return network(connection.getresponse)


def verify(answer, request, gateway_key):
    return verify_answer(answer.status, answer.getheaders(), request, gateway_key)


def chunks(answer):
    """The body to its end; a body that ends before its framing says so is a failure."""
    announced = answer.getheader("content-length")
    if announced is None and (answer.getheader("transfer-encoding") or "").lower() != "chunked":
        raise Unverified("the answer does not say where it ends")
    size = 0
    while chunk := network(answer.read, CHUNK_BYTES):
        size += len(chunk)
        yield chunk
    if announced is not None and size != int(announced):
        raise Failure(EXIT_NETWORK, f"the answer was cut after {size} of {announced} bytes")


def read_document(answer):
    body = bytearray()
    for chunk in chunks(answer):
        body += chunk
        if len(body) > MAX_DOCUMENT_BYTES:
            raise Failure(EXIT_REFUSED, "the answer is too long")
    return bytes(body)


def verify_document(answer, fields):
    body = read_document(answer)
    if fields.get("content-digest") != digest_of(hashlib.sha256(body)):
        raise Unverified("the body is not the one whose digest is signed")
    return json.loads(body)


def refuse(answer, request, gateway_key):
    """A refusal. It is signed unless it is the request's own signature that was refused."""
    if answer.getheader("signature") is not None:
        problem = verify_document(answer, verify(answer, request, gateway_key))
    else:
        problem = json.loads(read_document(answer) or b"{}")
    told = ", ".join(f"{name}: {problem[name]}" for name in TOLD if problem.get(name) is not None)
    message = f"refused with {answer.status}: {told}; receipt: {answer.getheader('dxl-receipt', 'none')}"
    if isinstance(problem.get("server_time"), int):
        message += f"; this clock differs by {int(time.time()) - problem['server_time']} s"
    raise Failure(EXIT_REFUSED, message)


def fetch_receipt(gateway, signer, gateway_key, receipt_id):
    """Section 7, step 4."""
    deadline = time.monotonic() + RECEIPT_WAIT_SECONDS
    while True:
        target = f"/v1/receipts/{quote(receipt_id, safe='')}"
        request = sign_request(gateway.authority, signer, target, {}, int(time.time()))
        answer = send(gateway, target, request.fields)
        if answer.status == 200:
            return verify_document(answer, verify(answer, request, gateway_key))
        if answer.status != 404 or time.monotonic() > deadline:
            refuse(answer, request, gateway_key)
        time.sleep(0.2)


def check_receipt(receipt, expected):
    """Section 8: the rows are vouched for when every one of these holds."""
    for name, value in expected.items():
        if receipt.get(name) != value:
            raise Unverified(f"the receipt says {name} is {receipt.get(name)!r}, not {value!r}")


def fetch_gateway_key(gateway):
    answer = send(gateway, "/v1/chain", {})
    if answer.status != 200:
        raise Failure(EXIT_REFUSED, f"/v1/chain answered {answer.status}")
    print("warning: the gateway key is not pinned (--gateway-key); it is what the gateway says", file=sys.stderr)
    return json.loads(read_document(answer))["gateway"]["publicKey"]


def read_key(text):
    return ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(text.removeprefix("0x")))


def build_target(options):
    pairs = [("fields", options.fields), ("region", options.region), ("limit", options.limit)]
    pairs += [(f"where.{key}", value) for key, value in options.where]
    given = [(key, str(value)) for key, value in pairs if value is not None]
    query = "&".join(f"{quote(key, safe='.')}={quote(value, safe=',')}" for key, value in given)
    return f"/v1/grants/{options.grant}/rows" + (f"?{query}" if query else "")


def profile_fields(options):
    fields = {"dxl-purpose": options.purpose}
    if options.case_number is not None:
        fields["dxl-case-number"] = re.sub(r"[^!-~]", lambda match: quote(match[0]), options.case_number)
    if options.system is not None:
        fields["dxl-system"] = options.system
    return fields


def dry_run(request):
    print(f"{request.method} {request.target} HTTP/1.1\r\nhost: {request.authority}\r")
    print("".join(f"{name}: {value}\r\n" for name, value in request.fields.items()))


def receive(answer, fields, out):
    """Section 7, steps 2 and 3. Returns digest and size of the rows."""
    sha256, size = hashlib.sha256(), 0
    for chunk in chunks(answer):
        sha256.update(chunk)
        size += len(chunk)
        out.write(chunk)
    out.flush()
    digest = digest_of(sha256)
    if fields.get("content-digest", digest) != digest:
        raise Unverified("the rows are not those whose digest is signed")
    return sha256.digest(), size


def run(options, gateway, signer, request, out):
    gateway_key = read_key(options.gateway_key or fetch_gateway_key(gateway))
    answer = send(gateway, request.target, request.fields)
    if answer.status != 200:
        refuse(answer, request, gateway_key)
    fields = verify(answer, request, gateway_key)
    digest, size = receive(answer, fields, out)
    receipt_id = fields.get("dxl-receipt")
    if receipt_id is None:
        raise Unverified("the answer names no receipt")
    document = fetch_receipt(gateway, signer, gateway_key, receipt_id)
    receipt, salt = document["receipt"], document["contentSalt"]
    expected = {
        "type": "AccessReceipt",
        "receiptId": receipt_id,
        "grantId": options.grant,
        "keyId": signer.key_id,
        "requestHash": "0x" + hashlib.sha256(request.base).hexdigest(),
        "decision": "PERMIT",
        "outcome": "DELIVERED",
        "bytes": size,
        "contentHash": salted_hash(salt, digest),
    }
    check_receipt(receipt, expected)
    if options.receipt is not None:
        Path(options.receipt).write_text(json.dumps(document, ensure_ascii=False, indent=2), encoding="utf-8")
    print(f"{receipt['rows']} rows, {size} bytes, verified; receipt {receipt_id}", file=sys.stderr)


def run_to_file(options, gateway, signer, request):
    """The file appears under its name only when its rows have been proved."""
    partial = f"{options.output}.part"
    try:
        with open(partial, "wb") as out:
            run(options, gateway, signer, request, out)
        os.replace(partial, options.output)
    finally:
        Path(partial).unlink(missing_ok=True)


def hex_id(text):
    if not re.fullmatch(r"0x[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError(f"not a 32-byte hex id: {text}")
    return text


def pair(text):
    key, mark, value = text.partition("=")
    if not mark:
        raise argparse.ArgumentTypeError(f"not key=value: {text}")
    return key, value


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        description="Read rows under a grant; verify the gateway's signature and the receipt.",
        epilog="exit codes: 0 done and verified, 1 refused or error, 2 usage, 3 verification failed, 4 network",
    )
    parser.add_argument("--gateway", required=True, metavar="URL", help="such as https://gateway.example")
    parser.add_argument("--grant", required=True, type=hex_id, metavar="ID", help="grant id, 0x and 64 hex digits")
    parser.add_argument("--key", required=True, metavar="FILE", help="private access key, PEM (Ed25519 or P-256)")
    parser.add_argument("--key-id", required=True, type=hex_id, metavar="ID", help="id of the registered key")
    parser.add_argument("--purpose", required=True, metavar="CODE", help="purpose code of the grant")
    parser.add_argument("--case-number", metavar="TEXT", help="the case the data is for")
    parser.add_argument("--system", metavar="NAME", help="the calling system")
    parser.add_argument("--fields", metavar="A,B", help="field keys; all granted ones if absent")
    parser.add_argument("--region", metavar="DIGITS", help="region code prefix")
    parser.add_argument("--limit", type=int, metavar="N", help="most rows wanted")
    parser.add_argument("--where", action="append", default=[], type=pair, metavar="KEY=VALUE", help="equality filter")
    parser.add_argument("--gateway-key", metavar="HEX", help="the gateway's Ed25519 public key; pin it")
    parser.add_argument("--timeout", type=float, default=30, metavar="SECONDS")
    parser.add_argument("--output", metavar="FILE", help="rows go here once proved; standard output if absent")
    parser.add_argument("--receipt", metavar="FILE", help="store the receipt here")
    parser.add_argument("--dry-run", action="store_true", help="print the signed request and send nothing")
    options = parser.parse_args(arguments)
    url = urlsplit(options.gateway)
    if url.scheme not in ("https", "http") or not url.netloc or url.path.strip("/") or url.query or url.fragment:
        parser.error("--gateway is scheme and authority only")
    default_port = {"https": ":443", "http": ":80"}[url.scheme]
    authority = url.netloc.lower().removesuffix(default_port)
    try:
        signer = Signer.load(options.key, options.key_id)
        read_key(options.gateway_key or "00" * 32)
    except (OSError, ValueError, TypeError) as error:
        parser.error(f"key: {error}")
    return options, Gateway(url.scheme, authority, options.timeout), signer


def main(arguments):
    options, gateway, signer = parse_arguments(arguments)
    try:
        target, fields = build_target(options), profile_fields(options)
        request = sign_request(gateway.authority, signer, target, fields, int(time.time()))
        if options.dry_run:
            dry_run(request)
        elif options.output is None:
            run(options, gateway, signer, request, sys.stdout.buffer)
        else:
            run_to_file(options, gateway, signer, request)
        return EXIT_DONE
    except Unverified as error:
        print(f"error: not verified: {error}", file=sys.stderr)
        return EXIT_UNVERIFIED
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return failure.exit_code
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_REFUSED
    except (ValueError, KeyError, TypeError) as error:
        print(f"error: the gateway answered what the protocol does not know: {error!r}", file=sys.stderr)
        return EXIT_REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
