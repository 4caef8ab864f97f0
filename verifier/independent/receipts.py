"""Checkpoints, receipts, confirmations and copies: sections 7 and 8 of docs/evidence-format.md."""
import base64
import re
from bisect import bisect_right
from pathlib import Path
from types import SimpleNamespace

from accounts import p256_valid
from content import EARLY, LATE, Content
from merkle import Tree, consistent, included
from rules import CHINA, DAY, FOREVER, at, code_fits, current
from wire import H, Malformed, array, ed25519_valid, hexa, hexed, jcs, num, obj, one_of, read_json, text, unhex

MAX_ROWS, SLACK, LONGEST_ANSWER = 100000, 300, 300


def null(shape):
    return lambda value: value is None or shape(value)


def is_salt(value):
    return text(value) and bool(re.fullmatch('[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]', value))


def unsalt(value):
    return base64.urlsafe_b64decode(value + '=')


def together(shape, one, other):
    return lambda value: shape(value) and (value[one] is None) == (value[other] is None)


WORD, BLOCK = hexa(32), obj(number=num, hash=hexa(32))


def matching(pattern):
    return lambda value: text(value) and bool(re.fullmatch(pattern, value))


def is_department(value):
    return text(value) and len(value) == 18 and value.isascii() and code_fits(value.encode())


RECEIPT_ID, CODE, GATEWAY = matching('[0-9A-Za-z_-]{16,80}'), matching('[A-Z][A-Z0-9_]{0,63}'), matching('[!-~]{1,128}')
RECEIPT = obj(
    type=one_of('AccessReceipt'), schema=one_of('dxl/receipt/1'), receiptId=RECEIPT_ID, gateway=GATEWAY,
    grantId=null(WORD), caller=null(is_department), keyId=null(WORD), block=null(BLOCK), requestHash=null(WORD),
    contextHash=null(WORD), decision=CODE, outcome=one_of('DELIVERED', 'ABORTED', 'REFUSED', 'UNKNOWN'),
    status=null(lambda value: num(value) and 100 <= value <= 599), rows=num, bytes=num, contentHash=null(WORD),
    endedBy=null(obj(code=CODE, block=null(BLOCK))), suppressed=num, openedAt=num, closedAt=num,
    usage=null(obj(second=num, day=num, total=num, bytesToday=num)),
    sequence=null(lambda value: num(value) and value > 0), previous=null(WORD))
CONFIRMATION = obj(
    type=one_of('DeliveryConfirmation'), schema=one_of('dxl/confirmation/1'), bytes=num, contentDigest=WORD,
    department=is_department, gateway=GATEWAY, grantId=WORD, keyId=WORD, leaf=WORD, receiptId=RECEIPT_ID,
    receivedAt=num)


def is_receipt(r):
    return RECEIPT(r) and r['openedAt'] <= r['closedAt'] and (
        r['decision'] != 'PERMIT' or None not in map(r.get, (
            'grantId', 'caller', 'keyId', 'block', 'requestHash', 'contextHash'))) and (
        r['decision'] != 'AUDIT' or r['grantId'] is None and not r['rows'] and None not in map(r.get, (
            'caller', 'keyId', 'block'))) and (
        r['decision'] in ('PERMIT', 'AUDIT') or r['outcome'] in ('REFUSED', 'UNKNOWN')) and (
        r['outcome'] != 'DELIVERED' or r['contentHash'] is not None) and (
        r['outcome'] in ('REFUSED', 'ABORTED')) == (r['endedBy'] is not None) and (
        r['outcome'] not in ('REFUSED', 'UNKNOWN') or r['rows'] == r['bytes'] == 0) and (
        r['outcome'] == 'UNKNOWN' or r['status'] is not None)


def can_be_judged(r):
    """Whether a refusal or an end by the rules has what section 10 needs."""
    ended = r['endedBy'] or {'code': None, 'block': None}
    code = ended['code'] if r['decision'] == 'PERMIT' else r['decision']
    return code not in EARLY | LATE | {'NO_GRANT'} or None not in (
        r['grantId'], r['caller'], r['contextHash'], ended['block'])


