"""Section 6 of docs/evidence-format.md: whether a contract would have recorded an entry."""
from bisect import bisect_right
from datetime import date
from types import SimpleNamespace

from ledger import CONTRACTS, Illegal
from wire import K, encode, hexed, to_word, w

FOREVER, DAY, CHINA = 2 ** 64, 86400, 28800
LIVE = ('issued', 'delivered', 'active', 'suspended')
STATUS = {
    'SupplementAsked': 'supplementing', 'RequestResubmitted': 'submitted', 'RequestWithdrawn': 'withdrawn',
    'RequestReopened': 'submitted', 'AnswerExtended': 'submitted', 'GrantDelivered': 'delivered',
    'GrantActivated': 'active', 'GrantSuspended': 'suspended', 'SuspensionFollowedUp': 'suspended',
    'GrantResumed': 'active', 'GrantTerminated': 'terminated', 'GrantForfeited': 'terminated',
    'GrantReleased': 'released', 'DisposalCertified': 'disposal certified', 'GrantClosed': 'closed',
    'CorrectionVerifying': 'verifying', 'CorrectionMade': 'corrected', 'CorrectionUpheld': 'upheld',
    'CorrectionFedBack': 'fed back', 'CorrectionClosed': 'closed', 'CoordinationApplied': 'applied',
    'DisputeCoordinated': 'coordinating', 'DisputeSettled': 'settled', 'DisputeEscalated': 'escalated',
    'DisputeDecided': 'decided', 'DisputeExecuted': 'executed',
}
GRANT_STEPS = {
    'GrantDelivered': ('issued', 'provider'), 'GrantActivated': ('delivered', 'requester'),
    'GrantSuspended': ('active', 'provider over regulator'), 'SuspensionFollowedUp': ('suspended', 'suspender'),
    'GrantResumed': ('suspended', 'suspender over freed'),
    'GrantTerminated': ('issued,delivered,active,suspended', 'provider'), 'GrantForfeited': ('suspended', 'over'),
    'GrantReleased': ('issued,delivered,active', 'requester'),
    'DisposalCertified': ('terminated,released', 'requester'),
    'GrantClosed': ('disposal certified', 'provider'),
}
REQUEST_STEPS = {
    'SupplementAsked': ('submitted', 'provider'), 'RequestResubmitted': ('supplementing', 'requester'),
    'AnswerExtended': ('submitted', 'provider'), 'RequestReopened': ('refused', 'requester'),
    'RequestWithdrawn': ('submitted,supplementing', 'requester'),
}
CASE_STEPS = {
    'CorrectionVerifying': ('filed', 'respondent'), 'CorrectionMade': ('verifying', 'respondent'),
    'CorrectionUpheld': ('verifying', 'respondent'), 'CorrectionFedBack': ('corrected,upheld', 'respondent'),
    'CorrectionClosed': ('fed back', 'claimant'), 'CoordinationApplied': ('negotiating', 'side'),
    'DisputeCoordinated': ('applied', 'coordinator'), 'DisputeSettled': ('coordinating', 'handler'),
    'DisputeEscalated': ('coordinating', 'side'), 'DisputeDecided': ('escalated', 'government'),
    'DisputeExecuted': ('settled,decided', 'side'),
}


def need(holds, rule):
    if not holds:
        raise Illegal(rule)


def current(past):
    """The last value of a list of pairs of block and value."""
    return past[-1][1]


def at(past, block):
    """The value that it had after a block, or None."""
    place = bisect_right(past, block, key=lambda pair: pair[0])
    return past[place - 1][1] if place else None


def word(code):
    return code.rstrip(b'\0').decode('ascii', 'replace')


def has_document(a):
    need(a.hashAlgorithm == 1 and any(a.documentHash), 'DOCUMENT')


def has_window(a, now):
    need(a.notBefore < a.notAfter and now < a.notAfter, 'WINDOW')


def has_prefix(value):
    digits = value.rstrip(b'\0')
    need(not digits or digits.isdigit(), 'REGION')


def accounts_fit(a):
    accounts = (a.maker, a.office, a.head)
    need(all(20 <= len(each) <= 1024 and any(each[:20]) for each in accounts) and len(set(accounts)) == 3, 'ACCOUNTS')


