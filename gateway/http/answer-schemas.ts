import { z } from 'zod';

import {
  DEPARTMENT_KINDS,
  DEPARTMENT_STATUSES,
  GATEWAY_STATUSES,
  REQUEST_KINDS,
  SHARE_CLASSES,
} from '../../ledger/acts/chain-enums.ts';
import { CONTRACT_NAMES } from '../../ledger/deployment.ts';
import { DOCUMENT_KINDS, DOCUMENT_SCHEMAS } from '../../ledger/documents/parse-document.ts';
import { GRANT_STATUSES } from '../../ledger/grant-table.ts';
import { LIABILITY_ITEMS } from '../../ledger/liability.ts';
import { CASE_STATUSES } from '../../ledger/projection/case-state.ts';
import { TASKS } from '../inbox/tasks.ts';
import { AUDIT_PROBLEMS } from '../log/audit-standing.ts';
import { REQUEST_STATUSES, RESOURCE_VERSION_STATUSES } from '../stores/schema.ts';

/** What the routes answer, for the OpenAPI document; a test holds real answers against it. */

export const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z.string().regex(/^0x[0-9a-f]{40}$/);
export const department = z.string().length(18);
export const count = z.int().min(0);
export const seconds = z.int().min(0).describe('Unix seconds');
const block = z.strictObject({ number: count, hash: bytes32, timestamp: seconds });
const byContract = <Value extends z.ZodType>(value: Value) => z.record(z.enum(CONTRACT_NAMES), value);
const { CatalogEntry, CorrectionFiling, DisputeOpening, ShareAuthorization, ShareRefusal, ShareRequest } =
  DOCUMENT_SCHEMAS;
const anyDocument = z.union(DOCUMENT_KINDS.map((kind) => DOCUMENT_SCHEMAS[kind]));

/** Members that every entry of the ledger's lists has. */
const entry = {
  dueAt: seconds.describe('What it waits for is late from this second on; 0: nothing'),
  documentHash: bytes32,
  recordedAt: seconds,
  blockNumber: count,
};

/** What was done, by whom, why, and which clock it stopped and started. */
const step = z
  .strictObject({
    contract: z.enum(CONTRACT_NAMES),
    seq: count,
    blockNumber: count,
    recordedAt: seconds,
    event: z.string(),
    kind: z.enum(['resource', 'request', 'grant', 'case']),
    subject: bytes32,
    department,
    reasonCode: z.string().nullable(),
    status: z.string(),
    dueBefore: seconds,
    dueAt: seconds,
    documentHash: bytes32.nullable(),
    document: anyDocument.nullable(),
  })
  .meta({ id: 'Step' });
const steps = z.array(step);

export const departmentAnswer = z
  .strictObject({
    id: department,
    kind: z.enum(Object.keys(DEPARTMENT_KINDS)),
    status: z.enum(Object.keys(DEPARTMENT_STATUSES)),
    superior: department.nullable(),
    region: z.string(),
    maker: z.string(),
    office: z.string(),
    head: z.string(),
  })
  .meta({ id: 'Department' });

export const gatewayAnswer = z
  .strictObject({
    id: bytes32,
    operator: department,
    publicKey: bytes32,
    account: address,
    status: z.enum(Object.keys(GATEWAY_STATUSES)),
    registeredAt: seconds,
    endedAt: seconds.nullable(),
  })
  .meta({ id: 'Gateway' });

const resourceRow = z
  .strictObject({
    resourceId: bytes32,
    version: count,
    provider: department,
    status: z.enum(RESOURCE_VERSION_STATUSES),
    title: z.string().nullable(),
    ...entry,
  })
  .meta({ id: 'ResourceVersion' });

export const resourceAnswer = z.strictObject({
  id: bytes32,
  provider: department,
  codeHash: bytes32,
  publishedVersion: count,
  restraint: z.enum(['none', 'frozen', 'retired']),
  updateDueAt: seconds,
  updateExtended: z.boolean(),
  version: count,
  state: z
    .strictObject({
      status: z.enum(RESOURCE_VERSION_STATUSES),
      shareClass: z.enum(Object.keys(SHARE_CLASSES)),
      level: count,
      fieldCount: count,
      documentHash: bytes32,
      hashAlgorithm: count,
      conditionsHash: bytes32,
      denyBasisHash: bytes32,
      derivedFrom: bytes32.nullable(),
    })
    .nullable(),
  entry: CatalogEntry.nullable(),
  steps,
});

const request = z.strictObject({
  requestId: bytes32,
  requester: department,
  provider: department.nullable(),
  resourceId: bytes32,
  resourceVersion: count,
  kind: z.enum(Object.keys(REQUEST_KINDS)),
  status: z.enum(REQUEST_STATUSES),
  answerHash: bytes32.nullable(),
  ...entry,
});
const requestRow = request.meta({ id: 'Request' });

export const requestAnswer = request.extend({
  document: ShareRequest.nullable(),
  answer: z.union([ShareAuthorization, ShareRefusal]).nullable(),
  grantId: bytes32.nullable(),
  steps,
});

