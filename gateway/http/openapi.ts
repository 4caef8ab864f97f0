import { z } from 'zod';
import { createDocument } from 'zod-openapi';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';

import { ACTS } from '../../ledger/acts/act-definitions.ts';
import { DENY_CODES } from '../../ledger/deny-codes.ts';
import { DOCUMENT_SCHEMAS } from '../../ledger/documents/parse-document.ts';
import { receiptSchema } from '../../ledger/receipts/receipt.ts';
import { GATEWAY_ERRORS } from '../errors.ts';
import { actMessageSchema } from './accept-act.ts';
import { PROBLEM_TYPE } from './problem.ts';
import { ROWS_TYPE } from './routes/relay-rows.ts';

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

const actStateSchema = z
  .object({
    digest: z.string(),
    status: z.enum(['recorded', 'pending', 'rejected']),
    entry: z.object({ block: z.int(), blockHash: z.string(), transaction: z.string() }).nullable(),
    failure: z.string().nullable(),
    revert: z.object({ name: z.string(), args: z.record(z.string(), z.string()) }).nullable(),
  })
  .meta({ id: 'ActState' });

const saltedReceiptSchema = z.object({ receipt: receiptSchema, contentSalt: z.string().nullable() });

const anything = z.looseObject({});
const signature = [{ messageSignature: [] }];

function json(description: string, schema: z.ZodType) {
  return { description, content: { 'application/json': { schema } } };
}

const problems = { description: 'Refused', content: { [PROBLEM_TYPE]: { schema: problemSchema } } };

function signedGet(summary: string, answer: z.ZodType = anything): ZodOpenApiOperationObject {
  return { summary, security: signature, responses: { 200: json(summary, answer), default: problems } };
}

/** A signed read of the one thing that `parameter` of the path names. */
function signedGetOf(parameter: string, summary: string, answer: z.ZodType = anything): ZodOpenApiOperationObject {
  return { ...signedGet(summary, answer), requestParams: { path: z.object({ [parameter]: z.string() }) } };
}

function publicGet(summary: string): ZodOpenApiOperationObject {
  return { summary, security: [], responses: { 200: json(summary, anything), default: problems } };
}

/** One path for each act, its document beside it. */
function actPaths(): ZodOpenApiPathsObject {
  return Object.fromEntries(
    Object.entries(ACTS).map(([name, { primaryType, schema, document, role, department }]) => {
      const body = { act: z.strictObject(schema.shape), signature: actMessageSchema.shape.signature };
      const documented = document === null ? body : { ...body, document: DOCUMENT_SCHEMAS[document], salt: z.string() };
      const responses = {
        201: json('On the ledger', actStateSchema),
        202: json('Durable here, not yet on the ledger', actStateSchema),
        422: problems,
        default: problems,
      };
      const summary = `Carry a ${primaryType}, signed by the ${role} of \`${department}\``;
      const requestBody = { required: true, content: { 'application/json': { schema: z.strictObject(documented) } } };
      const security = name === 'registerAccessKey' ? [...signature, {}] : signature;
      return [`/v1/acts/${name}`, { post: { summary, security, requestBody, responses } }];
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

/** OpenAPI 3.1, made from the very schemas that parse. */
export function openApiDocument(): unknown {
  return createDocument({
    openapi: '3.1.0',
    info: INFO,
    components: { securitySchemes: { messageSignature: SECURITY_SCHEME } },
    paths: {
      ...actPaths(),
      '/v1/acts/{digest}': { get: signedGetOf('digest', 'What became of an act', actStateSchema) },
      '/v1/grants/{grantId}/rows': { get: rowsOperation() },
      '/v1/departments': { get: signedGet('All departments') },
      '/v1/departments/{id}': { get: signedGetOf('id', 'A department') },
      '/v1/resources': { get: signedGet('The catalogue') },
      '/v1/resources/{id}': { get: signedGetOf('id', 'A resource with its catalogue entry') },
      '/v1/requests': { get: signedGet("The department's requests, asked and to answer") },
      '/v1/requests/{id}': { get: signedGetOf('id', 'A request with its documents') },
      '/v1/grants': { get: signedGet("The department's grants, held and given") },
      '/v1/grants/{id}': { get: signedGetOf('id', 'A grant with its authorization and usage') },
      '/v1/documents/{hash}': { get: signedGetOf('hash', 'A document and its salt, by the hash on the ledger') },
      '/v1/receipts': { get: signedGet('Receipts of reads') },
      '/v1/receipts/{id}': {
        get: signedGetOf('id', 'A receipt, and for its two sides the salt of its contentHash', saltedReceiptSchema),
      },
      '/v1/chain': { get: publicGet('The ledger that this gateway follows, and its own key') },
      '/healthz': { get: publicGet('The process answers') },
      '/readyz': { get: publicGet('The gateway may be asked') },
    },
  });
}
