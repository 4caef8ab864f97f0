"""The ledger, replayed from its logs: sections 3 to 5 of docs/evidence-format.md. Its tables are read from the page."""
import re
from pathlib import Path
from types import SimpleNamespace

from wire import K, Malformed, decode, encode, from_word, signer_of, to_word, unhex, w

PAGE = Path(__file__).resolve().parents[2] / 'docs' / 'evidence-format.md'
CONTRACTS = ('Directory', 'DepartmentRegistry', 'WorkingDayCalendar', 'ResourceCatalog', 'ShareLedger', 'CaseBook',
             'ReceiptLog')


def members(text):
    return [tuple(each.split()) for each in text.strip('` ').split(',') if each]


def rows(page, heading):
    """The rows of the table whose heading row begins so."""
    table = page[page.index(heading):].split('\n\n')[0].split('\n')[2:]
    return [[cell.strip() for cell in row.strip('|').split('|')] for row in table]


def read_events(page):
    """Events by topic 0. A type is a name, or a list of types for a struct."""
    structs, events = {name: text.strip('`') for name, text in rows(page, '| Struct |')}, {}
    for contract, name, topics, front, act, behind, signed, by in rows(page, '| Contract | Event |'):
        struct, behind = members(structs.get(act, '')), members(behind)
        arguments = members(topics) + members(front) + [([kind for kind, _ in struct], 'act')] * bool(act) + behind
        kinds = [kind for kind, _ in arguments] + ['uint64']
        text = ','.join(f"({','.join(kind)})" if isinstance(kind, list) else kind for kind in kinds)
        events[K(f'{name}({text},uint64,bytes32)'.encode())] = SimpleNamespace(
            contract=contract, name=name, topics=members(topics), struct=struct, kinds=kinds,
            named=[each for _, each in arguments], due=behind[0][1] if behind else None,
            by=re.findall(r'(\w+) of (\w+)', by), suspended_too='*' in by, step=act in ('Step', 'JointStep'),
            type_hash=K(f'{signed}({structs.get(act)})'.encode()))
    return events


EVENTS = read_events(PAGE.read_text(encoding='utf-8'))
ACT_SIGNED = K(b'ActSigned(uint64,bytes32,bytes,bytes)')
HEAD_ANCHORED = K(b'HeadAnchored(bytes32,uint64,bytes32,uint64)')
TREE_HEAD = K(b'TreeHead(bytes32 gateway,uint64 size,bytes32 root)')
DOMAIN = K(b'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)')


class Illegal(Exception):
    """A rule of section 6 is broken."""


