"""Verifies an evidence bundle by docs/evidence-format.md, written from that page alone."""
import argparse
import hashlib
import json
import sys
from pathlib import Path

import accounts
import finality
import receipts
from ledger import CONTRACTS, Ledger
from rules import Rules
from wire import Malformed, anything, array, ed25519_valid, hexa, num, obj, one_of, read_json, text, unhex

MAX_LINE, MAX_FINDINGS = 1048576, 1000
ORDER = ('header', 'block', 'heads', 'account', 'log', 'document', 'checkpoint', 'receipt', 'confirmation', 'end')
WORD = hexa(32)
DEPLOYMENT = obj(
    chainId=lambda value: num(value) and value > 0, genesisHash=WORD, startBlock=num,
    profile=one_of('dev', 'qbft', 'comet'), codeHashes=obj(**dict.fromkeys(CONTRACTS, WORD)),
    contracts=obj(**dict.fromkeys(CONTRACTS, hexa(20))), verifiers=obj(p256=hexa(20), webauthn=hexa(20)))


def is_deployment(value):
    return DEPLOYMENT(value) and len({*value['contracts'].values(), *value['verifiers'].values()}) == 9


SHAPES = {
    'header': obj(type=text, format=one_of('dxl/evidence/1'), scope=receipts.SHAPES['scope'], deployment=is_deployment),
    'block': obj(type=text, number=num, hash=WORD, timestamp=num, seal=anything),
    'heads': obj(type=text, contracts=obj(**dict.fromkeys(CONTRACTS, obj(seq=num, head=WORD))),
                 proofs=lambda value: value is None or obj(**dict.fromkeys(CONTRACTS, anything))(value)),
    'log': obj(type=text, block=num, contract=one_of(*CONTRACTS), data=hexa(),
               topics=lambda value: array(WORD)(value) and 1 <= len(value) <= 4),
    'end': obj(type=text, lines=num, sha256=WORD, exporter=WORD, signature=hexa(64)),
} | accounts.SHAPES | receipts.SHAPES


class Stop(Exception):
    """Reading ends with a finding of this code."""


