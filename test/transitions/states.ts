import { type Act, hashOf, type Machine, reason } from './acts.ts';
import { at } from './calendar.ts';
import type { DepartmentName } from './departments.ts';
import type { Play } from './play.ts';
import {
  active,
  AGREED_TERMS,
  answerDue,
  answered,
  asked,
  brought,
  caseDue,
  delivered,
  DENIED,
  disputed,
  endOf,
  fedBack,
  filed,
  FREE,
  grantDue,
  issued,
  published,
  refuse,
  refused,
  reopened,
  SECOND,
  type Sides,
  submitted,
  suspended,
  type Things,
  updateDue,
  verifying,
  WINDOW,
} from './ways.ts';
import { caseIn, grantIdOf, requestIn } from './world.ts';

/** One state of one machine, and the legal way there. */
export interface State {
  readonly machine: Machine;
  readonly name: string;
  readonly reach: (play: Play) => Promise<Partial<Things>>;
}

type Reach = State['reach'];

const reachResource =
  (reach: (play: Play) => Promise<string>): Reach =>
  async (play) => ({ resource: await reach(play) });

/** Goes on from a state to a moment that depends on it. */
const then =
  <Reached extends Partial<Things>>(
    reach: (play: Play) => Promise<Reached>,
    next: (play: Play, things: Reached) => Promise<unknown> | number,
  ): Reach =>
  async (play) => {
    const things = await reach(play);
    const moment = next(play, things);
    if (typeof moment === 'number') play.goTo(moment);
    else await moment;
    return things;
  };

const updating = async (play: Play) => {
  const resource = await published(play);
  await play.do('requireUpdate', 'provider', { subject: resource });
  return { resource };
};
const publishedThings = async (play: Play) => ({ resource: await published(play) });