CONTEXT = obj(caseNumber=null(text), equals=lambda value: isinstance(value, dict) and all(map(text, value.values())),
              fields=array(text), limit=null(num), purpose=text, region=null(text), system=null(text))
SCOPES = {'ledger': {}, 'gateway': {'gateway': WORD}, 'grant': {'grantId': WORD}, 'case': {'caseId': WORD},
          'receipt': {'receiptId': RECEIPT_ID}, 'range': {'gateway': WORD, 'first': num, 'end': num}}


def is_scope(value):
    kind = value.get('kind') if isinstance(value, dict) else None
    return text(kind) and kind in SCOPES and obj(kind=text, **SCOPES[kind])(value) and (
        kind != 'range' or value['first'] < value['end'])


def any_object(value):
    return isinstance(value, dict)


SHAPES = {
    'scope': is_scope,
    'document': together(obj(type=text, hash=WORD, salt=null(is_salt), document=null(any_object)), 'salt', 'document'),
    'checkpoint': obj(type=text, gateway=WORD, note=text, consistency=array(WORD),
                      complete=lambda value: type(value) is bool),
    'receipt': together(obj(
        type=text, index=num, receipt=any_object, context=null(CONTEXT), contextSalt=null(is_salt),
        contentSalt=null(is_salt), proof=null(array(WORD))), 'context', 'contextSalt'),
    'confirmation': obj(type=text, confirmation=any_object, signature=hexa()),
}
NO_USAGE = {'second': 0, 'day': 0, 'total': 0, 'bytesToday': 0}


SIGNATURE_LINE = re.compile('\u2014 ([^\\s+]+) ([A-Za-z0-9+/=]+)')


def unbase64(value):
    found = base64.b64decode(value, validate=True)
    if base64.b64encode(found).decode() != value:
        raise Malformed('base64')
    return found


def read_note(note, origin, key):
    """Size and root of a signed note whose text the gateway signed."""
    body, _, signatures = note.partition('\n\n')
    found = re.fullmatch(re.escape(origin) + '\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)', body)
    lines = signatures.split('\n')
    if not found or lines.pop() or not 1 <= len(lines) <= 100 or len(note.encode()) > 262144 \
            or re.search('[\0-\t\v-\x1f]', note):
        raise Malformed('note')
    signed = [SIGNATURE_LINE.fullmatch(line) for line in lines]
    if not all(signed) or any(len(each[1].encode()) > 255 for each in signed):
        raise Malformed('signatures')
    payloads = [(each[1], unbase64(each[2])) for each in signed]
    stamp = H(origin.encode() + b'\n\1' + key)[:4]
    own = [payload[4:] for name, payload in payloads if name == origin and payload[:4] == stamp]
    if not own or not all(len(payload) > 4 for _, payload in payloads) \
            or not all(ed25519_valid(key, (body + '\n').encode(), each) for each in own):
        raise Malformed('signature')
    size, root = int(found[1]), unbase64(found[2])
    if size >= 2 ** 53 or size == 0 and root != H(b''):
        raise Malformed('head')
    return size, root


def read_copies(folder):
    """Receipts of a counterparty in canonical form, by their gateway and id."""
    copies = {}
    for path in sorted(Path(folder).glob('*.json')) if folder else []:
        value = read_json(path.read_bytes(), canonical=False)
        receipt = value.get('receipt', value) if isinstance(value, dict) else value
        if not is_receipt(receipt):
            raise Malformed(f'{path} holds no receipt')
        copies.setdefault((receipt['gateway'], receipt['receiptId']), []).append(jcs(receipt))
    return copies


def count(window, first, last, amount):
    """The most in one unit and in two neighbours that hold this; what spans more is not counted."""
    if last - first > 1:
        return 0, 0
    window[first, last] = window.get((first, last), 0) + amount
    pairs = [sum(window.get(each, 0) for each in ((n, n), (n, n + 1), (n + 1, n + 1)))
             for n in ([first] if last > first else [first - 1, first])]
    return window[first, last] if first == last else 0, max(pairs)


