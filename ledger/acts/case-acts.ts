import { z } from 'zod';

import type { ActTable } from './act-definition.ts';
import { DISPUTE_SUBJECTS } from './chain-enums.ts';
import { department, hash, resourceId, small, version } from './columns.ts';
import { document, expiry, STEP, step } from './step-acts.ts';

const correctionFiling = z.strictObject({
  requester: department,
  resourceId,
  resourceVersion: version,
  reasonCode: hash,
  ...document,
  ...expiry,
});

/** `subjectKind` is one of DISPUTE_SUBJECTS, `subject` an id of that kind. */
const disputeOpening = z.strictObject({
  claimant: department,
  respondent: department,
  subjectKind: small(DISPUTE_SUBJECTS.resource),
  subject: hash,
  reasonCode: hash,
  ...document,
  ...expiry,
});

const CASES = 'CaseBook';

/** The acts of `ICaseBook`. */
export const CASE_ACTS = {
  fileCorrection: {
    contract: CASES,
    primaryType: 'CorrectionFiling',
    method: 'fileCorrectionBySig',
    event: 'CorrectionFiled',
    signers: [{ department: 'requester', role: 'office' }],
    document: 'CorrectionFiling',
    schema: correctionFiling,
  },
  verifyCorrection: step(CASES, STEP.case, {
    primaryType: 'CorrectionVerification',
    method: 'verifyCorrectionBySig',
    event: 'CorrectionVerifying',
    document: 'Statement',
  } as const),
  correct: step(CASES, STEP.case, {
    primaryType: 'CorrectionMaking',
    method: 'correctBySig',
    event: 'CorrectionMade',
    document: 'Statement',
  } as const),
  uphold: step(CASES, STEP.case, {
    primaryType: 'CorrectionUpholding',
    method: 'upholdBySig',
    event: 'CorrectionUpheld',
    document: 'Statement',
  } as const),
  feedBackCorrection: step(CASES, STEP.case, {
    primaryType: 'CorrectionFeedback',
    method: 'feedBackCorrectionBySig',
    event: 'CorrectionFedBack',
    document: 'Statement',
  } as const),
  closeCorrection: step(CASES, STEP.case, {
    primaryType: 'CorrectionClosure',
    method: 'closeCorrectionBySig',
    event: 'CorrectionClosed',
    document: 'Statement',
  } as const),
  openDispute: {
    contract: CASES,
    primaryType: 'DisputeOpening',
    method: 'openDisputeBySig',
    event: 'DisputeOpened',
    signers: [{ department: 'claimant', role: 'office' }],
    document: 'DisputeOpening',
    schema: disputeOpening,
  },
  applyForCoordination: step(CASES, STEP.case, {
    primaryType: 'CoordinationApplication',
    method: 'applyForCoordinationBySig',
    event: 'CoordinationApplied',
    document: 'Statement',
  } as const),
  coordinate: step(CASES, STEP.case, {
    primaryType: 'DisputeCoordination',
    method: 'coordinateBySig',
    event: 'DisputeCoordinated',
    document: 'Statement',
  } as const),
  settleDispute: step(CASES, STEP.case, {
    primaryType: 'DisputeSettlement',
    method: 'settleDisputeBySig',
    event: 'DisputeSettled',
    document: 'Statement',
  } as const),
  escalateDispute: step(CASES, STEP.case, {
    primaryType: 'DisputeEscalation',
    method: 'escalateDisputeBySig',
    event: 'DisputeEscalated',
    document: 'Statement',
  } as const),
  decideDispute: step(CASES, STEP.case, {
    primaryType: 'DisputeDecision',
    method: 'decideDisputeBySig',
    event: 'DisputeDecided',
    document: 'Statement',
  } as const),
  executeDispute: step(CASES, STEP.case, {
    primaryType: 'DisputeExecution',
    method: 'executeDisputeBySig',
    event: 'DisputeExecuted',
    document: 'Statement',
  } as const),
} as const satisfies ActTable;