const grant = z.strictObject({
  grantId: bytes32,
  requestId: bytes32,
  requester: department,
  provider: department,
  resourceId: bytes32,
  resourceVersion: count,
  notBefore: seconds,
  notAfter: seconds,
  status: z.enum(GRANT_STATUSES),
  disposalDays: count,
  statusReason: z.string().nullable(),
  suspender: department.nullable(),
  ...entry,
});
const grantRow = grant.meta({ id: 'Grant' });

export const grantAnswer = grant.extend({
  usage: z.strictObject({ second: count, day: count, total: count, bytesToday: count }),
  /** The sides that are suspended. */
  suspended: z.array(department),
  steps,
  document: ShareAuthorization.nullable(),
});

const caseMembers = z.strictObject({
  caseId: bytes32,
  kind: z.enum(['correction', 'dispute']),
  claimant: department,
  respondent: department,
  coordinator: department.nullable(),
  subject: bytes32,
  status: z.enum(CASE_STATUSES),
  ...entry,
});
const caseRow = caseMembers.meta({ id: 'Case' });

export const caseAnswer = caseMembers.extend({
  document: z.union([CorrectionFiling, DisputeOpening]).nullable(),
  steps,
});

export const documentAnswer = z.strictObject({
  document: anyDocument,
  salt: z.string(),
});

export const calendarAnswer = z.strictObject({
  years: z.array(z.strictObject({ year: count, workingDays: count, authority: department, noticeHash: bytes32 })),
});
export const departmentsAnswer = z.strictObject({ departments: z.array(departmentAnswer) });
export const gatewaysAnswer = z.strictObject({ gateways: z.array(gatewayAnswer) });
export const resourcesAnswer = z.strictObject({ resources: z.array(resourceRow) });
export const requestsAnswer = z.strictObject({ requests: z.array(requestRow) });
export const grantsAnswer = z.strictObject({ grants: z.array(grantRow) });
export const casesAnswer = z.strictObject({ cases: z.array(caseRow) });
export const inboxAnswer = z.strictObject({
  department,
  at: seconds,
  items: z.array(
    z.strictObject({
      task: z.enum(Object.keys(TASKS)),
      title: z.string(),
      titleZh: z.string(),
      kind: z.enum(['resource', 'request', 'grant', 'case']),
      subject: bytes32,
      counterpart: department.nullable(),
      since: seconds,
      dueAt: seconds,
      overdue: z.boolean(),
      liability: z.enum(Object.keys(LIABILITY_ITEMS)).nullable(),
      late: z.string().nullable(),
      lateZh: z.string().nullable(),
    }),
  ),
  truncated: z.boolean(),
});

const timeliness = z.strictObject({ inTime: count, late: count, overdue: count });

export const scorecardAnswer = z
  .strictObject({
    department,
    answers: timeliness,
    deliveries: timeliness,
    corrections: timeliness,
    updates: timeliness,
    reviews: timeliness,
    disposals: timeliness,
    requests: z.strictObject({ made: count, withdrawn: count }),
    given: z.strictObject({ agreed: count, refused: count }),
    misuse: count,
  })
  .meta({ id: 'Scorecard' });
export const scorecardsAnswer = z.strictObject({ at: seconds, scorecards: z.array(scorecardAnswer) });

export const actStateAnswer = z
  .strictObject({
    digest: bytes32.nullable(),
    status: z.enum(['recorded', 'pending', 'rejected']),
    entry: z.strictObject({ block: count, blockHash: bytes32, transaction: bytes32 }).nullable(),
    failure: z.string().nullable(),
    revert: z.strictObject({ name: z.string(), args: z.record(z.string(), z.string()) }).nullable(),
  })
  .meta({ id: 'ActState' });

export const chainAnswer = z.strictObject({
  deployment: z.strictObject({
    chainId: count,
    genesisHash: bytes32,
    startBlock: count,
    profile: z.enum(['dev', 'qbft', 'comet']),
    contracts: byContract(address),
    codeHashes: byContract(bytes32),
    verifiers: z.strictObject({ p256: address, webauthn: address }),
  }),
  authority: z.string(),
  scheme: z.enum(['https', 'http']),
  gateway: z.strictObject({ keyId: z.string(), algorithm: z.literal('ed25519'), publicKey: bytes32, account: address }),
  block: block.nullable(),
  heads: byContract(z.strictObject({ seq: count, head: bytes32 })).nullable(),
  stale_reason: z.string().nullable(),
  announced_block: z.int(),
  proved_ago_ms: count.nullable(),
});

export const healthAnswer = z.strictObject({ status: z.literal('ok') });

export const readinessAnswer = z.strictObject({
  status: z.enum(['ready', 'not ready']),
  stale_reason: z.string().nullable(),
  chain_age_seconds: z.int().nullable(),
  proved_ago_ms: count.nullable(),
  projection_lag_blocks: z.int().nullable(),
  outbox_depth: count,
  receipts_writable: z.boolean(),
  audit_problem: z.enum(AUDIT_PROBLEMS).nullable(),
  log_size: count,
  anchored_size: count.nullable(),
  open_streams: count,
  sources: z.strictObject({ usable: count, wrong: count, away: count, unchecked: count }),
});
