import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { readCalendarDays, type CalendarDay } from '../../cli/calendar-days.ts';

/** The first year that the package knows, and the last that the State Council has announced. */
const FIRST_YEAR = 2004;
const LAST_YEAR = 2026;
/** The slow variant sends so many rows at once, enough for a relay to begin, and then a few every now and then. */
const UNPACED_ROWS = 1_500;
const PACED_ROWS = 5;
const PACE_MS = 10;

export interface SampleUpstream {
  /** Origin, without a path. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The HTTP interface of a provider: working days and holidays, read only.
 *
 * - `GET /calendar.ndjson` one JSON object a line; `GET /calendar.json` one array
 * - `GET /calendar/slow.ndjson` the same lines, after the first 1,500 as slowly as an old system would
 * - `?date_prefix=2025-10` only days whose date starts so; `?limit=5` at most so many
 */
export async function startSampleUpstream(): Promise<SampleUpstream> {
  const days = readCalendarDays(FIRST_YEAR, LAST_YEAR);
  const server = createServer((request, response) => {
    answer(days, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String(portOf(server.address()))}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answer(days: readonly CalendarDay[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://upstream.invalid');
  const rows = select(days, url.searchParams);
  if (request.method !== 'GET') {
    response.writeHead(405, { allow: 'GET' }).end();
    return;
  }
  switch (url.pathname) {
    case '/calendar.json':
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(rows));
      return;
    case '/calendar.ndjson':
      await sendLines(rows, response, false);
      return;
    case '/calendar/slow.ndjson':
      await sendLines(rows, response, true);
      return;
    default:
      response.writeHead(404).end();
  }
}

function select(days: readonly CalendarDay[], parameters: URLSearchParams): readonly CalendarDay[] {
  const prefix = parameters.get('date_prefix') ?? '';
  const limit = Number(parameters.get('limit') ?? days.length);
  return days.filter(({ date }) => date.startsWith(prefix)).slice(0, Number.isInteger(limit) ? limit : days.length);
}

async function sendLines(rows: readonly CalendarDay[], response: ServerResponse, slowly: boolean): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  for (const [index, row] of rows.entries()) {
    if (response.destroyed) return;
    if (!response.write(`${JSON.stringify(row)}\n`)) {
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    if (slowly && index >= UNPACED_ROWS && index % PACED_ROWS === 0) await sleep(PACE_MS);
  }
  response.end();
}
