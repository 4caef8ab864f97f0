import { z } from 'zod';
import { createDocument } from 'zod-openapi';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';

import { ACTS } from '../../ledger/acts/act-definitions.ts';
import { DENY_CODES } from '../../ledger/deny-codes.ts';
import { DOCUMENT_SCHEMAS } from '../../ledger/documents/parse-document.ts';
import { receiptSchema } from '../../ledger/receipts/receipt.ts';
import { GATEWAY_ERRORS } from '../errors.ts';
import { TIMELINE_KINDS } from '../stores/timelines.ts';
import { actMessageSchema } from './accept-act.ts';
import * as answers from './answer-schemas.ts';
import * as records from './record-schemas.ts';
import { pageSchema, versionSchema } from './parse-page.ts';
import { PROBLEM_TYPE } from './problem.ts';
import { confirmationBody } from './routes/confirmations.ts';
import { EVIDENCE_TYPE } from './routes/evidence.ts';
import { ROWS_TYPE } from './routes/relay-rows.ts';
import { TIMESTAMP_TYPE } from './routes/timestamps.ts';
import { SIZE_TYPE } from './routes/witness.ts';

const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    title_zh: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(GATEWAY_ERRORS)),
    detail: z.string(),
    instance: z.string(),
    deny_code: z.enum(Object.keys(DENY_CODES)).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

const signature = [{ messageSignature: [] }];

function json(description: string, schema: z.ZodType) {
  return { description, content: { 'application/json': { schema } } };
}

const problems = { description: 'Refused', content: { [PROBLEM_TYPE]: { schema: problemSchema } } };

function signedGet(summary: string, answer: z.ZodType): ZodOpenApiOperationObject {
  return { summary, security: signature, responses: { 200: json(summary, answer), default: problems } };
}

/** A signed read of the one thing that `parameter` of the path names. */
function signedGetOf(parameter: string, summary: string, answer: z.ZodType): ZodOpenApiOperationObject {
  return { ...signedGet(summary, answer), requestParams: { path: z.object({ [parameter]: z.string() }) } };
}

/** A signed read of a page of things. */
function signedList(summary: string, answer: z.ZodType): ZodOpenApiOperationObject {
  return { ...signedGet(summary, answer), requestParams: { query: pageSchema } };
}

function publicGet(summary: string, answer: z.ZodType): ZodOpenApiOperationObject {
  return { summary, security: [], responses: { 200: json(summary, answer), default: problems } };
}

/** The ledger refuses a call before it is queued, as a problem; or when it is mined, as the state of the act. */
const rejected = {
  description: 'The ledger refuses the act, or the act and its document do not fit',
  content: { ...problems.content, 'application/json': { schema: answers.actStateAnswer } },
};

/** One path for each act, its document beside it. */
function actPaths(): ZodOpenApiPathsObject {
  return Object.fromEntries(
    Object.entries(ACTS).map(([name, { primaryType, schema, document, signers }]) => {
      const signatures = actMessageSchema.shape.signatures.length(signers.length);
      const body = { act: z.strictObject(schema.shape), signatures };
      const documented = document === null ? body : { ...body, document: DOCUMENT_SCHEMAS[document], salt: z.string() };
      const responses = {
        201: json('On the ledger, and in force at this gateway', answers.actStateAnswer),
        202: json('Durable here; not yet on the ledger, or not yet proved by this gateway', answers.actStateAnswer),
        422: rejected,
        default: problems,
      };
      const accounts = signers.map(({ role, department }) => `the ${role} of \`${department}\``);
      const summary = `Carry a ${primaryType}, signed by ${accounts.join(' and by ')}`;
      const requestBody = { required: true, content: { 'application/json': { schema: z.strictObject(documented) } } };
      const requestParams = { header: z.object({ 'idempotency-key': z.string().min(1).max(128).optional() }) };
      const security = name === 'registerAccessKey' ? [...signature, {}] : signature;
      return [`/v1/acts/${name}`, { post: { summary, security, requestParams, requestBody, responses } }];
    }),
  );
}

function rowsOperation(): ZodOpenApiOperationObject {
  const use = ['dxl-purpose', 'dxl-case-number', 'dxl-system'].map((name) => [name, z.string().optional()]);
  return {
    summary: 'Read rows under a grant; `where.<field>=<value>` filters by granted fields',
    security: signature,
    requestParams: {
      path: z.object({ grantId: z.string() }),
      query: z.object({ fields: z.string(), region: z.string(), limit: z.string() }).partial(),
      header: z.object(Object.fromEntries(use)),
    },
    responses: {
      200: { description: 'One JSON object a line', content: { [ROWS_TYPE]: { schema: z.string() } } },
      default: problems,
    },
  };
}

