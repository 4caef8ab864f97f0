import { z } from 'zod';

import type { ActTable } from './act-definition.ts';
import { REQUEST_KINDS } from './chain-enums.ts';
import { count, department, grantId, hash, regionPrefix, requestId, resourceId, seconds, small } from './columns.ts';
import { uint256, version } from './columns.ts';
import { document, expiry, JOINT_STEP, jointStep, STEP, step } from './step-acts.ts';

/**
 * `kind` is one of REQUEST_KINDS; `priorGrantId` zero where there is none. `fields` is a bitmap over the field list of
 * the entry (see fieldBitmap); the window is in Unix seconds.
 */
export const shareRequest = z.strictObject({
  requester: department,
  kind: small(REQUEST_KINDS.reflow),
  resourceId,
  resourceVersion: version,
  priorGrantId: grantId,
  fields: uint256,
  regionPrefix,
  notBefore: seconds,
  notAfter: seconds,
  ...document,
  ...expiry,
});

/** `conditionsHash` is that of the entry, or zero when no condition binds the grant. */
const shareAgreement = z.strictObject({
  provider: department,
  requestId,
  fields: uint256,
  regionPrefix,
  notBefore: seconds,
  notAfter: seconds,
  conditionsHash: hash,
  disposalDays: count,
  ...document,
  ...expiry,
});

/** `groundsHash`: the published conditions, or the articles of law that are cited. */
const shareRefusal = z.strictObject({
  provider: department,
  requestId,
  reasonCode: hash,
  groundsHash: hash,
  ...document,
  ...expiry,
});

const grantChange = z.strictObject({
  provider: department,
  authority: department,
  grantId,
  fields: uint256,
  notBefore: seconds,
  notAfter: seconds,
  negotiationHash: hash,
  ...document,
  ...expiry,
});

const SHARES = 'ShareLedger';

/** The acts of `IShareLedger`. */
export const SHARE_ACTS = {
  submitRequest: {
    contract: SHARES,
    primaryType: 'ShareRequest',
    method: 'submitRequestBySig',
    event: 'ShareRequested',
    signers: [
      { department: 'requester', role: 'office' },
      { department: 'requester', role: 'maker' },
    ],
    document: 'ShareRequest',
    schema: shareRequest,
  },
  agree: {
    contract: SHARES,
    primaryType: 'ShareAgreement',
    method: 'agreeBySig',
    event: 'GrantIssued',
    signers: [
      { department: 'provider', role: 'office' },
      { department: 'provider', role: 'maker' },
    ],
    document: 'ShareAuthorization',
    schema: shareAgreement,
  },
  refuse: {
    contract: SHARES,
    primaryType: 'ShareRefusal',
    method: 'refuseBySig',
    event: 'ShareRefused',
    signers: [
      { department: 'provider', role: 'office' },
      { department: 'provider', role: 'maker' },
    ],
    document: 'ShareRefusal',
    schema: shareRefusal,
  },
  askSupplement: step(SHARES, STEP.request, {
    primaryType: 'SupplementDemand',
    method: 'askSupplementBySig',
    event: 'SupplementAsked',
    document: 'SupplementNotice',
  } as const),
  supplement: step(SHARES, STEP.request, {
    primaryType: 'RequestSupplement',
    method: 'supplementBySig',
    event: 'RequestResubmitted',
    document: 'RequestSupplement',
  } as const),
  withdrawRequest: step(SHARES, STEP.request, {
    primaryType: 'RequestWithdrawal',
    method: 'withdrawRequestBySig',
    event: 'RequestWithdrawn',
    document: 'Statement',
  } as const),
  reopenRequest: step(SHARES, STEP.request, {
    primaryType: 'RequestReopening',
    method: 'reopenRequestBySig',
    event: 'RequestReopened',
    document: 'Statement',
  } as const),
  extendAnswer: jointStep(SHARES, JOINT_STEP.request, 'office', {
    primaryType: 'AnswerExtension',
    method: 'extendAnswerBySig',
    event: 'AnswerExtended',
    document: 'ExtensionConsent',
  } as const),
  deliver: step(SHARES, STEP.grant, {
    primaryType: 'GrantDelivery',
    method: 'deliverBySig',
    event: 'GrantDelivered',
    document: 'Statement',
  } as const),
  acknowledge: step(SHARES, STEP.grant, {
    primaryType: 'GrantAcknowledgement',
    method: 'acknowledgeBySig',
    event: 'GrantActivated',
    document: 'Statement',
  } as const),
  suspend: step(SHARES, STEP.grant, {
    primaryType: 'GrantSuspension',
    method: 'suspendBySig',
    event: 'GrantSuspended',
    document: 'GrantSuspension',
  } as const),
  followUpSuspension: step(SHARES, STEP.grant, {
    primaryType: 'SuspensionFollowUp',
    method: 'followUpSuspensionBySig',
    event: 'SuspensionFollowedUp',
    document: 'Statement',
  } as const),
  resume: step(SHARES, STEP.grant, {
    primaryType: 'GrantResumption',
    method: 'resumeBySig',
    event: 'GrantResumed',
    document: 'Statement',
  } as const),
  forfeit: step(SHARES, STEP.grant, {
    primaryType: 'GrantForfeiture',
    method: 'forfeitBySig',
    event: 'GrantForfeited',
    document: 'Statement',
  } as const),
  release: step(SHARES, STEP.grant, {
    primaryType: 'GrantRelease',
    method: 'releaseBySig',
    event: 'GrantReleased',
    document: 'Statement',
  } as const),
  certifyDisposal: step(SHARES, STEP.grant, {
    primaryType: 'DisposalCertification',
    method: 'certifyDisposalBySig',
    event: 'DisposalCertified',
    document: 'DisposalCertificate',
  } as const),
  acceptDisposal: step(SHARES, STEP.grant, {
    primaryType: 'DisposalAcceptance',
    method: 'acceptDisposalBySig',
    event: 'GrantClosed',
    document: 'Statement',
  } as const),
  terminate: jointStep(SHARES, JOINT_STEP.grant, 'office', {
    primaryType: 'GrantTermination',
    method: 'terminateBySig',
    event: 'GrantTerminated',
    document: 'GrantTermination',
  } as const),
  changeGrant: {
    contract: SHARES,
    primaryType: 'GrantChange',
    method: 'changeGrantBySig',
    event: 'GrantChanged',
    signers: [
      { department: 'provider', role: 'office' },
      { department: 'authority', role: 'office' },
    ],
    document: 'ShareAuthorization',
    schema: grantChange,
  },
} as const satisfies ActTable;