const RESOURCE_STATES: Record<string, Reach> = {
  None: () => Promise.resolve({}),
  Submitted: reachResource(submitted),
  Returned: then(
    async (play) => ({ resource: await submitted(play) }),
    async (play, { resource }) => await play.do('returnResource', 'authorityA', { subject: resource }),
  ),
  Published: publishedThings,
  'Published, unconditional': reachResource(async (play) => await published(play, FREE)),
  'Published, denied': reachResource(async (play) => await published(play, DENIED)),
  'Published, derived': reachResource(async (play) => {
    const derivedFrom = await published(play, { codeHash: hashOf('source') });
    return await published(play, { derivedFrom });
  }),
  'Published, with a derived one': reachResource(async (play) => {
    const derivedFrom = await published(play);
    await published(play, { codeHash: hashOf('derived'), derivedFrom });
    return derivedFrom;
  }),
  'Published, a source': then(publishedThings, async (play, { resource }) => {
    await play.do('designateSource', 'authorityA', { subject: resource });
  }),
  'Published, another one is the source': then(publishedThings, async (play) => {
    const subject = await published(play, { codeHash: hashOf('other') });
    await play.do('designateSource', 'authorityA', { subject });
  }),
  'Update due, last second': then(updating, (play, { resource }) => updateDue(play, resource) - 1),
  'Update due, late': then(updating, (play, { resource }) => updateDue(play, resource)),
  'Update due, extended': then(updating, async (play, { resource }) => {
    const dueAt = updateDue(play, resource) + 86_400;
    await play.do('extendUpdate', 'authorityA', { subject: resource, dueAt });
  }),
  'Submitted again': then(updating, async (play) => await submitted(play, SECOND)),
  'Returned again': then(publishedThings, async (play, { resource }) => {
    await submitted(play, SECOND);
    await play.do('returnResource', 'authorityA', { subject: resource });
  }),
  'Published again': then(publishedThings, async (play) => await published(play, SECOND)),
  Frozen: then(publishedThings, async (play, { resource }) => {
    await play.do('freezeResource', 'authorityA', { subject: resource });
  }),
  'Frozen by the provider, submitted again': then(publishedThings, async (play, { resource }) => {
    await play.do('freezeResource', 'provider', { subject: resource, reasonCode: reason('SECURITY') });
    await submitted(play, SECOND);
  }),
  Retired: then(publishedThings, async (play, { resource }) => {
    await play.do('retireResource', 'provider', { subject: resource, authority: 'authorityA' });
  }),
  'Retired, submitted again': then(publishedThings, async (play, { resource }) => {
    await submitted(play, SECOND);
    await play.do('retireResource', 'provider', { subject: resource, authority: 'authorityA' });
  }),
  'Retired, update due': then(updating, async (play, { resource }) => {
    await play.do('retireResource', 'provider', { subject: resource, authority: 'authorityA' });
  }),
  'With a grant, its last second': then(active, endOf),
  'With a grant that expired': then(active, (play, things) => endOf(play, things) + 1),
  'With a grant that was released': then(active, async (play, { grant }) => {
    await play.do('release', 'requester', { subject: grant });
  }),
  'With a grant that was disposed of after it expired': then(active, async (play, things) => {
    play.goTo(endOf(play, things) + 1);
    await play.do('certifyDisposal', 'requester', { subject: things.grant });
  }),
  'With a grant that expired, and one for longer that was released': then(active, async (play, things) => {
    const request = await play.do('submitRequest', 'neighbour', { subject: things.resource, fields: 1n, ...WINDOW });
    const terms = { ...WINDOW, fields: 1n, documentHash: hashOf('longer'), hashAlgorithm: 1 };
    await play.do('agree', 'provider', { subject: request, ...terms });
    await play.do('release', 'neighbour', { subject: grantIdOf(request, terms) });
    play.goTo(endOf(play, things) + 1);
  }),
  'Published, provider suspended': then(publishedThings, async (play) => await play.govern('provider', false)),
  'Published, authority suspended': then(publishedThings, async (play) => await play.govern('authorityA', false)),
  'Submitted by who has no government': reachResource(async (play) => await submitted(play, {}, 'stray')),
  'Published, beyond the calendar': then(publishedThings, () => at('2030-12-28')),
};

