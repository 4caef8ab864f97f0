import { writeFileSync } from 'node:fs';

import { deriveResourceId } from '../../ledger/ids.ts';
import { sampleResources } from '../samples/resources.ts';

/** Which view of the embedded database is behind which resource; their columns have the names of the fields. */
const VIEWS: Readonly<Record<string, string>> = {
  '301001/000001': 'resident',
  '301002/000009': 'division',
  '301003/000001': 'enterprise',
};
const CALENDAR = '301004/000009';

/**
 * Writes the gateway's sources file: three views of the database, one HTTP interface. The other sample resources have a
 * catalogue entry and no data.
 */
export function writeSourcesFile(path: string, databaseUrl: string, upstreamUrl: string): void {
  const database = new URL(databaseUrl);
  const sources: Record<string, unknown> = {};
  for (const { provider, entry } of sampleResources()) {
    const id = deriveResourceId(provider.id, entry.resourceCode);
    const view = VIEWS[entry.resourceCode];
    const keys = entry.fields.map(({ key }) => key);
    if (view !== undefined) sources[id] = postgresSource(database, view, keys);
    if (entry.resourceCode === CALENDAR) sources[id] = httpSource(upstreamUrl);
  }
  writeFileSync(path, `${JSON.stringify({ sources }, null, 2)}\n`, { mode: 0o600 });
}

function postgresSource(database: URL, view: string, keys: readonly string[]) {
  return {
    kind: 'postgres',
    connection: {
      host: database.hostname,
      port: Number(database.port),
      database: database.pathname.slice(1),
      user: database.username,
    },
    view: { schema: 'public', name: view },
    columns: Object.fromEntries(keys.map((key) => [key, key])),
    // The embedded engine has one session: a second reader would only wait inside it.
    maxConnections: 1,
  };
}

function httpSource(upstreamUrl: string) {
  return {
    kind: 'http',
    url: `${upstreamUrl}/calendar/slow.ndjson`,
    query: { limit: '{$limit}' },
    allowedCidrs: ['127.0.0.1/32'],
    allowLoopback: true,
    format: 'ndjson',
  };
}
