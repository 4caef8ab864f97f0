"""What documents say, and reads decided again: sections 10 and 11 of docs/evidence-format.md."""
from rules import at, word
from wire import H, K, array, hexed, jcs, num, obj, text, unhex

BLANK = '\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'
SHARE_CLASS = (None, 'UNCONDITIONAL', 'CONDITIONAL', 'DENIED')
LAW_CLASS = (None, 'GENERAL', 'IMPORTANT', 'CORE')
INSTRUMENT = (None, 'LAW', 'ADMINISTRATIVE_REGULATION', 'STATE_COUNCIL_DECISION')
REQUEST_KIND = (None, 'NEW', 'RENEW', 'SCOPE_EXTENSION', 'ONWARD', 'REFLOW')
SUBJECT_KIND = (None, 'REQUEST', 'GRANT', 'CORRECTION', 'RESOURCE')
TYPES = {
    'ResourceSubmitted': 'CatalogEntry', 'ShareRequested': 'ShareRequest', 'GrantIssued': 'ShareAuthorization',
    'GrantChanged': 'ShareAuthorization', 'ShareRefused': 'ShareRefusal', 'SourceDesignated': 'SourceDesignation',
    'CorrectionFiled': 'CorrectionFiling', 'DisputeOpened': 'DisputeOpening', 'SupplementAsked': 'SupplementNotice',
    'RequestResubmitted': 'RequestSupplement', 'AnswerExtended': 'ExtensionConsent',
    'GrantSuspended': 'GrantSuspension', 'GrantTerminated': 'GrantTermination',
    'DisposalCertified': 'DisposalCertificate', 'ResourceReturned': 'EntryReturn',
}
ACTS = dict(each.split('=') for each in '''
UpdateRequired=requireUpdate UpdateExtended=extendUpdate ResourceFrozen=freezeResource ResourceUnfrozen=unfreezeResource
ResourceRetired=retireResource RequestWithdrawn=withdrawRequest RequestReopened=reopenRequest GrantDelivered=deliver
GrantActivated=acknowledge SuspensionFollowedUp=followUpSuspension GrantResumed=resume GrantForfeited=forfeit
GrantReleased=release GrantClosed=acceptDisposal CorrectionVerifying=verifyCorrection CorrectionMade=correct
CorrectionUpheld=uphold CorrectionFedBack=feedBackCorrection CorrectionClosed=closeCorrection
CoordinationApplied=applyForCoordination DisputeCoordinated=coordinate DisputeSettled=settleDispute
DisputeEscalated=escalateDispute DisputeDecided=decideDispute DisputeExecuted=executeDispute'''.split())
EARLY = {'NOT_ACTIVE', 'EXPIRED', 'RESOURCE_WITHDRAWN'}
LATE = {'SYSTEM_MISMATCH', 'PURPOSE_MISMATCH', 'CASE_MISSING', 'FIELD_NOT_GRANTED', 'ROW_OUT_OF_SCOPE', 'QUOTA_RATE',
        'QUOTA_DAY', 'QUOTA_TOTAL'}


def text_or_null(value):
    return value is None or text(value)


# Of these documents section 10 needs more members than section 11 compares
SHAPES = {
    'CatalogEntry': {
        'regionField': text_or_null, 'fields': array(lambda value: isinstance(value, dict) and text(value.get('key'))
                                                     and num(value.get('level')) and text(value.get('mask')))},
    'ShareAuthorization': {
        'quota': obj(**dict.fromkeys(('perSecond', 'perDay', 'total', 'maxRowsPerCall', 'maxBytesPerDay'), num)),
        'fields': array(text), 'plainFields': array(text), 'systems': array(text), 'purposes': array(text),
        'mode': text,
        'rowFilter': lambda value: value is None or isinstance(value, dict) and text_or_null(value.get('regionPrefix')),
        'caseIdRequired': lambda value: type(value) is bool},
}


def or_null(value):
    return hexed(value) if any(value) else None


def zero_or(text):
    return bytes(32) if text is None else unhex(text)


def bitmap(entry, keys):
    """Bit i is field i of the entry; None if the entry is not shown."""
    places = {field['key']: place for place, field in enumerate(entry['fields'])} if entry else {}
    return sum(1 << places[key] for key in keys) if entry else None