def code_fits(department):
    values = ['0123456789ABCDEFGHJKLMNPQRTUWXY'.find(chr(each)) for each in department]
    total = sum(value * 3 ** place for place, value in enumerate(values[:17])) + values[17]
    return min(values) >= 0 and total % 31 == 0


def grant_id(request, a):
    return K(request + w(a.fields) + w(a.notBefore) + w(a.notAfter) + a.documentHash + w(a.hashAlgorithm))


class Rules:
    def __init__(self, ledger):
        self.ledger, self.addresses, self.calendar, self.sources = ledger, set(), {}, {}
        self.departments, self.gateways, self.listed, self.later = ledger.departments, ledger.gateways, {}, False
        self.keys, self.resources, self.requests, self.grants, self.cases = {}, {}, {}, {}, {}

    def check(self, e):
        """Raises `Illegal` for the first rule that is broken. What only rules look at is remembered here too."""
        if e.kind.step:
            need(any(e.a.reasonCode), 'REASON')
            has_document(e.a)
            need(not e.a.dueAt or e.name in ('UpdateExtended', 'AnswerExtended', 'GrantSuspended'), 'DUE')
        rule = self.grant_step if e.name in GRANT_STEPS else self.request_step if e.name in REQUEST_STEPS else \
            self.case_step if e.name in CASE_STEPS else getattr(self, 'on_' + e.name)
        need((rule(e, e.a) or 0) == e.due, 'DUE')

    def anchor(self, key, size, root):
        gateway = self.gateways.get(key)
        if not gateway or current(gateway.status) != 'active' or not gateway.anchored[0] < size < 2 ** 40:
            self.ledger.finding('ANCHOR_ILLEGAL', self.ledger.line, hexed(key))
        else:
            gateway.anchored = (size, root)

    def ids_follow(self, e, digest):
        a, first = e.a, e.t[e.kind.topics[0][1]]
        if e.kind.step or e.name in ('ShareRequested', 'CorrectionFiled', 'DisputeOpened'):
            return first == (a.subject if e.kind.step else digest)
        if e.name == 'AccessKeyRegistered':
            return first == K(encode(['bytes18', 'uint8', 'bytes'], [a.department, a.algorithm, a.publicKey]))
        if e.name == 'ResourceSubmitted':
            return first == K(to_word('bytes18', a.provider) + a.codeHash)
        if e.name == 'GatewayRegistered':
            return first == K(w(1) + w(64) + w(32) + a.publicKey)
        if e.name == 'GrantIssued':
            q = self.requests.get(a.requestId)
            return first == grant_id(a.requestId, a) and (
                not q or (q.a.requester, q.a.resourceId, q.a.resourceVersion) == (
                    e.t['requester'], e.t['resourceId'], e.t['resourceVersion']))
        if e.name == 'GrantChanged':
            old = self.grants.get(a.grantId)
            return first == grant_id(e.t['requestId'], a) and (not old or old.request == e.t['requestId'])
        return True

    def apply(self, e):
        """What an entry changes in what other sections look at."""
        a, t, now = e.a, e.t, lambda value: [(e.block, value)]
        match e.name:
            case 'ContractListed':
                self.listed[t['name']] = t['version']
                self.later |= t['version'] > 1 and word(t['name']) in CONTRACTS
                self.ledger.listings.setdefault(word(t['name']), t['account'])
            case 'AccessKeyRegistered':
                self.keys[t['keyId']] = SimpleNamespace(**vars(a), revoked=now(FOREVER))
            case 'AccessKeyRevoked':
                self.keys[a.keyId].revoked.append((e.block, e.now))
            case 'ResourceSubmitted':
                r = self.resources.setdefault(t['resourceId'], SimpleNamespace(
                    provider=a.provider, versions={}, published=now(0), restraint=now(''), live=set(), end=0))
                r.versions[a.version], r.due, r.extended = SimpleNamespace(state='submitted', a=a), 0, False
            case 'ResourcePublished' | 'ResourceReturned':
                r = self.resources[a.subject]
                r.versions[current(r.published) + 1].state = e.name
                if e.name == 'ResourcePublished':
                    r.published.append((e.block, current(r.published) + 1))
            case 'ResourceFrozen' | 'ResourceUnfrozen' | 'ResourceRetired':
                self.resources[a.subject].restraint.append((e.block, e.name.replace('ResourceUnfrozen', '')))
            case 'ShareRequested':
                self.requests[t['requestId']] = SimpleNamespace(
                    a=a, provider=self.resources[a.resourceId].provider, status=now('submitted'), due=e.due,
                    latest=self.after(e.due - 1, 10), asked=False, reopener=None, reopened=None)
            case 'ShareRefused':
                self.requests[a.requestId].status.append((e.block, 'refused'))
            case 'GrantIssued' | 'GrantChanged':
                old, request = self.grants.get(getattr(a, 'grantId', None)), t.get('requestId') or a.requestId
                q = self.requests[request]
                (old or q).status.append((e.block, 'changed' if old else 'agreed'))
                r, key = self.resources[q.a.resourceId], t['newGrantId' if old else 'grantId']
                r.live.discard(getattr(a, 'grantId', None))
                r.live.add(key)
                r.end = max(r.end, a.notAfter)
                self.grants[key] = SimpleNamespace(
                    request=request, requester=q.a.requester, provider=q.provider, resource=q.a.resourceId, a=a, q=q,
                    version=q.a.resourceVersion, days=old.days if old else a.disposalDays,
                    status=now('active' if old else 'issued'), suspender=None)
            case 'CorrectionFiled' | 'DisputeOpened':
                other = a.respondent if e.name == 'DisputeOpened' else self.resources[a.resourceId].provider
                self.cases[t['caseId']] = SimpleNamespace(
                    sides=(t.get('claimant') or a.requester, other), due=e.due, handler=None, a=a,
                    status=now('negotiating' if e.name == 'DisputeOpened' else 'filed'))
            case name if name in STATUS:
                things = {'requestId': self.requests, 'grantId': self.grants, 'caseId': self.cases}
                thing = things[e.kind.topics[0][1]][a.subject]
                thing.status.append((e.block, STATUS[name]))
                if e.kind.topics[0][1] == 'grantId' and STATUS[name] not in LIVE:
                    self.resources[thing.resource].live.discard(a.subject)

    def kind(self, department):
        found = self.departments.get(department)
        return found.kind if found else 0

    def is_business(self, department):
        return self.kind(department) in (1, 2)

    def government(self, department):
        departments = self.departments
        while department in departments and self.kind(department) != 4:
            department = departments[department].superior
        return department if department in departments else None

    def governments(self, department):
        found = self.government(department)
        while found:
            yield found
            found = self.government(self.departments[found].superior)

    def common(self, one, other):
        others = set(self.governments(other))
        return next((each for each in self.governments(one) if each in others), None)

    def level(self, authority, other):
        return self.kind(authority) == 2 and self.government(authority) == self.government(other)

    def consents(self, authority, other):
        need(self.level(authority, other) and authority != other, 'LEVEL')

    def oversees(self, authority, department):
        own = self.government(authority)
        need(own in self.governments(department) if own else not self.government(department), 'OVERSIGHT')

    def after(self, time, count):
        day = (time + CHINA) // DAY
        while count:
            day += 1
            need(day + 719163 <= date.max.toordinal(), 'CALENDAR')
            of_year = date.fromordinal(day + 719163).timetuple()
            need(of_year.tm_year in self.calendar, 'CALENDAR')
            count -= self.calendar[of_year.tm_year] >> of_year.tm_yday - 1 & 1
        return (day + 1) * DAY - CHINA

    # Directory, registry, calendar, log of receipts

    def on_ContractListed(self, e, _):
        name, account = e.t['name'], e.t['account']
        need(e.t['version'] == self.listed.get(name, 0) + 1 and account not in self.addresses, 'LISTED')
        self.addresses.add(account)

    def on_DepartmentRegistered(self, _, a):
        need(a.department not in self.departments, 'KNOWN')
        need(code_fits(a.department), 'CODE')
        need(not any(a.superior) or a.superior in self.departments, 'UNKNOWN')
        need(a.region.isdigit(), 'REGION')
        accounts_fit(a)
        if a.kind not in (2, 4):
            need(a.kind in (1, 3, 5) and self.kind(a.authority) == 2, 'KIND')
            self.oversees(a.authority, a.superior)

    def on_DepartmentAccountsChanged(self, _, a):
        need(a.department in self.departments, 'UNKNOWN')
        accounts_fit(a)

    on_DepartmentAccountsRestored = on_DepartmentAccountsChanged

    def on_DepartmentStatusChanged(self, e, a):
        need(self.kind(a.authority) == 2 and self.kind(a.department) in (1, 5), 'KIND')
        self.oversees(a.authority, a.department)
        self.on_DepartmentStatusGoverned(e, a)

    def on_DepartmentStatusGoverned(self, _, a):
        need(a.department in self.departments, 'UNKNOWN')
        need(a.status in (1, 2) and a.status != current(self.departments[a.department].status), 'STATUS')

    def on_AccessKeyRegistered(self, e, a):
        need((a.algorithm, len(a.publicKey)) in ((1, 32), (2, 64)), 'KEY')
        has_window(a, e.now)
        need(e.t['keyId'] not in self.keys, 'KNOWN')

    def on_AccessKeyRevoked(self, _, a):
        key = self.keys.get(a.keyId)
        need(key and key.department == a.department and current(key.revoked) == FOREVER, 'STATUS')

    def on_CalendarYearSet(self, _, a):
        need(self.kind(a.authority) == 2, 'KIND')
        need(2000 <= a.year < 2200 and a.year not in self.calendar, 'KNOWN')
        days = a.earlyDays | a.lateDays << 256
        need(200 <= days.bit_count() <= 300 and days >> date(a.year, 12, 31).timetuple().tm_yday == 0, 'DAYS')
        need(a.hashAlgorithm == 1 and any(a.noticeHash), 'DOCUMENT')
        self.calendar[a.year] = days

    def on_GatewayRegistered(self, e, a):
        need(any(a.publicKey) and any(a.account), 'ACCOUNTS')
        need(e.t['gateway'] not in self.gateways, 'KNOWN')

    def on_GatewayRetired(self, _, a):
        gateway = self.gateways.get(a.gateway)
        need(gateway and current(gateway.status) == 'active', 'STATUS')
        need(gateway.operator == a.operator, 'ENTITLED')

    def on_GatewayEquivocated(self, e, _):
        gateway = self.gateways.get(e.t['gateway'])
        need(gateway and current(gateway.status) in ('active', 'GatewayRetired'), 'STATUS')
        need(e.t['root'] != e.t['otherRoot'], 'ROOT')

    # Resources

    def open(self, resource_id):
        r = self.resources.get(resource_id)
        need(r and current(r.published), 'UNKNOWN')
        need(current(r.restraint) != 'ResourceRetired', 'STATUS')
        return r

    def shareable(self, resource_id):
        r = self.resources.get(resource_id)
        need(r and current(r.published) and current(r.restraint) == '', 'STATUS')
        need(r.versions[current(r.published)].a.shareClass != 3, 'CLASS')
        return r

    def source(self, source_id, other=None):
        r = self.resources.get(source_id)
        need(source_id != other and r and current(r.published), 'SOURCE')
        need(not any(r.versions[current(r.published)].a.derivedFrom), 'SOURCE')

    def on_ResourceSubmitted(self, e, a):
        share, r = a.shareClass, self.resources.get(e.t['resourceId'])
        need(self.is_business(a.provider), 'KIND')
        need(share in (1, 2, 3) and any(a.conditionsHash) == (share == 2) and any(a.denyBasisHash) == (share == 3)
             and a.denyInstrument in ((1, 2, 3) if share == 3 else (0,)), 'CLASS')
        need(a.lawClass in (1, 2) and a.level in (1, 2, 3, 4), 'ENTRY')
        need(0 < a.fieldCount <= 256 and any(a.secrecyHash), 'ENTRY')
        has_document(a)
        need(not r or current(r.restraint) != 'ResourceRetired', 'STATUS')
        need(a.version == (current(r.published) if r else 0) + 1, 'VERSION')
        if any(a.derivedFrom):
            self.source(a.derivedFrom, e.t['resourceId'])
        old = r and r.versions.get(a.version)
        need(not old or old.state == 'ResourceReturned', 'STATUS')
        need(not old or old.a.documentHash != a.documentHash, 'UNCHANGED')
        return self.after(e.now, 2) if a.version > 1 else 0

    def on_ResourcePublished(self, e, a):
        r = self.resources.get(a.subject)
        new = r and r.versions.get(current(r.published) + 1)
        need(new and new.state == 'submitted' and current(r.restraint) != 'ResourceRetired', 'STATUS')
        need(self.level(a.department, r.provider), 'LEVEL')
        if e.name == 'ResourcePublished':
            need(a.documentHash == new.a.documentHash, 'DOCUMENT')
            if any(new.a.derivedFrom):
                self.source(new.a.derivedFrom, a.subject)

    on_ResourceReturned = on_ResourcePublished

    def on_UpdateRequired(self, e, a):
        r = self.open(a.subject)
        need(a.department == r.provider or self.level(a.department, r.provider), 'ENTITLED')
        new = r.versions.get(current(r.published) + 1)
        need(not r.due and not (new and new.state == 'submitted'), 'STATUS')
        due = self.after(e.now, 10)
        need(e.due == due, 'DUE')
        r.due = due
        return due

    def on_UpdateExtended(self, e, a):
        r = self.open(a.subject)
        self.consents(a.department, r.provider)
        need(not r.extended and e.now < r.due, 'CLOCK')
        need(a.dueAt == e.due and r.due < e.due <= self.after(r.due - 1, 5), 'DUE')
        r.due, r.extended = e.due, True
        return e.due

    def on_ResourceFrozen(self, _, a):
        r = self.resources.get(a.subject)
        need(r and current(r.published), 'UNKNOWN')
        by_provider = a.department == r.provider and word(a.reasonCode) == 'SECURITY'
        need(by_provider or self.level(a.department, r.provider), 'ENTITLED')
        need(current(r.restraint) == '', 'STATUS')

    def on_ResourceUnfrozen(self, _, a):
        r = self.resources.get(a.subject)
        need(r and current(r.restraint) == 'ResourceFrozen', 'STATUS')
        self.consents(a.department, r.provider)

    def on_ResourceRetired(self, e, a):
        r = self.open(a.subject)
        need(a.department == r.provider, 'ENTITLED')
        self.consents(a.authority, r.provider)
        need(self.later or not r.live or e.now > r.end, 'GRANTS_OPEN')

    def on_SourceDesignated(self, _, a):
        has_document(a)
        r = self.open(a.resourceId)
        need(self.level(a.authority, r.provider), 'LEVEL')
        self.source(a.resourceId)
        key = (self.government(a.authority), a.element)
        need(self.sources.get(key, bytes(32)) == a.replaces != a.resourceId, 'SOURCE')
        self.sources[key] = a.resourceId

    # Requests

    def asked_version(self, q):
        return self.resources[q.a.resourceId].versions[q.a.resourceVersion].a

    def clock(self, q, e):
        due = self.after(e.now, 1 if self.asked_version(q).shareClass == 1 else 10)
        need(e.due == due, 'DUE')
        q.due, q.latest = due, self.after(due - 1, 10)
        return due

    def on_ShareRequested(self, e, a):
        need(self.is_business(a.requester), 'KIND')
        r = self.shareable(a.resourceId)
        need(r.provider != a.requester, 'ENTITLED')
        need(a.resourceVersion == current(r.published), 'VERSION')
        need(e.t['requestId'] not in self.requests, 'KNOWN')
        need(1 <= a.kind <= 5, 'KIND')
        prior, version = self.grants.get(a.priorGrantId), r.versions[current(r.published)].a
        need(not any(a.priorGrantId) if a.kind in (1, 5) else prior and (prior.requester, prior.resource) == (
            a.requester, a.resourceId), 'PRIOR')
        need(0 < a.fields < 2 ** version.fieldCount, 'FIELDS')
        has_prefix(a.regionPrefix)
        has_window(a, e.now)
        has_document(a)
        if a.kind == 5:
            own, region = self.government(r.provider), self.departments[a.requester].region
            need(own and own != self.government(a.requester) and own == self.common(r.provider, a.requester), 'REFLOW')
            need(a.regionPrefix.startswith(region.removesuffix(b'00').removesuffix(b'00')), 'REFLOW')
        due = self.after(e.now, 1 if version.shareClass == 1 else 10)
        self.after(due - 1, 10)
        return due

    def request_step(self, e, a):
        q, (before, by) = self.requests.get(a.subject), REQUEST_STEPS[e.name]
        need(q, 'UNKNOWN')
        need(current(q.status) in before.split(','), 'STATUS')
        need(a.department == (q.provider if by == 'provider' else q.a.requester), 'ENTITLED')
        if e.name == 'SupplementAsked':
            need(not q.asked and e.now < q.due, 'CLOCK')
            need(e.due == 0, 'DUE')
            q.asked = True
        elif e.name == 'AnswerExtended':
            self.consents(a.authority, q.provider)
            need(e.now < q.due and a.dueAt == e.due and q.due < e.due <= q.latest, 'DUE')
            q.due = e.due
            return e.due
        elif e.name != 'RequestWithdrawn':
            if e.name == 'RequestReopened':
                need(self.later or q.reopener and q.reopener != q.reopened, 'REOPENED')
            due = self.clock(q, e)
            q.reopened = q.reopener if e.name == 'RequestReopened' else q.reopened
            return due
        return 0

    def answerable(self, a):
        q = self.requests.get(a.requestId)
        need(q, 'UNKNOWN')
        need(current(q.status) == 'submitted', 'STATUS')
        need(q.provider == a.provider, 'ENTITLED')
        return q

    def on_ShareRefused(self, _, a):
        q, reason = self.answerable(a), word(a.reasonCode)
        need(any(a.groundsHash) and (reason == 'FORBIDDEN_BY_LAW' or reason == 'CONDITION_NOT_MET' and q.a.kind != 5
                                     and a.groundsHash == self.asked_version(q).conditionsHash), 'GROUNDS')
        has_document(a)

    def terms(self, q, a, now):
        need(current(self.departments[q.a.requester].status) == 1, 'ACTIVE')
        self.shareable(q.a.resourceId)
        need(a.fields and a.fields & ~q.a.fields == 0, 'FIELDS')
        need(q.a.notBefore <= a.notBefore and a.notAfter <= q.a.notAfter, 'WINDOW')
        has_window(a, now)
        has_document(a)

    def on_GrantIssued(self, e, a):
        q = self.answerable(a)
        self.terms(q, a, e.now)
        has_prefix(a.regionPrefix)
        need(a.regionPrefix.startswith(q.a.regionPrefix.rstrip(b'\0')), 'REGION')
        need(not any(a.conditionsHash) or a.conditionsHash == self.asked_version(q).conditionsHash and q.a.kind != 5,
             'CONDITIONS')
        need(1 <= a.disposalDays <= 366, 'DAYS')
        need(e.t['grantId'] not in self.grants, 'KNOWN')
        return self.after(e.now, 20)

    # Grants

    def on_GrantChanged(self, e, a):
        g = self.grants.get(a.grantId)
        need(g, 'UNKNOWN')
        need(current(g.status) == 'active' and e.now <= g.a.notAfter, 'STATUS')
        need(a.provider == g.provider, 'ENTITLED')
        self.consents(a.authority, g.provider)
        self.terms(g.q, a, e.now)
        need(any(a.negotiationHash), 'NEGOTIATION')
        need(e.t['newGrantId'] not in self.grants, 'KNOWN')

    def grant_step(self, e, a):
        g, d, (before, by) = self.grants.get(a.subject), a.department, GRANT_STEPS[e.name]
        need(g, 'UNKNOWN')
        reason, now, sides = word(a.reasonCode), e.now, (g.provider, g.requester)
        need(current(g.status) in before.split(',') or e.name == 'DisposalCertified' and current(g.status) in LIVE
             and now > g.a.notAfter, 'STATUS')
        entitled = {
            'provider': d == g.provider, 'requester': d == g.requester, 'suspender': d == g.suspender,
            'over': d not in sides and any(self.level(d, side) for side in sides),
            'regulator': self.kind(d) == 3 and reason == 'SECURITY',
            'freed': d == g.requester and e.name == 'GrantResumed' and g.security and not g.followed and now >= g.due}
        need(any(entitled[each] for each in by.split()), 'ENTITLED')
        if e.name == 'GrantSuspended':
            need(reason in ('MISUSE', 'SECURITY'), 'SUSPENSION')
            need(a.dueAt == e.due and now < e.due <= now + 366 * DAY if reason == 'MISUSE' else
                 a.dueAt == 0 and e.due == now + 10 * DAY, 'DUE')
            g.suspender, g.security, g.due, g.followed = d, reason == 'SECURITY', e.due, False
            return e.due
        if e.name == 'SuspensionFollowedUp':
            need(g.security and not g.followed and now < g.due, 'CLOCK')
            need(e.due == 0, 'DUE')
            g.followed = True
        elif e.name == 'GrantForfeited':
            need(not g.security and (now >= g.due or reason == 'RECTIFICATION_INSUFFICIENT'), 'CLOCK')
        elif e.name == 'GrantTerminated':
            self.consents(a.authority, g.provider)
        return now + DAY * g.days if e.name in ('GrantTerminated', 'GrantForfeited', 'GrantReleased') else 0

    # Cases

    def on_CorrectionFiled(self, e, a):
        r = self.resources.get(a.resourceId)
        need(r and self.is_business(a.requester) and a.requester != r.provider, 'ENTITLED')
        need(e.t['caseId'] not in self.cases, 'KNOWN')
        need(any(a.reasonCode), 'REASON')
        has_document(a)
        need(1 <= a.resourceVersion <= current(r.published), 'VERSION')
        return self.after(e.now, 10)

    def on_DisputeOpened(self, e, a):
        need(any(a.reasonCode), 'REASON')
        has_document(a)
        need(e.t['caseId'] not in self.cases, 'KNOWN')
        sides = (a.claimant, a.respondent)
        x = {1: self.requests, 2: self.grants, 3: self.cases, 4: self.resources}.get(a.subjectKind, {}).get(a.subject)
        if x is None:
            holds = self.later and a.subjectKind in (1, 2)
        elif a.subjectKind == 1:
            late = current(x.status) == 'submitted' and e.now >= x.due
            holds = sides == (x.a.requester, x.provider) and (current(x.status) == 'refused' or late)
        elif a.subjectKind == 2:
            holds = sides in ((x.requester, x.provider), (x.provider, x.requester))
        elif a.subjectKind == 3:
            late = current(x.status) in ('filed', 'verifying', 'corrected', 'upheld') and e.now >= x.due
            holds = not hasattr(x.a, 'subjectKind') and sides == x.sides and (current(x.status) == 'fed back' or late)
        else:
            holds = current(x.published) and self.is_business(a.claimant) and a.claimant != a.respondent == x.provider
        need(holds, 'DISPUTE')

    def may_coordinate(self, department, sides):
        common, own = self.common(*sides), self.government(department)
        nowhere = not any(map(self.government, sides))
        return self.kind(department) == 2 and own == common and (common is not None or nowhere)

    def case_step(self, e, a):
        c, d, (before, by) = self.cases.get(a.subject), a.department, CASE_STEPS[e.name]
        need(c and e.name.startswith('Correction') != hasattr(c.a, 'subjectKind'), 'UNKNOWN')
        escalates = e.name == 'DisputeEscalated' and current(c.status) == 'applied'
        need(current(c.status) in before.split(',') or escalates and any(
            self.may_coordinate(side, c.sides) for side in c.sides), 'STATUS')
        common = self.common(*c.sides)
        entitled = {'claimant': d == c.sides[0], 'respondent': d == c.sides[1], 'side': d in c.sides,
                    'handler': d == c.handler, 'government': d == common,
                    'coordinator': d not in c.sides and self.may_coordinate(d, c.sides)}
        need(entitled[by], 'ENTITLED')
        need(e.name != 'DisputeEscalated' or common, 'GOVERNMENT')
        need(e.due == 0, 'DUE')
        if e.name == 'DisputeCoordinated':
            c.handler = d
        if e.name in ('DisputeSettled', 'DisputeDecided') and word(a.reasonCode) == 'REOPEN' and c.a.subjectKind == 1:
            q = self.requests.get(c.a.subject)
            if q and current(q.status) == 'refused':
                q.reopener = a.subject