/** As `operation`, answering with a body of another type. */
function answering(operation: ZodOpenApiOperationObject, type: string): ZodOpenApiOperationObject {
  const { summary = '', responses } = operation;
  return {
    ...operation,
    responses: { ...responses, 200: { description: summary, content: { [type]: { schema: z.string() } } } },
  };
}

const text = (operation: ZodOpenApiOperationObject) => answering(operation, 'text/plain');
const binary = (operation: ZodOpenApiOperationObject) => answering(operation, 'application/octet-stream');

function evidenceOperation(): ZodOpenApiOperationObject {
  const names = ['grant', 'case', 'receipt', 'from', 'to', 'redact'];
  return {
    summary: 'An evidence bundle (docs/evidence-format.md)',
    security: signature,
    requestParams: { query: z.object(Object.fromEntries(names.map((name) => [name, z.string().optional()]))) },
    responses: {
      200: { description: 'One line each', content: { [EVIDENCE_TYPE]: { schema: z.string() } } },
      default: problems,
    },
  };
}

function confirmationOperation(): ZodOpenApiOperationObject {
  const summary = 'Sign for what was received';
  const content = { 'application/json': { schema: confirmationBody } };
  return {
    summary,
    security: signature,
    requestParams: { path: z.object({ id: z.string() }) },
    requestBody: { required: true, content },
    responses: { 201: json('Recorded', records.confirmationAnswer), default: problems },
  };
}