class Content:
    def __init__(self, ledger, finding, counts, not_proved):
        self.ledger, self.rules, self.finding, self.counts = ledger, ledger.rules, finding, counts
        self.not_proved, self.shown = not_proved, {}  # shown: by the act that it fits

    def entry_of(self, resource_id, version):
        r = self.rules.resources.get(resource_id)
        found = r and r.versions.get(version)
        return found and self.shown.get(id(found.a))

    def quota(self, grant):
        document = self.shown.get(id(grant.a))
        return document and document['quota']

    # Section 11

    def document(self, line, value, salt):
        acts = [(e, TYPES.get(e.name, 'Statement')) for e in self.ledger.documents[unhex(value['hash'])]
                if e.name != 'ResourcePublished']
        problems = [(self.problem(e, kind, value['document'], salt), e, kind) for e, kind in acts]
        wrong = [problem for problem, _, _ in problems if problem]
        if len(wrong) == len(problems) and wrong:
            self.finding(wrong[0], line, value['hash'])
        elif wrong:
            self.not_proved.add('DOCUMENTS')
        for problem, e, kind in problems:
            if not problem and kind in ('CatalogEntry', 'ShareAuthorization'):
                self.shown[id(e.a)] = value['document']

    def problem(self, e, kind, document, salt):
        try:
            if document.get('type') != kind:
                raise TypeError
            pairs = self.pairs(e, document, salt)  # True is 1 in Python, but not in what repr says of them
            wrong = next((name for name, said, meant in pairs if repr(said) != repr(meant)), None)
        except (KeyError, TypeError, ValueError, AttributeError):
            return 'DOCUMENT_INVALID'
        shape = SHAPES.get(kind)
        if shape and not all(name in document and shape[name](document[name]) for name in shape):
            return 'DOCUMENT_INVALID'
        return 'DOCUMENT_CONTRADICTS_ACT' if wrong else None

    def pairs(self, e, d, salt):
        """What the document says beside what the act says."""
        a, reason = e.a, word(getattr(e.a, 'reasonCode', b''))
        who = getattr(a, 'requester', getattr(a, 'claimant', b''))
        if e.name == 'ResourceSubmitted':
            yield from self.entry_pairs(a, d, salt)
        elif e.name == 'ShareRequested':
            prefix = d['scope']['rowFilter'] and d['scope']['rowFilter']['regionPrefix']
            yield 'requester', d['requester']['uscc'], who.decode()
            yield 'kind', REQUEST_KIND.index(d['kind']), a.kind
            yield 'resource', (d['resource']['id'], d['resource']['version']), (hexed(a.resourceId), a.resourceVersion)
            yield 'priorGrantId', d['priorGrantId'], or_null(a.priorGrantId)
            yield 'scope.rowFilter', prefix or '', word(a.regionPrefix)
            yield 'window', (d['window']['notBefore'], d['window']['notAfter']), (a.notBefore, a.notAfter)
            fields = bitmap(self.entry_of(a.resourceId, a.resourceVersion), d['scope']['fields'])
            yield 'scope.fields', a.fields if fields is None else fields, a.fields
        elif e.name in ('GrantIssued', 'GrantChanged'):
            q = self.rules.requests[e.t.get('requestId') or a.requestId]
            fields = bitmap(self.entry_of(q.a.resourceId, q.a.resourceVersion), d['fields'])
            yield 'assigner', d['assigner'], a.provider.decode()
            yield 'assignee', d['assignee'], q.a.requester.decode()
            yield 'requestId', d['requestId'], hexed(e.t.get('requestId') or a.requestId)
            yield 'resource.id', d['resource']['id'], hexed(q.a.resourceId)
            yield 'resource.version', d['resource']['version'], q.a.resourceVersion
            yield 'fields', a.fields if fields is None else fields, a.fields
            yield 'window', (d['window']['notBefore'], d['window']['notAfter']), (a.notBefore, a.notAfter)
            if e.name == 'GrantIssued':
                yield 'rowFilter', d['rowFilter']['regionPrefix'] if d['rowFilter'] else '', word(a.regionPrefix)
                yield 'disposal.days', d['disposal']['days'], a.disposalDays
        elif e.name == 'ShareRefused':
            yield 'provider', d['provider'], a.provider.decode()
            yield 'requestId', d['requestId'], hexed(a.requestId)
            yield 'reasonCode', d['reasonCode'], reason
            if reason == 'FORBIDDEN_BY_LAW':
                yield 'legalBasis', H(salt + jcs(d['legalBasis'])), a.groundsHash
        elif e.name == 'SourceDesignated':
            yield 'department', d['department'], a.authority.decode()
            yield 'element', K(d['element'].encode()), a.element
            yield 'resourceId', d['resourceId'], hexed(a.resourceId)
            yield 'replaces', d['replaces'], or_null(a.replaces)
        elif e.name == 'CorrectionFiled':
            yield 'department', d['department'], who.decode()
            yield 'resource', (d['resourceId'], d['version']), (hexed(a.resourceId), a.resourceVersion)
            yield 'errorKind', d['errorKind'], reason
        elif e.name == 'DisputeOpened':
            yield 'department', (d['department'], d['respondent']), (who.decode(), a.respondent.decode())
            yield 'subject', (SUBJECT_KIND.index(d['subject']['kind'].upper()), d['subject']['id']), (
                a.subjectKind, hexed(a.subject))
            yield 'reasonCode', 'DISPUTED', reason
        else:
            yield from self.step_pairs(e, d, reason)

    @staticmethod
    def entry_pairs(a, d, salt):
        basis, assessed = d['denyBasis'], d['assessments']
        yield 'provider', d['provider']['uscc'], a.provider.decode()
        yield 'resourceCode', K(d['resourceCode'].encode()), a.codeHash
        yield 'version', d['version'], a.version
        yield 'shareClass', SHARE_CLASS.index(d['shareClass']), a.shareClass
        yield 'lawClass', LAW_CLASS.index(d['lawClass']), a.lawClass
        yield 'denyBasis.instrumentKind', INSTRUMENT.index(basis['instrumentKind']) if basis else 0, a.denyInstrument
        yield 'denyBasis', H(salt + jcs(basis)) if basis else bytes(32), a.denyBasisHash
        yield 'level', d['level'], a.level
        yield 'fields', len(d['fields']), a.fieldCount
        yield 'derivedFrom', zero_or(d['derivedFrom']), a.derivedFrom
        yield 'conditions', H(salt + jcs(d['conditions'])) if d['conditions'] else bytes(32), a.conditionsHash
        for name, meant in (('secrecy', a.secrecyHash), ('pia', a.piaHash)):  # in hex without 0x
            yield 'assessments.' + name, assessed[name]['value'] if assessed[name] else '00' * 32, meant.hex()

    @staticmethod
    def step_pairs(e, d, reason):
        a, subject, department, due = e.a, hexed(e.a.subject), e.a.department.decode(), e.a.dueAt or None
        authority = a.authority.decode() if hasattr(a, 'authority') else None
        meant = {
            'SupplementAsked': {'department': department, 'requestId': subject},
            'RequestResubmitted': {'department': department, 'requestId': subject},
            'AnswerExtended': {'department': authority, 'provider': department, 'requestId': subject,
                               'reasonCode': reason, 'dueAt': due},
            'GrantSuspended': {'department': department, 'grantId': subject, 'reasonCode': reason, 'rectifyBy': due},
            'GrantTerminated': {'department': department, 'authority': authority, 'grantId': subject,
                                'reasonCode': reason},
            'DisposalCertified': {'department': department, 'grantId': subject, 'method': reason},
            'ResourceReturned': {'department': department, 'resourceId': subject, 'reasonCode': reason},
        }.get(e.name) or {'act': ACTS[e.name], 'department': department, 'authority': authority, 'subject': subject,
                          'reasonCode': reason, 'dueAt': due}
        for name, value in meant.items():
            yield name, d[name], value
        fixed = {'SupplementAsked': 'INCOMPLETE', 'RequestResubmitted': 'SUPPLEMENTED'}.get(e.name, reason)
        yield 'reasonCode', fixed, reason

    # Section 10

    def decided(self, line, receipt, context):
        ended, code = receipt['endedBy'], receipt['decision']
        if receipt['grantId'] is None or receipt['caller'] is None:
            return
        judged = [(None, receipt['block'])] if code == 'PERMIT' else []
        if ended and ended['block']:
            judged.append((ended['code'] if code == 'PERMIT' else code, ended['block']))
        unknown = False
        for wanted, block in judged:
            if wanted is None or wanted in EARLY | LATE | {'NO_GRANT'}:
                right = self.judge(receipt, context, wanted, block['number'])
                unknown |= right is None
                if right is False:
                    self.finding('WRONG_REFUSAL' if wanted else 'OVER_GRANT', line, receipt['receiptId'])
        self.counts['notReplayable'] += unknown

    def judge(self, receipt, context, wanted, block):
        grant = self.rules.grants.get(unhex(receipt['grantId'] or '0x'))
        times = (receipt['openedAt'], receipt['closedAt'])
        early = [self.early(grant, receipt['caller'], block, now) for now in times]
        authorization = grant and self.shown.get(id(grant.a))
        entry = grant and self.entry_of(grant.resource, grant.version)
        if context and authorization and entry:
            try:
                late = self.late(grant, authorization, entry, context, receipt['usage'])
                return wanted in [code or late for code in early]
            except (KeyError, TypeError, AttributeError):
                return None
        if wanted is None or wanted in LATE:
            return False if all(early) else None
        return wanted in early or (None if wanted == 'NO_GRANT' and not all(early) else False)

    def early(self, grant, caller, block, now):
        """Rules 2 to 4, which need no document."""
        if not grant or not at(grant.status, block) or grant.requester != caller.encode():
            return 'NO_GRANT'
        if at(grant.status, block) != 'active' or now < grant.a.notBefore:
            return 'NOT_ACTIVE'
        if now > grant.a.notAfter:
            return 'EXPIRED'
        if any(at(self.ledger.departments[each].status, block) != 1 for each in (grant.requester, grant.provider)):
            return 'NOT_ACTIVE'
        r = self.rules.resources[grant.resource]
        last = at(r.published, block)
        fine = last and grant.version <= last and at(r.restraint, block) == '' and r.versions[last].a.shareClass != 3
        return None if fine else 'RESOURCE_WITHDRAWN'

    @staticmethod
    def late(grant, d, entry, context, usage):
        """Rules 5 to 10."""
        if d['assignee'] != grant.requester.decode() or (d['resource']['id'], d['resource']['version']) != (
                hexed(grant.resource), grant.version) or d['window']['notBefore'] > grant.a.notBefore \
                or d['window']['notAfter'] < grant.a.notAfter or entry['provider']['uscc'] != d['assigner'] \
                or entry['version'] != grant.version or entry['shareClass'] == 'DENIED':
            return 'NO_GRANT'
        if d['systems'] and context['system'] not in d['systems']:
            return 'SYSTEM_MISMATCH'
        if context['purpose'] not in d['purposes']:
            return 'PURPOSE_MISMATCH'
        case = bool(context['caseNumber'] and context['caseNumber'].strip(BLANK))
        if d['caseIdRequired'] and not case:
            return 'CASE_MISSING'
        granted = {each['key']: each for each in entry['fields'] if each['key'] in d['fields']}
        bare = {key for key, each in granted.items() if key in d['plainFields'] and (each['level'] < 3 or case)}
        shown = {key for key, each in granted.items() if each['mask'] != 'DROP' and not (
            each['mask'] == 'NONE' and each['level'] >= 3 and key not in bare)}
        unmasked = {key for key in shown if key in bare or granted[key]['mask'] == 'NONE'}
        asked, region, field = context['fields'] or d['fields'], context['region'], entry['regionField']
        prefix = d['rowFilter'] and d['rowFilter']['regionPrefix']
        if d['mode'] not in ('API_QUERY', 'BATCH') or not set(asked) <= granted.keys() or not shown & set(asked) \
                or not context['equals'].keys() <= shown or (
                    region is not None and region != prefix and field and field not in unmasked):
            return 'FIELD_NOT_GRANTED'
        if not case and not context['equals'].keys() <= unmasked:
            return 'CASE_MISSING'
        wanted = prefix if region is None else region
        if context['limit'] == 0 or wanted is not None and not (
                field and wanted.isascii() and wanted.isdigit() and len(wanted) <= 12
                and wanted.startswith(prefix or '') and context['equals'].get(field, wanted).startswith(wanted)):
            return 'ROW_OUT_OF_SCOPE'
        quota, used = d['quota'], usage or {'second': 0, 'day': 0, 'total': 0, 'bytesToday': 0}
        if used['second'] >= quota['perSecond']:
            return 'QUOTA_RATE'
        if used['day'] >= quota['perDay'] or used['bytesToday'] >= quota['maxBytesPerDay']:
            return 'QUOTA_DAY'
        return 'QUOTA_TOTAL' if used['total'] >= quota['total'] else None
