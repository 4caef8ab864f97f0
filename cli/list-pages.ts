import type { Command } from 'commander';
import { z } from 'zod';

import { parseCount, parseLimit } from './arguments.ts';
import type { GatewayClient } from './gateway-client.ts';
import type { Session } from './session.ts';

/** The gateway's largest page, see docs/protocol.md section 6. */
const MAX_PAGE = 500;
const DEFAULT_LIMIT = 50;

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export interface Listing {
  readonly path: string;
  /** The list within the answer. */
  readonly member: string;
  readonly columns: readonly string[];
}

/** Adds the options that {@link showList} needs. */
export function withPage(command: Command): Command {
  return command
    .option('--limit <n>', 'most entries', parseLimit, DEFAULT_LIMIT)
    .option('--offset <n>', 'entries to leave out first', parseCount, 0);
}

/** Shows one page of a list, and says where the next one begins. */
export async function showList({ client, output }: Session, listing: Listing, page: Page): Promise<void> {
  // One more than is shown tells whether there are more.
  const rows = await readRange(client, listing, { ...page, limit: page.limit + 1 });
  output.list(rows.slice(0, page.limit), listing.columns);
  if (rows.length > page.limit) {
    const next = String(page.offset + page.limit);
    process.stderr.write(`more: --offset ${next} / 还有更多,请加 --offset ${next}\n`);
  }
}

/** The rows of a list, from as many pages of the gateway as it takes. */
export async function readRange(
  client: GatewayClient,
  listing: Pick<Listing, 'path' | 'member'>,
  { limit, offset }: Page,
): Promise<unknown[]> {
  const rows: unknown[] = [];
  while (rows.length < limit) {
    const size = Math.min(limit - rows.length, MAX_PAGE);
    const query = `limit=${String(size)}&offset=${String(offset + rows.length)}`;
    const page = await readList(client, `${listing.path}?${query}`, listing.member);
    rows.push(...page);
    if (page.length < size) break;
  }
  return rows;
}

/** The list under `member` of an answer. */
export async function readList(client: GatewayClient, path: string, member: string): Promise<readonly unknown[]> {
  const { body } = await client.get(path);
  return z.object({ [member]: z.array(z.unknown()) }).parse(body)[member] ?? [];
}
