import { z } from 'zod';

import { CliError } from '../../cli/cli-error.ts';
import { confirmDelivery } from '../../cli/confirm-delivery.ts';
import { type FetchOptions, fetchRows } from '../../cli/fetch-rows.ts';
import { PURPOSE, type GrantedShare } from './share.ts';
import { StoryError } from './story-error.ts';

export interface RowsWanted {
  readonly fields?: readonly string[];
  readonly region?: string;
  readonly limit?: number;
  readonly caseNumber?: string;
}

export interface RowsGot {
  readonly rows: readonly string[];
  readonly receiptId: string;
}

/** A refusal of the data path, with the receipt that it left. */
export interface Denial {
  readonly status: number;
  readonly code: string;
  readonly receiptId: string;
}

const refusalSchema = z.object({
  status: z.number(),
  receiptId: z.string(),
  problem: z.object({ code: z.string(), deny_code: z.string().optional() }),
});

/** The question to the gateway for a read under a grant. */
export function fetchOptions({ grantId, terms }: GrantedShare, wanted: RowsWanted): FetchOptions {
  return {
    grantId,
    fields: wanted.fields ?? [],
    equals: new Map(),
    region: wanted.region ?? null,
    limit: wanted.limit ?? null,
    purpose: PURPOSE,
    caseNumber: wanted.caseNumber ?? null,
    system: terms.system,
  };
}

/** A signed read; the bytes are proved by the gateway's signature before this resolves. */
export async function readRows(share: GrantedShare, wanted: RowsWanted): Promise<RowsGot> {
  const chunks: Buffer[] = [];
  const { client } = share.terms.requester;
  const fetched = await fetchRows(client, fetchOptions(share, wanted), (bytes) => void chunks.push(bytes));
  await confirmDelivery({ client }, fetched);
  const { receiptId } = fetched;
  return { rows: Buffer.concat(chunks).toString().trimEnd().split('\n'), receiptId };
}

/** The same read as a {@link Denial} when it is refused. */
export async function tryRows(share: GrantedShare, wanted: RowsWanted): Promise<RowsGot | Denial> {
  try {
    return await readRows(share, wanted);
  } catch (error) {
    const refusal = refusalSchema.safeParse(error instanceof CliError ? error.facts : null);
    if (!refusal.success) throw error;
    const { status, receiptId, problem } = refusal.data;
    return { status, receiptId, code: problem.deny_code ?? problem.code };
  }
}

/** A read that must be refused, for one reason only. */
export async function expectDenial(share: GrantedShare, wanted: RowsWanted, code: string): Promise<Denial> {
  const result = await tryRows(share, wanted);
  if ('code' in result && result.code === code) return result;
  throw new StoryError('UNEXPECTED_ANSWER', `Expected ${code}, not ${JSON.stringify(result)}`);
}