class Ledger:
    def __init__(self, deployment, block, finding):
        self.block, self.finding, self.rules, self.start = block, finding, None, deployment['startBlock']
        self.domains = {name: K(DOMAIN + K(name.encode()) + K(b'1') + w(deployment['chainId']) + to_word(
            'address', unhex(address))) for name, address in deployment['contracts'].items()}
        self.accounts, self.heads = None, {name: (0, bytes(32)) for name in CONTRACTS}
        self.times = []
        self.last, self.pending, self.owner, self.owner_line, self.line = (0, 0), [], None, None, None
        self.departments, self.gateways, self.nonces, self.documents, self.listings = {}, {}, {}, {}, {}

    def log(self, line, value):
        self.line, contract = line, value['contract']
        topics, data = [unhex(each) for each in value['topics']], unhex(value['data'])
        kind = EVENTS.get(topics[0])
        try:
            if topics[0] == ACT_SIGNED and contract != 'Directory':
                seq, digest = self.words(['uint64', 'bytes32'], topics)
                return self.signature((contract, value['block'], seq), digest, *decode(['bytes', 'bytes'], data))
            if topics[0] == HEAD_ANCHORED and contract == 'ReceiptLog':
                (size, root, now), gateway = decode(['uint64', 'bytes32', 'uint64'], data), self.words(['bytes32'], topics)
                self.end_signatures()
                self.order(value['block'], now)
                return self.rules.anchor(*gateway, size, root)
            if kind is None or kind.contract != contract:
                return self.finding('LOG_UNKNOWN', line)
            count = len(kind.topics)
            values = self.words(kind.kinds[:count], topics) + decode(kind.kinds[count:] + ['uint64', 'bytes32'], data)
        except Malformed as error:
            return self.finding('LOG_MALFORMED', line, reason=str(error))
        self.end_signatures()
        *args, now, seq, head = values
        t = dict(zip(kind.named, args))
        act = t.pop('act', [])
        e = SimpleNamespace(
            kind=kind, name=kind.name, line=line, block=value['block'], t=t, now=now, seq=seq, due=t.get(kind.due, 0),
            a=SimpleNamespace(**dict(zip([name for _, name in kind.struct], act))))
        self.order(e.block, now)
        last, previous = self.heads[contract]
        if seq != last + 1:
            self.finding('HISTORY_GAP', line, contract, seq=seq)
        elif head != K(previous + w(seq) + K(encode(['bytes32'] + kind.kinds, topics[:1] + values[:-2]))):
            self.finding('HISTORY_HEAD_MISMATCH', line, contract, seq=seq)
        self.heads[contract] = (seq, head)
        return self.entry(e, act)

    @staticmethod
    def words(kinds, topics):
        if len(topics) != 1 + len(kinds):
            raise Malformed('topics')
        return [from_word(kind, topic) for kind, topic in zip(kinds, topics[1:])]

    def order(self, block, now):
        last_block, last_now = self.last
        if not (max(last_block, self.start) <= block <= self.block['number'] and last_now <= now
                <= self.block['timestamp'] and (block != last_block or now == last_now)):
            self.finding('LOG_ORDER', self.line)
        else:
            self.known(block, now)
        self.last = (max(block, last_block), max(now, last_now))

    def known(self, block, now):
        if not self.times or self.times[-1][0] != block:
            self.times.append((block, now))

    def digest(self, contract, type_hash, kinds, values):
        words = [K(value) if kind == 'bytes' else to_word(kind, value) for kind, value in zip(kinds, values)]
        return K(b'\x19\x01' + self.domains[contract] + K(type_hash + b''.join(words)))

    def signature(self, place, digest, signer, signature):
        if not self.pending or place != self.owner:
            return self.finding('SIGNATURE_UNEXPECTED', self.line)
        expected, account, compact = self.pending.pop(0)
        if digest != expected or signer != account:
            return self.finding('DIGEST_MISMATCH' if digest != expected else 'SIGNER_MISMATCH', self.line)
        fits = signer_of(digest, signature) == signer if compact else self.accounts.valid(signer, digest, signature)
        if fits is None:
            self.accounts.not_proved.add('SIGNATURES')
        return self.finding('SIGNATURE_INVALID', self.line) if fits is False else None

    def end_signatures(self):
        if self.pending:
            self.finding('SIGNATURE_MISSING', self.owner_line)
        self.pending = []

    def entry(self, e, values):
        a, t, kind = e.a, e.t, e.kind
        by = [] if e.name == 'DepartmentRegistered' and a.kind in (2, 4) else kind.by
        digest = self.digest(kind.contract, kind.type_hash, [each for each, _ in kind.struct], values) if by else None
        signers = [self.departments.get(getattr(a, member)) for _, member in by]
        self.owner, self.owner_line = (kind.contract, e.block, e.seq), e.line
        self.pending = [(digest, signer and getattr(signer, role), False) for (role, _), signer in zip(by, signers)]
        if e.name == 'GatewayEquivocated':
            account = getattr(self.gateways.get(t['gateway']), 'account', None)
            self.pending = [(self.digest('ReceiptLog', TREE_HEAD, ['bytes32', 'uint64', 'bytes32'], [
                t['gateway'], t['size'], root]), account, True) for root in (t['root'], t['otherRoot'])]
        if any(getattr(a, name, t[name]) != t[name] for _, name in kind.topics) or \
                not self.rules.ids_follow(e, digest):
            self.finding('ID_MISMATCH', e.line)
            return
        try:
            for signer in signers:
                if not signer or signer.status[-1][1] != 1 and not (signer is signers[0] and kind.suspended_too):
                    raise Illegal('ACTIVE')
            if by:
                key = (kind.contract, getattr(a, by[0][1]), a.nonce >> 64)
                if e.now > a.expiresAt:
                    self.finding('ACT_EXPIRED', e.line)
                if a.nonce % 2 ** 64 != self.nonces.get(key, 0):
                    self.finding('NONCE_USED', e.line)
                else:
                    self.nonces[key] = a.nonce % 2 ** 64 + 1
            self.rules.check(e)
            self.apply(e)
            if hasattr(a, 'documentHash') and e.name != 'ResourcePublished':
                self.documents.setdefault(a.documentHash, []).append(e)
        except (Illegal, KeyError) as error:
            self.finding('TRANSITION_ILLEGAL', e.line, rule=str(error) if isinstance(error, Illegal) else 'UNKNOWN')

    def apply(self, e):
        """What an entry changes; whether a contract would have recorded it is for section 6 to say."""
        a, t = e.a, e.t
        match e.name:
            case 'DepartmentRegistered':
                self.departments[a.department] = SimpleNamespace(**vars(a), status=[(e.block, 1)])
            case 'DepartmentAccountsChanged' | 'DepartmentAccountsRestored':
                vars(self.departments[a.department]).update(maker=a.maker, office=a.office, head=a.head)
            case 'DepartmentStatusChanged' | 'DepartmentStatusGoverned':
                self.departments[a.department].status.append((e.block, a.status))
            case 'GatewayRegistered':
                self.gateways[t['gateway']] = SimpleNamespace(
                    **vars(a), status=[(e.block, 'active')], anchored=(0, None))
            case 'GatewayRetired' | 'GatewayEquivocated':
                self.gateways[t['gateway']].status.append((e.block, e.name))
            case _:
                self.rules.apply(e)