const REQUEST_STATES: Record<string, Reach> = {
  None: publishedThings,
  Submitted: asked,
  'Submitted, last second': then(asked, (play, things) => answerDue(play, things) - 1),
  'Submitted, late': then(asked, answerDue),
  'Submitted, unconditional, last second': then(
    async (play) => await asked(play, {}, FREE),
    (play, things) => answerDue(play, things) - 1,
  ),
  'Submitted, unconditional, late': then(async (play) => await asked(play, {}, FREE), answerDue),
  'Submitted, for a region': async (play) => await asked(play, { regionPrefix: '9902' }),
  'Submitted, a return': async (play) =>
    await asked(
      play,
      { kind: 'Reflow', regionPrefix: '9902' },
      {},
      {
        ...{ provider: 'provinceProvider', authority: 'provinceAuthority' },
      },
    ),
  Extended: then(asked, async (play, { request }) => {
    const { dueAt } = requestIn(play.world, request);
    await play.do('extendAnswer', 'provider', { subject: request, authority: 'authorityA', dueAt: dueAt + 86_400 });
    play.goTo(dueAt);
  }),
  'Extended to the end, late': then(asked, async (play, { request }) => {
    const { extendableTo } = requestIn(play.world, request);
    await play.do('extendAnswer', 'provider', { subject: request, authority: 'authorityA', dueAt: extendableTo });
    play.goTo(extendableTo);
  }),
  Supplementing: then(asked, async (play, { request }) => {
    await play.do('askSupplement', 'provider', { subject: request });
  }),
  'Supplementing, long': then(asked, async (play, things) => {
    await play.do('askSupplement', 'provider', { subject: things.request });
    play.goTo(answerDue(play, things) + 86_400);
  }),
  Resubmitted: then(asked, async (play, { request }) => {
    await play.do('askSupplement', 'provider', { subject: request });
    play.goTo(play.world.now + 3 * 86_400);
    await play.do('supplement', 'requester', { subject: request });
  }),
  Agreed: issued,
  Refused: refused,
  'Refused, disputed': disputed,
  'Refused, settled with REOPEN': then(disputed, async (play, things) => await brought(play, things.case, 'Settled')),
  'Refused, decided with REOPEN': then(disputed, async (play, things) => await brought(play, things.case, 'Decided')),
  'Refused, decided otherwise': then(
    disputed,
    async (play, things) => await brought(play, things.case, 'Decided', 'STANDS'),
  ),
  Reopened: reopened,
  'Reopened, refused again': then(reopened, async (play, { request }) => await refuse(play, request)),
  'Reopened, refused again, decided with REOPEN': then(reopened, async (play, { request }) => {
    await refuse(play, request);
    const opening = { subjectKind: 'Request', subject: request, respondent: 'provider' } as const;
    await brought(play, await play.do('openDispute', 'requester', opening), 'Decided');
  }),
  'Refused after a dispute about its lateness': then(asked, async (play, things) => {
    play.goTo(answerDue(play, things));
    const opening = { subjectKind: 'Request', subject: things.request, respondent: 'provider' } as const;
    await brought(play, await play.do('openDispute', 'requester', opening), 'Settled');
    await refuse(play, things.request);
  }),
  Withdrawn: then(asked, async (play, { request }) => {
    await play.do('withdrawRequest', 'requester', { subject: request });
  }),
  'Submitted, requester suspended': then(asked, async (play) => await play.govern('requester', false)),
  'Submitted, provider suspended': then(asked, async (play) => await play.govern('provider', false)),
  'Submitted, resource frozen': then(asked, async (play, { resource }) => {
    await play.do('freezeResource', 'authorityA', { subject: resource });
  }),
  'Submitted, resource retired': then(asked, async (play, { resource }) => {
    await play.do('retireResource', 'provider', { subject: resource, authority: 'authorityA' });
  }),
  'Submitted, class denied since': then(asked, async (play) => await published(play, { ...DENIED, ...SECOND })),
  'Submitted, conditions changed since': then(
    asked,
    async (play) => await published(play, { ...SECOND, conditionsHash: hashOf('new conditions') }),
  ),
  'Submitted, window over': then(asked, () => WINDOW.notAfter),
  'Supplementing, beyond the calendar': then(asked, async (play, { request }) => {
    await play.do('askSupplement', 'provider', { subject: request });
    play.goTo('2030-12-10');
  }),
};