const INFO = {
  title: 'Data exchange gateway',
  version: '1',
  description: 'Requests are signed by profile dxl-request-v1 (docs/protocol.md); answers to them are signed as well.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

const SECURITY_SCHEME = {
  type: 'apiKey',
  in: 'header',
  name: 'Signature',
  description: 'RFC 9421, profile dxl-request-v1',
} as const;

function readPaths(): ZodOpenApiPathsObject {
  return {
    '/v1/acts/{digest}': { get: signedGetOf('digest', 'What became of an act', answers.actStateAnswer) },
    '/v1/grants/{grantId}/rows': { get: rowsOperation() },
    '/v1/calendar': { get: signedGet('The years whose working days are on the ledger', answers.calendarAnswer) },
    '/v1/departments': { get: signedGet('All departments', answers.departmentsAnswer) },
    '/v1/departments/{id}': { get: signedGetOf('id', 'A department', answers.departmentAnswer) },
    '/v1/gateways': { get: signedGet('All gateways, those that ended too', answers.gatewaysAnswer) },
    '/v1/gateways/{id}': { get: signedGetOf('id', 'A gateway', answers.gatewayAnswer) },
    '/v1/resources': { get: signedList('The catalogue', answers.resourcesAnswer) },
    '/v1/resources/{id}': {
      get: {
        ...signedGet('A resource with the entry of a version, the published one by default', answers.resourceAnswer),
        requestParams: { path: z.object({ id: z.string() }), query: versionSchema },
      },
    },
    '/v1/requests': { get: signedList("The department's requests, asked and to answer", answers.requestsAnswer) },
    '/v1/requests/{id}': { get: signedGetOf('id', 'A request with its documents', answers.requestAnswer) },
    '/v1/cases': { get: signedList("The department's corrections and disputes", answers.casesAnswer) },
    '/v1/cases/{id}': { get: signedGetOf('id', 'A correction or dispute with its steps', answers.caseAnswer) },
    '/v1/grants': { get: signedList("The department's grants, held and given", answers.grantsAnswer) },
    '/v1/grants/{id}': { get: signedGetOf('id', 'A grant with its authorization and usage', answers.grantAnswer) },
    '/v1/documents/{hash}': {
      get: signedGetOf('hash', 'A document and its salt, by the hash on the ledger', answers.documentAnswer),
    },
    '/v1/inbox': { get: signedGet('What waits for the department, and what is overdue', answers.inboxAnswer) },
    '/v1/scorecards': { get: signedGet('Records of timeliness, counted from the ledger', answers.scorecardsAnswer) },
    '/v1/scorecards/{id}': { get: signedGetOf('id', "A department's record", answers.scorecardAnswer) },
  };
}

function recordPaths(): ZodOpenApiPathsObject {
  return {
    '/v1/receipts': { get: signedList('Receipts of reads', records.receiptsAnswer) },
    '/v1/receipts/{id}/explanation': {
      get: signedGetOf('id', 'Which rule refused the read, by which fact, and what to do', records.explanationAnswer),
    },
    '/v1/receipts/{id}/proof': {
      get: text(signedGetOf('id', 'That the receipt is in the log (C2SP tlog-proof)', z.string())),
    },
    '/v1/receipts/{id}/confirmation': { post: confirmationOperation() },
    '/v1/audit/{kind}/{id}': {
      get: {
        ...signedGet('What happened around a thing or by a department, for supervisors', records.timelineAnswer),
        requestParams: { path: z.object({ kind: z.enum(TIMELINE_KINDS), id: z.string() }), query: pageSchema },
      },
    },
    '/v1/evidence': { get: evidenceOperation() },
    '/v1/log/consistency': {
      get: {
        ...signedGet('That a larger log begins with a smaller one (RFC 9162)', records.consistencyAnswer),
        requestParams: { query: z.object({ from: z.string(), to: z.string().optional() }) },
      },
    },
    '/log/tile/entries/{index}': {
      get: binary(signedGetOf('index', 'A bundle of leaves (C2SP tlog-tiles), for supervisors', z.string())),
    },
    '/v1/receipts/{id}': {
      get: signedGetOf('id', 'A receipt, and for its two sides the salt of its contentHash', records.receiptAnswer),
    },
  };
}

function addCheckpointOperation(): ZodOpenApiOperationObject {
  const summary = 'Cosign the log of another gateway (C2SP tlog-witness)';
  const body = { description: 'Old size, proof and checkpoint', content: { 'text/plain': { schema: z.string() } } };
  const conflict = { description: 'Known size', content: { [SIZE_TYPE]: { schema: z.string() } } };
  return {
    summary,
    security: [],
    requestBody: { required: true, ...body },
    responses: {
      200: { description: 'Signature lines', content: { 'text/plain': { schema: z.string() } } },
      409: conflict,
      default: problems,
    },
  };
}

function publicPaths(): ZodOpenApiPathsObject {
  const readiness = publicGet('The gateway may be asked', answers.readinessAnswer);
  const notReady = json('It may not be asked now', answers.readinessAnswer);
  const metrics = { description: 'Prometheus text', content: { 'text/plain': { schema: z.string() } } };
  return {
    '/v1/chain': {
      get: publicGet('The ledger that this gateway follows, and its own key', answers.chainAnswer),
    },
    '/log/checkpoint': { get: text(publicGet('The newest signed tree head (C2SP tlog-checkpoint)', z.string())) },
    '/log/cosigned': { get: text(publicGet('The newest checkpoint with the cosignatures of witnesses', z.string())) },
    '/log/timestamp/{size}': {
      get: {
        ...answering(publicGet('The time stamp of a checkpoint (RFC 3161)', z.string()), TIMESTAMP_TYPE),
        requestParams: { path: z.object({ size: z.string() }) },
      },
    },
    '/log/witness/add-checkpoint': { post: addCheckpointOperation() },
    '/log/tile/{level}/{index}': {
      get: {
        ...binary(publicGet('Hashes of the tree (C2SP tlog-tiles)', z.string())),
        requestParams: { path: z.object({ level: z.string(), index: z.string() }) },
      },
    },
    '/healthz': { get: publicGet('The process answers', answers.healthAnswer) },
    '/readyz': { get: { ...readiness, responses: { ...readiness.responses, 503: notReady } } },
    '/metrics': { get: { summary: 'Metrics', security: [], responses: { 200: metrics, default: problems } } },
    '/openapi.json': { get: publicGet('This document', z.looseObject({ openapi: z.string() })) },
  };
}

/** OpenAPI 3.1, made from the very schemas that parse. */
export function openApiDocument(): unknown {
  return createDocument({
    openapi: '3.1.0',
    info: INFO,
    components: {
      schemas: { ...DOCUMENT_SCHEMAS, AccessReceipt: receiptSchema },
      securitySchemes: { messageSignature: SECURITY_SCHEME },
    },
    paths: { ...actPaths(), ...readPaths(), ...recordPaths(), ...publicPaths() },
  });
}
