import { z } from 'zod';

import { bytes32Schema, departmentIdSchema, resourceIdSchema } from '../ledger/documents/terms.ts';
import { dcatCatalog } from '../ledger/exports/dcat-catalog.ts';
import type { RecordedEntry } from '../ledger/exports/dcat-catalog.ts';
import type { GraphDocument } from '../ledger/exports/graph.ts';
import { deriveResourceId } from '../ledger/ids.ts';
import type { DepartmentId, ResourceId } from '../ledger/ids.ts';
import { CliError } from './cli-error.ts';
import type { GatewayClient } from './gateway-client.ts';
import { readList, readRange } from './list-pages.ts';
import { readCommitted } from './read-committed.ts';
import type { Session } from './session.ts';

export interface CatalogOptions {
  readonly publisher?: DepartmentId;
  readonly publisherName?: string;
  readonly title: string;
  readonly description: string;
}

const RESOURCES = { path: '/v1/resources', member: 'resources' };
const ALL = { limit: Number.MAX_SAFE_INTEGER, offset: 0 };

const rowSchema = z.object({
  resourceId: resourceIdSchema,
  version: z.int(),
  status: z.enum(['submitted', 'returned', 'published']),
  recordedAt: z.int(),
  documentHash: bytes32Schema,
  title: z.string().nullable(),
});
type Listed = z.output<typeof rowSchema>;
type Row = Listed & { readonly status: RecordedEntry['status'] };

const departmentSchema = z.object({ id: departmentIdSchema, kind: z.string(), status: z.string() });

/** The catalogue of these resources, or of all published ones, each entry proved against the ledger's hash. */
export async function readCatalog(
  { client, profile }: Session,
  ids: readonly ResourceId[],
  options: CatalogOptions,
): Promise<GraphDocument> {
  const uscc = options.publisher ?? (await readOnlyAuthority(client));
  const listed = z.array(rowSchema).parse(await readRange(client, RESOURCES, ALL));
  const rows = chooseRows(listed.filter(isCandidate), ids);
  const entries: RecordedEntry[] = [];
  for (const row of rows) entries.push(await readRecorded(client, row));
  const own = entries.find(({ entry }) => entry.provider.uscc === uscc)?.entry.provider.name;
  const publisher = { uscc, name: options.publisherName ?? own ?? uscc };
  const endpointUrl = new URL('/v1/', profile.gateway).href;
  return dcatCatalog({ title: options.title, description: options.description, publisher, endpointUrl }, entries);
}

async function readOnlyAuthority(client: GatewayClient): Promise<DepartmentId> {
  const departments = z.array(departmentSchema).parse(await readList(client, '/v1/departments', 'departments'));
  const authorities = departments.filter(({ kind, status }) => kind === 'authority' && status === 'active');
  const [only, another] = authorities.map(({ id }) => id);
  if (only !== undefined && another === undefined) return only;
  const found = authorities.map(({ id }) => id).join(', ');
  throw new CliError('INPUT_INVALID', `Say by --publisher whose catalogue it is; authorities: ${found}`);
}

/** An entry that was returned is in no catalogue: it waits to be amended. */
function isCandidate(row: Listed): row is Row {
  return row.status !== 'returned';
}

/** One version of each resource: the last one published. What was named may also be a submission that is not. */
function chooseRows(rows: readonly Row[], ids: readonly ResourceId[]): Row[] {
  const best = new Map<ResourceId, Row>();
  for (const row of rows) {
    const other = best.get(row.resourceId);
    if (other === undefined || rankOf(row) > rankOf(other)) best.set(row.resourceId, row);
  }
  if (ids.length > 0) return [...new Set(ids)].map((id) => best.get(id) ?? unknownResource(id));
  const published = [...best.values()].filter(({ status }) => status === 'published');
  const missing = published.filter(({ title }) => title === null).map(({ resourceId }) => resourceId);
  // On stderr also with --json: a catalogue that lacks entries must say so.
  for (const id of missing) {
    process.stderr.write(`left out: ${id}, whose entry this gateway does not have / 缺少条目\n`);
  }
  return published.filter(({ title }) => title !== null);
}

function rankOf({ status, version }: Row): number {
  return (status === 'published' ? Number.MAX_SAFE_INTEGER / 2 : 0) + version;
}

function unknownResource(id: ResourceId): never {
  throw new CliError('INPUT_INVALID', `No resource ${id} is in the catalogue`);
}

async function readRecorded(client: GatewayClient, row: Row): Promise<RecordedEntry> {
  const entry = await readCommitted(client, 'CatalogEntry', row.documentHash);
  const { provider, resourceCode, version } = entry;
  if (deriveResourceId(provider.uscc, resourceCode) !== row.resourceId || version !== row.version) {
    throw new CliError('ANSWER_UNVERIFIED', `The entry is not that of resource ${row.resourceId}`);
  }
  return { ...row, entry };
}