class Verifier:
    def __init__(self, deployment=None, copies=None, validators=None):
        self.given, self.copies, self.validators, self.is_bundle = deployment, copies, validators, False
        self.findings, self.more = [], 0
        self.counts = dict.fromkeys(('withheldDocuments', 'notReplayable', 'unconfirmed'), 0)
        self.unchecked = []
        self.not_proved, self.receipts, self.without_schemas = {'LATER_RECEIPTS'}, None, False

    def finding(self, code, line, about=None, **facts):
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append({'code': code, 'line': line, 'id': about, 'facts': facts})
        else:
            self.more += 1

    def verdict(self):
        return 'findings' if self.findings else 'cannot-check' if self.unchecked else 'sound'

    def run(self, file):
        line, kind, self.sha256 = 0, None, hashlib.sha256()
        try:
            while kind != 'end':
                raw, line = file.readline(MAX_LINE + 1), line + 1
                if not raw.endswith(b'\n'):
                    raise Stop('LINE_TOO_LONG' if len(raw) > MAX_LINE else 'BUNDLE_TRUNCATED')
                kind = self.line(line, raw[:-1], kind)
                self.sha256.update(raw)
            line += 1
            if file.read(1):
                raise Stop('LINE_ORDER')
        except Stop as stop:
            if self.is_bundle:
                self.finding(str(stop), line)
            else:
                self.unchecked.append('the file is no bundle')

    def line(self, line, raw, previous):
        try:
            value = read_json(raw)
        except Malformed:
            raise Stop('LINE_NOT_CANONICAL') from None
        kind = value.get('type') if isinstance(value, dict) else None
        if not text(kind) or kind not in ORDER:
            raise Stop('LINE_INVALID')
        self.is_bundle |= line == 1 and kind == 'header' and value.get('format') == 'dxl/evidence/1'
        if line == 1 and not self.is_bundle:
            raise Stop('NO_BUNDLE')
        if not SHAPES[kind](value):
            raise Stop('LINE_INVALID')
        place, last = ORDER.index(kind), ORDER.index(previous) if previous else -1
        if place != line - 1 if line <= 3 else place < 3 or kind == 'confirmation' and previous != 'receipt' or \
                place < last and (previous, kind) != ('confirmation', 'receipt'):
            raise Stop('LINE_ORDER')
        if place > 4 and last < 5:
            self.end_of_logs()
        stop = getattr(self, 'on_' + kind, self.other)(line, value)
        if stop:
            raise Stop(stop)
        return kind

    def on_header(self, _, value):
        self.deployment, self.scope = value['deployment'], value['scope']
        if self.given is not None and self.given != self.deployment:
            self.finding('DEPLOYMENT_MISMATCH', 1)
        self.is_dev = self.deployment['profile'] == 'dev'
        self.not_proved.add('TRUSTED_NODE' if self.is_dev else 'BLOCK_NUMBERS')

    def on_block(self, _, value):
        self.ledger = Ledger(self.deployment, value, self.finding)
        self.on_log, self.block = self.ledger.log, value
        self.ledger.rules = Rules(self.ledger)
        self.ledger.accounts = accounts.Accounts(self.deployment['verifiers'], self.not_proved)
        if self.is_dev and (value['seal'] is not None or self.validators):
            self.finding('FINALITY_NOT_PROVED', 2)

    def on_heads(self, _, value):
        self.heads = {name: (each['seq'], unhex(each['head'])) for name, each in value['contracts'].items()}
        if self.is_dev and value['proofs'] is not None:
            self.finding('HEADS_NOT_PROVED', 3)
        elif not self.is_dev and (not self.validators or self.deployment['profile'] == 'comet'):
            self.unchecked.append('section 9: finality')
        elif not self.is_dev and self.validators.get('block') and self.validators['block'] != {
                'number': self.block['number'], 'hash': self.block['hash']}:
            self.unchecked.append('section 9: the validators are those of another block')
        elif not self.is_dev:
            finality.check(self, self.block, value['proofs'], self.validators)

    def end_of_logs(self):
        self.ledger.end_signatures()
        for name, address in self.deployment['contracts'].items():
            if self.ledger.listings.get(name, name == 'Directory' and unhex(address)) != unhex(address):
                self.finding('DEPLOYMENT_MISMATCH', 1, name)
        for name, head in self.heads.items():
            if self.ledger.heads[name] != head:
                self.finding('HISTORY_INCOMPLETE', 3, name)
        self.ledger.known(self.block['number'], self.block['timestamp'])
        self.receipts = receipts.Receipts(self)

    def other(self, line, value):
        return getattr(self.receipts or self.ledger.accounts, 'on_' + value['type'])(line, value)

    def on_end(self, line, value):
        self.receipts.end(value['exporter'])
        if (value['lines'], unhex(value['sha256'])) != (line - 1, self.sha256.digest()):
            self.finding('BUNDLE_ALTERED', line)
        gateway = self.ledger.gateways.get(unhex(value['exporter']))
        signed = f"dxl/evidence/1\n{value['lines']}\n{value['sha256']}\n".encode()
        if not gateway or gateway.status[-1][1] == 'GatewayEquivocated':
            self.finding('EXPORTER_UNKNOWN', line, value['exporter'])
        elif not ed25519_valid(gateway.publicKey, signed, unhex(value['signature'])):
            self.finding('EXPORT_SIGNATURE', line, value['exporter'])


def verify(bundle, deployment=None, copies=None, validators=None, without_schemas=False):
    verifier = Verifier()
    try:
        given = read_json(Path(deployment).read_bytes(), canonical=False) if deployment else None
        trusted = read_json(Path(validators).read_bytes(), canonical=False) if validators else None
        if trusted is not None and not finality.TRUSTED(trusted):
            raise Malformed('these are no validators')
        verifier = Verifier(given, copies, trusted)
        verifier.without_schemas = without_schemas
        with open(bundle, 'rb') as file:
            verifier.run(file)
    except (OSError, Malformed) as error:
        verifier.unchecked.append(f'cannot be read: {error}')
    return {'verdict': verifier.verdict(), 'findings': verifier.findings, 'moreFindings': verifier.more,
            'counts': verifier.counts, 'notProved': sorted(verifier.not_proved), 'unchecked': verifier.unchecked}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('bundle')
    for option in ('--deployment', '--validators', '--copies'):
        parser.add_argument(option)
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--without-schemas', action='store_true', help='be content with what section 11 compares')
    options = parser.parse_args()
    report = verify(options.bundle, options.deployment, options.copies, options.validators, options.without_schemas)
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        print(report['verdict'])
        for each in report['findings']:
            print(each['code'], 'line', each['line'], each['id'] or '', each['facts'] or '')
        print({name: report[name] for name in ('moreFindings', 'counts', 'notProved', 'unchecked')})
    return {'sound': 0, 'findings': 1, 'cannot-check': 2}[report['verdict']]


if __name__ == '__main__':
    sys.exit(main())
