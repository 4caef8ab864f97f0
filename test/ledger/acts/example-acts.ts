import { type Act, ACTS, type ActName, isActName } from '../../../ledger/acts/act-definitions.ts';
import { parseAccessKeyId, parseGatewayId, parseGrantId, parseRequestId, parseResourceId } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { actor } from '../../support/actors.ts';

export const ACT_NAMES = Object.keys(ACTS).filter(isActName);

type StepName = factory.SoleStepName | factory.JointStepName;

/** All of them: the struct of a step names its subject, and the opening of a dispute is no step. */
export const STEP_NAMES = ACT_NAMES.filter(
  (name): name is StepName => 'subject' in shapeOf(name) && name !== 'openDispute',
);
export const JOINT_STEP_NAMES = STEP_NAMES.filter(
  (name): name is factory.JointStepName => 'authority' in shapeOf(name),
);

const [authority, provider, requester] = [actor('SH'), actor('GA'), actor('RS')];
const id = factory.someHash(0x5a);

const OTHER_ACTS: { readonly [Name in Exclude<ActName, StepName>]: Act<Name> } = {
  registerDepartment: factory.registration(authority, provider),
  changeDepartmentAccounts: factory.accountsChange(provider),
  changeDepartmentStatus: factory.statusChange(authority, provider, 'suspended'),
  registerAccessKey: factory.keyRegistration(provider),
  revokeAccessKey: factory.keyRevocation(provider, parseAccessKeyId(id)),
  setCalendarYear: factory.calendarYear(authority, 2026, ['2026-01-04', '2026-12-31']),
  submitResource: factory.submission(provider),
  designateSource: factory.designation(authority, parseResourceId(id)),
  submitRequest: factory.shareRequest(requester, parseResourceId(id), { regionPrefix: '990102' }),
  agree: factory.agreement(provider, parseRequestId(id)),
  refuse: factory.refusal(provider, parseRequestId(id)),
  changeGrant: factory.grantChange(provider, authority, parseGrantId(id)),
  fileCorrection: factory.correctionFiling(requester, parseResourceId(id)),
  registerGateway: factory.gatewayRegistration(authority),
  retireGateway: factory.gatewayRetirement(authority, parseGatewayId(id)),
  openDispute: factory.disputeOpening(requester, provider, { kind: 'grant', id }),
};

/** One act of each name. */
export const EXAMPLE_ACTS = Object.fromEntries(ACT_NAMES.map((name) => [name, exampleOf(name)])) as unknown as {
  readonly [Name in ActName]: Act<Name>;
};

function exampleOf(name: ActName): Act {
  if (!isStep(name)) return OTHER_ACTS[name];
  return isJointStep(name)
    ? factory.jointStep(name, provider, authority, id, { dueAt: 7 })
    : factory.step(name, provider, id, { dueAt: 7 });
}

function shapeOf(name: ActName): object {
  return ACTS[name].schema.shape;
}

export function isStep(name: ActName): name is StepName {
  return STEP_NAMES.some((step) => step === name);
}

export function isJointStep(name: ActName): name is factory.JointStepName {
  return JOINT_STEP_NAMES.some((step) => step === name);
}
