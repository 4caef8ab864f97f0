import { ZeroHash } from 'ethers';

import { type Act, hashOf, reason } from './acts.ts';
import { at } from './calendar.ts';
import type { DepartmentName } from './departments.ts';
import type { Play } from './play.ts';
import { caseIn, grantIdOf, grantIn, requestIn, resourceIdOf, resourceIn } from './world.ts';

/** What the acts are about: an id that stands for nothing where the state has no such thing. */
export interface Things {
  readonly resource: string;
  readonly request: string;
  readonly grant: string;
  readonly case: string;
}

/** Thursday, with the holidays of October ahead. */
export const START = at('2025-09-25 09:00:00');
export const CODE = hashOf('code');
export const CONDITIONS = hashOf('conditions');
const YEAR_SECONDS = 365 * 86_400;
export const WINDOW = { notBefore: START, notAfter: START + YEAR_SECONDS };
export const AGREED_TERMS = { fields: 3n, notBefore: START, notAfter: START + YEAR_SECONDS / 2 };

export const NO_THINGS: Things = {
  resource: resourceIdOf('provider', CODE),
  request: hashOf('no request'),
  grant: hashOf('no grant'),
  case: hashOf('no case'),
};

export const ENTRY: Partial<Act> = { codeHash: CODE, conditionsHash: CONDITIONS, documentHash: hashOf('entry 1') };
export const FREE: Partial<Act> = { shareClass: 'Unconditional', conditionsHash: ZeroHash };
export const DENIED: Partial<Act> = {
  ...{ shareClass: 'Denied', conditionsHash: ZeroHash },
  ...{ denyInstrument: 1, denyBasisHash: hashOf('basis') },
};

export interface Sides {
  readonly provider?: DepartmentName;
  readonly authority?: DepartmentName;
  readonly requester?: DepartmentName;
}

export async function submitted(
  play: Play,
  change: Partial<Act> = {},
  by: DepartmentName = 'provider',
): Promise<string> {
  const act = { ...ENTRY, ...change };
  await play.do('submitResource', by, act);
  return resourceIdOf(by, act.codeHash!);
}

export async function published(play: Play, change: Partial<Act> = {}, sides: Sides = {}): Promise<string> {
  const subject = await submitted(play, change, sides.provider);
  const documentHash = change.documentHash ?? ENTRY.documentHash!;
  await play.do('publishResource', sides.authority ?? 'authorityA', { subject, documentHash });
  return subject;
}

export const SECOND: Partial<Act> = { version: 2, documentHash: hashOf('entry 2') };

export async function asked(play: Play, change: Partial<Act> = {}, entry: Partial<Act> = {}, sides: Sides = {}) {
  const resource = await published(play, entry, sides);
  const request = await play.do('submitRequest', sides.requester ?? 'requester', {
    ...{ subject: resource, fields: 7n, ...WINDOW },
    ...change,
  });
  return { resource, request };
}

export async function refused(play: Play, sides: Sides = {}) {
  const things = await asked(play, {}, {}, sides);
  await refuse(play, things.request);
  return things;
}

export async function refuse(play: Play, request: string): Promise<void> {
  const { provider } = resourceIn(play.world, requestIn(play.world, request).resourceId);
  await play.do('refuse', provider as DepartmentName, {
    ...{ subject: request, reasonCode: reason('CONDITION_NOT_MET'), groundsHash: CONDITIONS },
  });
}

export async function issued(play: Play, terms: Partial<Act> = {}, sides: Sides = {}) {
  const things = await asked(play, {}, {}, sides);
  const agreed = { ...AGREED_TERMS, documentHash: hashOf('authorization'), hashAlgorithm: 1, ...terms };
  await play.do('agree', sides.provider ?? 'provider', { subject: things.request, ...agreed });
  return { ...things, grant: grantIdOf(things.request, agreed) };
}

export async function delivered(play: Play, sides: Sides = {}) {
  const things = await issued(play, {}, sides);
  await play.do('deliver', sides.provider ?? 'provider', { subject: things.grant });
  return things;
}

export async function active(play: Play, sides: Sides = {}) {
  const things = await delivered(play, sides);
  await play.do('acknowledge', sides.requester ?? 'requester', { subject: things.grant });
  return things;
}

export async function suspended(play: Play, code: 'MISUSE' | 'SECURITY', by: DepartmentName, sides: Sides = {}) {
  const things = await active(play, sides);
  const dueAt = code === 'MISUSE' ? play.world.now + 7 * 86_400 : 0;
  await play.do('suspend', by, { subject: things.grant, reasonCode: reason(code), dueAt });
  return things;
}

export async function filed(play: Play) {
  const resource = await published(play);
  return { resource, case: await play.do('fileCorrection', 'requester', { subject: resource }) };
}

export async function verifying(play: Play) {
  const things = await filed(play);
  await play.do('verifyCorrection', 'provider', { subject: things.case });
  return things;
}

export async function answered(play: Play, as: 'correct' | 'uphold') {
  const things = await verifying(play);
  await play.do(as, 'provider', { subject: things.case });
  return things;
}

export async function fedBack(play: Play) {
  const things = await answered(play, 'correct');
  await play.do('feedBackCorrection', 'provider', { subject: things.case });
  return things;
}

export async function disputed(play: Play, sides: Sides = {}) {
  const things = await refused(play, sides);
  const opening = {
    subjectKind: 'Request',
    subject: things.request,
    respondent: sides.provider ?? 'provider',
  } as const;
  return { ...things, case: await play.do('openDispute', sides.requester ?? 'requester', opening) };
}

/** From a dispute that was opened on to where it is coordinated, settled, escalated or decided. */
export async function brought(
  play: Play,
  subject: string,
  to: 'Applied' | 'Coordinating' | 'Settled' | 'Escalated' | 'Decided',
  outcome = 'REOPEN',
): Promise<void> {
  const { claimant, respondent } = caseIn(play.world, subject);
  await play.do('applyForCoordination', claimant as DepartmentName, { subject });
  if (to === 'Applied') return;
  const isNear = ![claimant, respondent].includes('requester');
  const coordinator = isNear ? 'authorityA' : 'provinceAuthority';
  await play.do('coordinate', coordinator, { subject });
  if (to === 'Coordinating') return;
  if (to === 'Settled') {
    await play.do('settleDispute', coordinator, { subject, reasonCode: reason(outcome) });
    return;
  }
  await play.do('escalateDispute', respondent as DepartmentName, { subject });
  if (to === 'Escalated') return;
  await play.do('decideDispute', isNear ? 'cityA' : 'province', { subject, reasonCode: reason(outcome) });
}

/** A request that was refused, disputed and opened again. */
export async function reopened(play: Play) {
  const things = await disputed(play);
  await brought(play, things.case, 'Settled');
  await play.do('reopenRequest', 'requester', { subject: things.request });
  return things;
}

export const answerDue = (play: Play, { request }: { request: string }): number => requestIn(play.world, request).dueAt;
export const grantDue = (play: Play, { grant }: { grant: string }): number => grantIn(play.world, grant).dueAt;
export const caseDue = (play: Play, things: { case: string }): number => caseIn(play.world, things.case).dueAt;
export const endOf = (play: Play, { grant }: { grant: string }): number => grantIn(play.world, grant).notAfter;
export const updateDue = (play: Play, id: string): number => resourceIn(play.world, id).updateDueAt;
