import {
  designateSource,
  extendUpdate,
  freezeResource,
  publishResource,
  requireUpdate,
  retireResource,
  returnResource,
  submitResource,
  unfreezeResource,
} from './catalog-rules.ts';
import { fileCorrection, openDispute, stepCase } from './case-rules.ts';
import type { Entry } from './entry.ts';
import type { EventName } from './events.ts';
import {
  activate,
  agree,
  certifyDisposal,
  changeGrant,
  closeGrant,
  deliver,
  followUp,
  forfeit,
  release,
  resume,
  suspend,
  terminate,
} from './grant-rules.ts';
import { proveEquivocation, registerGateway, retireGateway } from './log-rules.ts';
import {
  changeAccounts,
  changeStatus,
  governStatus,
  listContract,
  registerDepartment,
  registerKey,
  revokeKey,
  setYear,
} from './registry-rules.ts';
import {
  askSupplement,
  extendAnswer,
  refuse,
  reopenRequest,
  submitRequest,
  supplement,
  withdrawRequest,
} from './request-rules.ts';
import { checkStep } from './rules.ts';
import type { World } from './world.ts';

type Rule = (world: World, entry: Entry) => void;

const RULES: Readonly<Record<EventName, Rule>> = {
  ContractListed: listContract,
  DepartmentRegistered: registerDepartment,
  DepartmentAccountsChanged: changeAccounts,
  DepartmentAccountsRestored: changeAccounts,
  DepartmentStatusChanged: changeStatus,
  DepartmentStatusGoverned: governStatus,
  AccessKeyRegistered: registerKey,
  AccessKeyRevoked: revokeKey,
  CalendarYearSet: setYear,
  ResourceSubmitted: submitResource,
  SourceDesignated: designateSource,
  ResourcePublished: publishResource,
  ResourceReturned: returnResource,
  UpdateRequired: requireUpdate,
  UpdateExtended: extendUpdate,
  ResourceFrozen: freezeResource,
  ResourceUnfrozen: unfreezeResource,
  ResourceRetired: retireResource,
  ShareRequested: submitRequest,
  SupplementAsked: askSupplement,
  RequestResubmitted: supplement,
  AnswerExtended: extendAnswer,
  RequestWithdrawn: withdrawRequest,
  RequestReopened: reopenRequest,
  ShareRefused: refuse,
  GrantIssued: agree,
  GrantDelivered: deliver,
  GrantActivated: activate,
  GrantSuspended: suspend,
  SuspensionFollowedUp: followUp,
  GrantResumed: resume,
  GrantTerminated: terminate,
  GrantForfeited: forfeit,
  GrantChanged: changeGrant,
  GrantReleased: release,
  DisposalCertified: certifyDisposal,
  GrantClosed: closeGrant,
  CorrectionFiled: fileCorrection,
  DisputeOpened: openDispute,
  CorrectionVerifying: stepCase,
  CorrectionMade: stepCase,
  CorrectionUpheld: stepCase,
  CorrectionFedBack: stepCase,
  CorrectionClosed: stepCase,
  CoordinationApplied: stepCase,
  DisputeCoordinated: stepCase,
  DisputeSettled: stepCase,
  DisputeEscalated: stepCase,
  DisputeDecided: stepCase,
  DisputeExecuted: stepCase,
  GatewayRegistered: registerGateway,
  GatewayRetired: retireGateway,
  GatewayEquivocated: proveEquivocation,
};

/**
 * Moves the world by one entry.
 * @throws RuleBroken when no contract would have recorded it
 */
export function apply(world: World, entry: Entry): void {
  checkStep(entry);
  RULES[entry.name](world, entry);
}