const GRANT_STATES: Record<string, Reach> = {
  None: asked,
  Issued: issued,
  'Issued, last second for delivery': then(issued, (play, things) => grantDue(play, things) - 1),
  'Issued, late': then(issued, grantDue),
  'Issued, expired': then(issued, (play, things) => endOf(play, things) + 1),
  Delivered: delivered,
  'Delivered, expired': then(delivered, (play, things) => endOf(play, things) + 1),
  Active: active,
  'Active, last second': then(active, endOf),
  'Active, expired': then(active, (play, things) => endOf(play, things) + 1),
  'Active, resumed': then(
    async (play) => await suspended(play, 'MISUSE', 'authorityA'),
    async (play, { grant }) => await play.do('resume', 'authorityB', { subject: grant }),
  ),
  'Active, same city': async (play) => await active(play, { requester: 'neighbour' }),
  'Active, provider suspended': then(active, async (play) => await play.govern('provider', false)),
  'Active, requester suspended': then(active, async (play) => await play.govern('requester', false)),
  'Active, resource frozen': then(active, async (play, { resource }) => {
    await play.do('freezeResource', 'authorityA', { subject: resource });
  }),
  'Suspended for misuse, last second': then(
    async (play) => await suspended(play, 'MISUSE', 'provider'),
    (play, things) => grantDue(play, things) - 1,
  ),
  'Suspended for misuse, not mended': then(async (play) => await suspended(play, 'MISUSE', 'authorityB'), grantDue),
  'Suspended for misuse, authority suspended': then(
    async (play) => await suspended(play, 'MISUSE', 'authorityA'),
    async (play) => await play.govern('authorityA', false),
  ),
  'Suspended in an emergency, last second': then(
    async (play) => await suspended(play, 'SECURITY', 'regulator'),
    (play, things) => grantDue(play, things) - 1,
  ),
  'Suspended in an emergency, left alone': then(
    async (play) => await suspended(play, 'SECURITY', 'provider'),
    grantDue,
  ),
  'Suspended in an emergency, followed up': then(
    async (play) => await suspended(play, 'SECURITY', 'authorityB'),
    async (play, { grant }) => await play.do('followUpSuspension', 'authorityB', { subject: grant }),
  ),
  'Suspended in an emergency, followed up, later': then(
    async (play) => await suspended(play, 'SECURITY', 'provider'),
    async (play, things) => {
      await play.do('followUpSuspension', 'provider', { subject: things.grant });
      play.goTo(grantDue(play, things));
    },
  ),
  'Suspended in an emergency, provider suspended': then(
    async (play) => await suspended(play, 'SECURITY', 'provider'),
    async (play) => await play.govern('provider', false),
  ),
  'Suspended, expired': then(
    async (play) => await suspended(play, 'MISUSE', 'provider'),
    (play, things) => endOf(play, things) + 1,
  ),
  Terminated: then(active, async (play, { grant }) => {
    await play.do('terminate', 'provider', { subject: grant, authority: 'authorityA' });
  }),
  Forfeited: then(
    async (play) => await suspended(play, 'MISUSE', 'provider'),
    async (play, { grant }) =>
      await play.do('forfeit', 'authorityB', { subject: grant, reasonCode: reason('RECTIFICATION_INSUFFICIENT') }),
  ),
  Changed: then(active, async (play, { grant }) => {
    const terms = { ...AGREED_TERMS, fields: 1n, documentHash: hashOf('changed') };
    await play.do('changeGrant', 'provider', { subject: grant, authority: 'authorityA', ...terms });
  }),
  'Active, the changed one': async (play) => {
    const things = await active(play);
    const terms = { ...AGREED_TERMS, fields: 1n, documentHash: hashOf('changed'), hashAlgorithm: 1 };
    await play.do('changeGrant', 'provider', { subject: things.grant, authority: 'authorityA', ...terms });
    return { ...things, grant: grantIdOf(things.request, terms) };
  },
  Released: then(active, async (play, { grant }) => await play.do('release', 'requester', { subject: grant })),
  'Released, requester suspended': then(issued, async (play, { grant }) => {
    await play.govern('requester', false);
    await play.do('release', 'requester', { subject: grant });
  }),
  DisposalCertified: then(active, async (play, { grant }) => {
    await play.do('release', 'requester', { subject: grant });
    await play.do('certifyDisposal', 'requester', { subject: grant });
  }),
  Closed: then(active, async (play, { grant }) => {
    await play.do('release', 'requester', { subject: grant });
    await play.do('certifyDisposal', 'requester', { subject: grant });
    await play.do('acceptDisposal', 'provider', { subject: grant });
  }),
  'Active, beyond the calendar': then(active, () => at('2030-12-28')),
};

