import { z } from 'zod';

import type { SaltedDocument } from '../../../ledger/document-hash.ts';
import {
  parseBytes32,
  parseCaseId,
  parseDepartmentId,
  parseGatewayId,
  parseGrantId,
  parseRequestId,
  parseResourceId,
} from '../../../ledger/ids.ts';
import type { Bytes32, DepartmentId } from '../../../ledger/ids.ts';
import type { JsonValue } from '../../../ledger/json/strict-json.ts';
import { countYearDays } from '../../../ledger/working-days.ts';
import type { GatewayContext } from '../../context.ts';
import { readEntry } from '../../authz/read-entry.ts';
import type { LedgerIndex } from '../../stores/ledger-index.ts';
import { isRecordedDocument } from '../../stores/recorded-document.ts';
import type { Answer } from '../answer.ts';
import { readDocumentSides } from '../document-sides.ts';
import { parsePage, parseVersion } from '../parse-page.ts';
import type { SignedCall } from '../signed-route.ts';
import { isParty, notFound, supervises } from '../visibility.ts';

const titled = z.object({ name: z.string() });

export function listDepartments(context: GatewayContext): Promise<Answer> {
  return Promise.resolve(ok({ departments: context.follower.ledger.departments() }));
}

/** The years whose working days are on the ledger, with the notice that they are from. */
export function listCalendar(context: GatewayContext): Promise<Answer> {
  const years = context.follower.ledger.calendarYears().toSorted((one, other) => one.year - other.year);
  const shown = years.map(({ early, late, ...year }) => ({ ...year, workingDays: countYearDays({ early, late }) }));
  return Promise.resolve(ok({ years: shown }));
}

export function showDepartment(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const department = context.follower.ledger.department(parseDepartmentId(call.params['id']));
  if (department === null) throw notFound();
  return Promise.resolve(ok(department));
}

/** Those that ended too: their receipts are proved by the heads that they left. */
export function listGateways(context: GatewayContext): Promise<Answer> {
  return Promise.resolve(ok({ gateways: context.follower.ledger.gateways() }));
}

export function showGateway(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const gateway = context.follower.ledger.gateway(parseGatewayId(call.params['id']));
  if (gateway === null) throw notFound();
  return Promise.resolve(ok(gateway));
}

/** Each with the title of its entry; null while this gateway does not have the entry. */
export async function listResources(context: GatewayContext, call: SignedCall): Promise<Answer> {
  await context.indexer.whenWritten();
  const rows = await context.index.resources({ party: null, ...parsePage(call.query) });
  const resources = await Promise.all(
    rows.map(async (row) => ({ ...row, title: titleOf(await context.documents.get(row.documentHash)) })),
  );
  return ok({ resources });
}

function titleOf(salted: SaltedDocument | null): string | null {
  return titled.safeParse(salted?.document).data?.name ?? null;
}

/** A version with its catalogue entry: the one asked for, else the published one, else the first. */
export async function showResource(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const { ledger } = context.follower;
  const id = parseResourceId(call.params['id']);
  const resource = ledger.resource(id);
  if (resource === null) throw notFound();
  const version = parseVersion(call.query) ?? Math.max(resource.publishedVersion, 1);
  if (ledger.resourceVersion(id, version) === null) throw notFound();
  const entry = await readEntry(context.documents, ledger, id, version);
  const state = ledger.resourceVersion(id, version);
  return ok({ ...resource, version, state, entry, steps: await readSteps(context, call, id) });
}

export async function listRequests(context: GatewayContext, call: SignedCall): Promise<Answer> {
  await context.indexer.whenWritten();
  return ok({ requests: await context.index.requests({ party: partyOf(context, call), ...parsePage(call.query) }) });
}