class Receipts:
    def __init__(self, verifier):
        self.ledger, self.rules, self.scope = verifier.ledger, verifier.ledger.rules, verifier.scope
        self.finding, self.counts, self.not_proved = verifier.finding, verifier.counts, verifier.not_proved
        self.unchecked, self.without_schemas = verifier.unchecked, verifier.without_schemas
        self.content, self.copies = Content(self.ledger, self.finding, self.counts, self.not_proved), read_copies(verifier.copies)
        self.named, self.last_document, self.shown = {h: i for i, h in enumerate(self.ledger.documents)}, -1, 0
        self.listed, self.logs, self.current, self.last, self.seen, self.terms = 0, {}, None, None, set(), {}
        self.last_closed = {}
        self.next_index, self.grant = self.scope.get('first'), self.scope_grant()

    def scope_grant(self):
        """The grant that the scope is about, or None."""
        kind = self.scope['kind']
        if kind == 'case':
            case = self.rules.cases.get(unhex(self.scope['caseId']))
            if not case:
                self.finding('SCOPE_UNKNOWN', None, self.scope['caseId'])
            return hexed(case.a.subject) if case and getattr(case.a, 'subjectKind', 0) == 2 else None
        if kind == 'grant' and unhex(self.scope['grantId']) not in self.rules.grants:
            self.finding('SCOPE_UNKNOWN', None, self.scope['grantId'])
        if kind == 'gateway' and unhex(self.scope['gateway']) not in self.ledger.gateways:
            self.finding('SCOPE_UNKNOWN', None, self.scope['gateway'])
        return self.scope.get('grantId')

    def in_scope(self, receipt, index=None):
        kind = self.scope['kind']
        if kind == 'range':
            return receipt['gateway'] == self.scope['gateway'] and self.scope['first'] <= index < self.scope['end']
        if kind == 'gateway':
            return receipt['gateway'] == self.scope['gateway']
        return kind == 'ledger' or (receipt['receiptId'] == self.scope['receiptId'] if kind == 'receipt' else
                                    self.grant is not None and receipt['grantId'] == self.grant)

    def on_document(self, line, value):
        place = self.named.get(unhex(value['hash']))
        if place is None:
            return self.finding('DOCUMENT_UNKNOWN', line, value['hash'])
        if place <= self.last_document:
            return 'LINE_ORDER'
        self.last_document, self.listed = place, self.listed + 1
        if value['document'] is not None:
            self.shown += 1
            if hexed(H(unsalt(value['salt']) + jcs(value['document']))) != value['hash']:
                self.finding('DOCUMENT_HASH_MISMATCH', line, value['hash'])
            else:
                self.content.document(line, value, unsalt(value['salt']))
        return None

    def on_checkpoint(self, line, value):
        if self.logs and value['gateway'] <= max(self.logs):
            return 'LINE_ORDER'
        gateway, key = self.ledger.gateways.get(unhex(value['gateway'])), value['gateway']
        tree = Tree() if value['complete'] else None
        log = self.logs[key] = SimpleNamespace(gateway=gateway, size=None, tree=tree, line=line)
        if (self.scope['kind'] == 'ledger' or self.scope == {'kind': 'gateway', 'gateway': key}) and not value['complete']:
            self.finding('SCOPE_INCOMPLETE', line, key)
        if not gateway:
            return self.finding('GATEWAY_UNKNOWN', line, key)
        try:
            log.size, log.root = read_note(value['note'], f'dxl/receipts/{key}', gateway.publicKey)
        except (Malformed, ValueError):
            return self.finding('CHECKPOINT_INVALID', line, key)
        if not consistent(*gateway.anchored, log.size, log.root, [unhex(each) for each in value['consistency']]):
            self.finding('ANCHOR_INCONSISTENT', line, key)
        return None

    def on_receipt(self, line, value):
        receipt, index, key = value['receipt'], value['index'], value['receipt'].get('receiptId')
        leaf = H(b'\0' + jcs(receipt))
        self.current = None
        if not is_receipt(receipt) or not can_be_judged(receipt):
            return self.finding('RECEIPT_INVALID', line, key if text(key) else None)
        log = self.logs.get(receipt['gateway'])
        if not log or not log.gateway:
            return self.finding('GATEWAY_UNKNOWN', line, key)
        if value['context'] is None and receipt['contextHash']:
            self.not_proved.add('WITHHELD')
        place = (receipt['gateway'], index)
        if (value['proof'] is None) != (log.tree is not None):
            return 'LINE_INVALID'
        if self.last and place <= self.last:
            return 'LINE_ORDER'
        self.last, self.current = place, SimpleNamespace(receipt=receipt, leaf=leaf, salt=value['contentSalt'])
        if not self.in_scope(receipt, index):
            self.finding('RECEIPT_OUT_OF_SCOPE', line, key)
        elif self.scope['kind'] == 'range':
            if index != self.next_index:
                self.finding('SCOPE_INCOMPLETE', line, key)
            self.next_index = index + 1
        name = (receipt['gateway'], key)
        if self.scope['kind'] == 'receipt' and key == self.scope['receiptId'] or name in self.copies:
            self.seen |= {key, name}
        if any(each != jcs(receipt) for each in self.copies.get(name, [])):
            self.finding('COPY_DIFFERS', line, key)
        if log.size is None:
            pass
        elif log.tree:
            if index != log.tree.size:
                self.finding('SCOPE_INCOMPLETE', line, key)
            log.tree.add(leaf)
        elif not included(
                leaf, index, log.size, [unhex(each) for each in value['proof']], log.root):
            self.finding('RECEIPT_NOT_INCLUDED', line, key)
        context = value['context']
        if context is not None and receipt['contextHash'] != hexed(H(unsalt(value['contextSalt']) + jcs(context))):
            self.finding('CONTEXT_MISMATCH', line, key)
            context = None
        blocks = [each['block'] for each in (receipt, receipt['endedBy']) if each and each['block']]
        last = (self.ledger.block['number'], self.ledger.block['hash'])
        if any(each['number'] > last[0] or each['number'] == last[0] and each['hash'] != last[1] for each in blocks):
            self.finding('RECEIPT_BLOCK_UNKNOWN', line, key)
        if not self.timely(receipt):
            self.finding('RECEIPT_TIME_MISMATCH', line, key)
        self.last_closed[receipt['gateway']] = max(self.last_closed.get(receipt['gateway'], 0), receipt['closedAt'])
        self.not_proved.add('RECEIPT_TIMES')
        state = self.terms.setdefault((receipt['gateway'], receipt['grantId']), SimpleNamespace(
            sequence=None, leaf=None, permits=0, bytes=0, most=None, refused=(0, 0), closed=0,
            windows=[{}, {}, {}]))
        self.sequence(line, receipt, state, hexed(leaf))
        if receipt['usage'] and receipt['decision'].startswith('QUOTA_'):
            calls, size = state.refused
            size = max(size, receipt['usage']['bytesToday'] * (receipt['decision'] == 'QUOTA_DAY'))
            state.refused = max(calls, *map(receipt['usage'].get, ('second', 'day', 'total'))), size
        if receipt['decision'] in ('PERMIT', 'AUDIT'):
            self.parties(line, receipt)
        if receipt['decision'] == 'PERMIT':
            self.permit(line, receipt, context, state)
        self.content.decided(line, receipt, context)
        self.counts['unconfirmed'] += self.confirmable()
        return None

    def times_at(self, block):
        """Times of the last block that is known up to this one, and of the first one behind it."""
        times = self.ledger.times
        place = bisect_right(times, block['number'], key=lambda pair: pair[0]) if block else None
        return (None, None) if block is None else (
            times[place - 1][1] if place else None, times[place][1] if place < len(times) else None)

    def timely(self, receipt):
        opened, closed, ended = receipt['openedAt'], receipt['closedAt'], receipt['endedBy'] or {'block': None}
        decided_at, next_at = self.times_at(receipt['block'])
        ended_at, after_at = self.times_at(ended['block'])
        if decided_at is not None and opened + SLACK < decided_at or ended_at is not None and closed + SLACK < ended_at \
                or closed + SLACK < self.last_closed.get(receipt['gateway'], 0):
            return False
        if next_at is not None and receipt['decision'] in ('PERMIT', 'AUDIT') and opened - SLACK > next_at:
            return False
        limit = closed - LONGEST_ANSWER - SLACK
        return not (next_at is not None and receipt['decision'] == 'PERMIT' and receipt['bytes'] and limit > next_at
                    or after_at is not None and ended['code'] in EARLY | LATE | {'NO_GRANT'} and limit > after_at)

    def sequence(self, line, receipt, state, leaf):
        kind, sequence = self.scope['kind'], receipt['sequence']
        if (receipt['grantId'] is None) != (sequence is None) or \
                (receipt['previous'] is None) != (sequence in (None, 1)):
            self.finding('RECEIPT_SEQUENCE', line, receipt['receiptId'])
        if sequence is None or kind == 'receipt':
            return
        follows = (sequence, receipt['previous']) == (state.sequence + 1, state.leaf) if state.leaf else (
            kind == 'range' or sequence == 1)
        if not follows:
            self.finding('RECEIPT_SEQUENCE', line, receipt['receiptId'])
        state.sequence, state.leaf = sequence, leaf

    def parties(self, line, receipt):
        block, name = receipt['block']['number'], receipt['receiptId']
        key, opened, closed = self.rules.keys.get(unhex(receipt['keyId'])), receipt['openedAt'], receipt['closedAt']
        status = at(self.logs[receipt['gateway']].gateway.status, block)
        if status not in (None, 'active') and (receipt['decision'], status) != ('AUDIT', 'GatewayRetired'):
            self.finding('GATEWAY_NOT_ACTIVE', line, name)
        department = self.ledger.departments.get(receipt['caller'].encode())
        if not (key and department and key.department == receipt['caller'].encode()
                and at(key.revoked, block) == FOREVER and key.notBefore <= closed and key.notAfter >= opened - 60
                and at(department.status, block) == 1):
            self.finding('KEY_NOT_VALID', line, name)

    def permit(self, line, receipt, context, state):
        name, opened, closed = receipt['receiptId'], receipt['openedAt'], receipt['closedAt']
        usage, grant = receipt['usage'] or NO_USAGE, self.rules.grants.get(unhex(receipt['grantId'] or '0x'))
        quota = grant and self.content.quota(grant)
        limits = [MAX_ROWS] + ([context['limit']] if context and context['limit'] is not None else []) + (
            [quota['maxRowsPerCall']] if quota else [])
        if receipt['rows'] > min(limits) or quota and receipt['bytes'] > quota['maxBytesPerDay'] - usage['bytesToday'] \
                or grant and receipt['bytes'] and closed > grant.a.notAfter + 60:
            self.finding('TERMS_EXCEEDED', line, name)
        state.permits, state.bytes = state.permits + 1, state.bytes + receipt['bytes']
        first, last = (opened - 60 + CHINA) // DAY, (closed + 60 + CHINA) // DAY
        calls, size, seconds = state.windows
        most = [count(calls, first, last, 1), count(size, first, last, receipt['bytes']), (0, 0)]
        if closed + SLACK >= state.closed:
            most[2] = count(seconds, opened, closed, 1)
        state.closed = max(state.closed, closed)
        if quota:
            limits = [(n, 2 * n) for n in (quota['perDay'], quota['maxBytesPerDay'])] + [
                (2 * quota['perSecond'], 3 * quota['perSecond'])]
            if state.permits > quota['total'] or any(
                    one > alone or two > both for (one, two), (alone, both) in zip(most, limits)):
                self.finding('QUOTA_EXCEEDED', line, name)
        if not receipt['usage']:
            return
        if state.most and opened > state.most[1] + 2 and usage['total'] <= state.most[0]:
            self.finding('USAGE_FALLS', line, name)
        if not state.most or usage['total'] > state.most[0]:
            state.most = (usage['total'], closed)

    def confirmable(self):
        return self.current.receipt['outcome'] == 'DELIVERED' and self.current.salt is not None

    def on_confirmation(self, line, value):
        said, shown = value['confirmation'], self.current
        if not shown:
            return
        receipt, name = shown.receipt, shown.receipt['receiptId']
        if not CONFIRMATION(said):
            self.finding('CONFIRMATION_INVALID', line, name)
            return
        key = self.rules.keys.get(unhex(said['keyId']))
        signed, signature = b'dxl/confirmation/1\n' + jcs(said), unhex(value['signature'])
        if not (key and key.department == said['department'].encode() and current(key.revoked) > said['receivedAt']
                and key.notBefore <= said['receivedAt'] <= key.notAfter and (
                    ed25519_valid(key.publicKey, signed, signature) if key.algorithm == 1 else
                    p256_valid(key.publicKey, H(signed), signature))):
            self.finding('CONFIRMATION_INVALID', line, name)
        elif any(said[each] != receipt[each] for each in ('gateway', 'receiptId', 'grantId', 'bytes')) \
                or said['receivedAt'] + SLACK < receipt['openedAt'] or said['leaf'] != hexed(shown.leaf) or said['department'] != receipt['caller'] or shown.salt and \
                receipt['contentHash'] != hexed(H(unsalt(shown.salt) + unhex(said['contentDigest']))):
            self.finding('CONFIRMATION_MISMATCH', line, name)
        else:
            self.counts['unconfirmed'] -= self.confirmable()

    def end(self, exporter):
        self.counts['withheldDocuments'] = self.listed - self.shown
        self.not_proved |= {'WITHHELD'} if self.counts['withheldDocuments'] else set()
        if any(each.refused[0] > each.permits or each.refused[1] > each.bytes for each in self.terms.values()):
            self.not_proved.add('USAGE')
        self.not_proved |= {'LATER_VERSIONS'} if self.rules.later else set()
        for key, log in self.logs.items():
            if log.tree and log.size is not None and (log.size, log.root) != (log.tree.size, log.tree.root()):
                self.finding('SCOPE_INCOMPLETE' if log.tree.size < log.size else 'RECEIPT_NOT_INCLUDED', log.line, key)
        kind = self.scope['kind']
        if self.shown and not self.without_schemas:
            self.unchecked.append('section 11: the schemas of documents')
        left_out = [hexed(key) for key, gateway in self.ledger.gateways.items()
                    if gateway.anchored[0] and hexed(key) not in self.logs]
        if kind == 'ledger':
            for key in left_out:
                self.finding('SCOPE_INCOMPLETE', None, key)
        elif left_out and (kind == 'gateway' or self.grant):
            self.not_proved.add('OTHER_LOGS')
        if kind in ('ledger', 'gateway') and len(self.named) > self.listed:
            self.finding('SCOPE_INCOMPLETE', None, None, documents=len(self.named) - self.listed)
        if kind == 'gateway' and self.scope['gateway'] not in self.logs:
            self.finding('SCOPE_INCOMPLETE', None, self.scope['gateway'])
        if kind == 'receipt' and self.scope['receiptId'] not in self.seen \
                or kind == 'range' and self.next_index != self.scope['end']:
            self.finding('SCOPE_INCOMPLETE', None, self.scope.get('receiptId'))
        for name, copies in self.copies.items():
            copy = read_json(copies[0])
            known = copy['gateway'] in map(hexed, self.ledger.gateways) and (
                kind not in ('grant', 'case') or copy['gateway'] in (exporter, *self.logs))
            if name not in self.seen and kind != 'range' and known and self.in_scope(copy):
                self.finding('COPY_MISSING', None, name[1])
