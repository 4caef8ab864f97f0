import type { Entry } from '../ledger/entry.ts';
import type { World } from '../ledger/world.ts';
import { documentOf } from './event-documents.ts';
import { numberSaid, type Said } from './said.ts';

const SUBMISSION = ['provider', 'codeHash', 'derivedFrom', 'conditionsHash', 'denyBasisHash', 'secrecyHash', 'piaHash'];
const SUBMISSION_NUMBERS = ['version', 'shareClass', 'lawClass', 'level', 'denyInstrument', 'fieldCount'];

/** What the act of an entry says that its document must say too; null for entries without a document of their own. */
export function actSays(entry: Entry, world: World): Said | null {
  const { act, args, name } = entry;
  const hex = (members: readonly string[]): readonly string[] => members.map((member) => act.hex(member));
  const window = (): readonly string[] => [numberSaid(act.big('notBefore')), numberSaid(act.big('notAfter'))];
  if (documentOf(name) === null) return null;
  switch (name) {
    case 'ResourceSubmitted':
      return [...hex(SUBMISSION), ...SUBMISSION_NUMBERS.map((member) => numberSaid(act.small(member)))];
    case 'ShareRequested': {
      const numbers = [act.small('kind'), act.small('resourceVersion')].map(numberSaid);
      return [...hex(['requester', 'resourceId', 'priorGrantId', 'regionPrefix']), ...numbers, ...window()];
    }
    case 'GrantIssued': {
      const asked = [args.hex('requester'), args.hex('resourceId'), numberSaid(args.small('resourceVersion'))];
      const own = [act.hex('regionPrefix'), numberSaid(act.small('disposalDays'))];
      return [act.hex('provider'), act.hex('requestId'), ...asked, ...window(), ...own];
    }
    case 'GrantChanged':
      return [act.hex('provider'), args.hex('requestId'), ...askedFor(entry, world), ...window(), null, null];
    case 'ShareRefused':
      return hex(['provider', 'requestId', 'reasonCode', 'groundsHash']);
    case 'SourceDesignated':
      return hex(['authority', 'element', 'resourceId', 'replaces']);
    case 'CorrectionFiled':
      return [...hex(['requester', 'resourceId', 'reasonCode']), numberSaid(act.small('resourceVersion'))];
    case 'DisputeOpened':
      return [...hex(['claimant', 'respondent', 'subject', 'reasonCode']), numberSaid(act.small('subjectKind'))];
    default: {
      const authority = act.has('authority') ? act.hex('authority') : null;
      return [
        act.hex('department'),
        authority,
        act.hex('subject'),
        act.hex('reasonCode'),
        numberSaid(act.big('dueAt')),
      ];
    }
  }
}

/** Of a changed grant, which its act does not repeat. */
function askedFor({ args }: Entry, world: World): readonly string[] {
  const grant = world.grants.get(args.hex('newGrantId'));
  return [grant?.requester ?? '', grant?.resourceId ?? '', numberSaid(grant?.resourceVersion ?? 0)];
}