export async function showRequest(context: GatewayContext, call: SignedCall): Promise<Answer> {
  await context.indexer.whenWritten();
  const request = await context.index.request(parseRequestId(call.params['id']));
  if (request === null || !isParty(context, call, [request.requester, request.provider])) throw notFound();
  const answer = request.answerHash === null ? null : await readDocument(context, call, request.answerHash);
  const grant = await context.index.grantOfRequest(request.requestId);
  return ok({
    ...request,
    document: await readDocument(context, call, request.documentHash),
    answer,
    grantId: grant?.grantId ?? null,
    steps: await readSteps(context, call, request.requestId),
  });
}

export async function listGrants(context: GatewayContext, call: SignedCall): Promise<Answer> {
  await context.indexer.whenWritten();
  return ok({ grants: await context.index.grants({ party: partyOf(context, call), ...parsePage(call.query) }) });
}

export async function showGrant(context: GatewayContext, call: SignedCall): Promise<Answer> {
  await context.indexer.whenWritten();
  const grant = await context.index.grant(parseGrantId(call.params['id']));
  if (grant === null || !isParty(context, call, [grant.requester, grant.provider])) throw notFound();
  const usage = await context.quotas.usage(grant.grantId, context.now());
  const suspended = [grant.requester, grant.provider].filter(
    (id) => context.follower.ledger.department(id)?.status === 'suspended',
  );
  const document = await readDocument(context, call, grant.documentHash);
  return ok({ ...grant, usage, suspended, document, steps: await readSteps(context, call, grant.grantId) });
}

export async function listCases(context: GatewayContext, call: SignedCall): Promise<Answer> {
  await context.indexer.whenWritten();
  return ok({ cases: await context.index.cases({ party: partyOf(context, call), ...parsePage(call.query) }) });
}

export async function showCase(context: GatewayContext, call: SignedCall): Promise<Answer> {
  await context.indexer.whenWritten();
  const entry = await context.index.case(parseCaseId(call.params['id']));
  if (entry === null || !isParty(context, call, [entry.claimant, entry.respondent, entry.coordinator])) {
    throw notFound();
  }
  const document = await readDocument(context, call, entry.documentHash);
  return ok({ ...entry, document, steps: await readSteps(context, call, entry.caseId) });
}

/** What was done so far, each with its document where this gateway has it and the caller may see it. */
async function readSteps(context: GatewayContext, call: SignedCall, subject: Parameters<LedgerIndex['steps']>[0]) {
  await context.indexer.whenWritten();
  const rows = await context.index.steps(subject);
  return await Promise.all(
    rows.map(async (row) => {
      const hash = row.documentHash;
      return { ...row, document: hash === null ? null : await readDocument(context, call, parseBytes32(hash)) };
    }),
  );
}

/** A catalogue entry is for every department; anything else for its sides and those who supervise them. */
export async function showDocument(context: GatewayContext, call: SignedCall): Promise<Answer> {
  await context.indexer.whenWritten();
  const hash = parseBytes32(call.params['hash']);
  const isRecorded = await isRecordedDocument(context.database, hash);
  const salted = isRecorded ? await context.documents.get(hash) : null;
  if (salted === null || !(await maySee(context, call, hash, salted.document))) throw notFound();
  return ok(salted);
}

/** Null also for a document that is not the caller's to see: whoever made a request or a grant only named its hash. */
async function readDocument(context: GatewayContext, call: SignedCall, hash: Bytes32): Promise<JsonValue> {
  const document = (await context.documents.get(hash))?.document ?? null;
  return document !== null && (await maySee(context, call, hash, document)) ? document : null;
}

async function maySee(context: GatewayContext, call: SignedCall, hash: Bytes32, document: JsonValue): Promise<boolean> {
  const sides = await readDocumentSides(context, hash, document);
  return sides === 'everyone' || (sides !== null && isParty(context, call, sides));
}

/** Null for a supervisor, who sees all. */
function partyOf(context: GatewayContext, call: SignedCall): DepartmentId | null {
  return supervises(context, call) ? null : call.caller.department;
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}