const CORRECTION_STATES: Record<string, Reach> = {
  None: publishedThings,
  Filed: filed,
  'Filed, last second': then(filed, (play, things) => caseDue(play, things) - 1),
  'Filed, late': then(filed, caseDue),
  Verifying: verifying,
  'Verifying, late': then(verifying, caseDue),
  Corrected: async (play) => await answered(play, 'correct'),
  'Corrected, late': then(async (play) => await answered(play, 'correct'), caseDue),
  Upheld: async (play) => await answered(play, 'uphold'),
  'Upheld, late': then(async (play) => await answered(play, 'uphold'), caseDue),
  FedBack: fedBack,
  'FedBack, later': then(fedBack, caseDue),
  Closed: then(
    fedBack,
    async (play, things) => await play.do('closeCorrection', 'requester', { subject: things.case }),
  ),
  'Filed, provider suspended': then(filed, async (play) => await play.govern('provider', false)),
  'None, beyond the calendar': then(publishedThings, () => at('2030-12-28')),
};

const opened =
  (
    reach: (play: Play) => Promise<Partial<Things>>,
    kind: Act['subjectKind'],
    by: DepartmentName,
    against: DepartmentName,
  ) =>
  async (play: Play) => {
    const things = await reach(play);
    const subjects = { None: '', Request: things.request, Grant: things.grant, Correction: things.case };
    const subject = kind === 'Resource' ? things.resource! : subjects[kind]!;
    return { ...things, case: await play.do('openDispute', by, { subjectKind: kind, subject, respondent: against }) };
  };

const near = { requester: 'neighbour' } as const;
const applied =
  (reach: (play: Play) => Promise<{ case: string }>): Reach =>
  async (play) => {
    const things = await reach(play);
    await play.do('applyForCoordination', caseIn(play.world, things.case).claimant as DepartmentName, {
      subject: things.case,
    });
    return things;
  };
const at2 =
  (to: 'Coordinating' | 'Settled' | 'Escalated' | 'Decided', sides: Sides = {}): Reach =>
  async (play) => {
    const things = await disputed(play, sides);
    await brought(play, things.case, to);
    return things;
  };

const ungoverned = async (play: Play) => ({
  resource: await published(play, {}, { provider: 'stray', authority: 'strayAuthority' }),
});

const DISPUTE_STATES: Record<string, Reach> = {
  None: refused,
  Negotiating: disputed,
  'Negotiating, about a grant, by the provider': opened(active, 'Grant', 'provider', 'requester'),
  'Negotiating, about a correction': opened(fedBack, 'Correction', 'requester', 'provider'),
  'Negotiating, about a class': opened(publishedThings, 'Resource', 'authorityB', 'provider'),
  Applied: applied(disputed),
  'Applied, same city': applied(async (play) => await disputed(play, near)),
  'Applied, province and city': applied(
    async (play) => await disputed(play, { provider: 'provinceProvider', authority: 'provinceAuthority' }),
  ),
  'Applied, without a common government': applied(async (play) => await disputed(play, { requester: 'far' })),
  'Applied, with one who has no government': applied(async (play) => await disputed(play, { requester: 'stray' })),
  'Applied, both without a government': applied(opened(ungoverned, 'Resource', 'strayAuthority', 'stray')),
  Coordinating: at2('Coordinating'),
  'Coordinating, same city': at2('Coordinating', near),
  Settled: at2('Settled'),
  Escalated: at2('Escalated'),
  'Escalated, same city': at2('Escalated', near),
  Decided: at2('Decided'),
  'Executed after settlement': then(
    at2('Settled') as (play: Play) => Promise<{ case: string }>,
    async (play, things) => {
      await play.do('executeDispute', 'provider', { subject: things.case });
    },
  ),
  'Negotiating, claimant suspended': then(disputed, async (play) => await play.govern('requester', false)),
};

const statesOf = (machine: Machine, states: Record<string, Reach>): State[] =>
  Object.entries(states).map(([name, reach]) => ({ machine, name, reach }));

export const STATES: readonly State[] = [
  ...statesOf('resource', RESOURCE_STATES),
  ...statesOf('request', REQUEST_STATES),
  ...statesOf('grant', GRANT_STATES),
  ...statesOf('correction', CORRECTION_STATES),
  ...statesOf('dispute', DISPUTE_STATES),
];
