import { z } from 'zod';

import { CliError } from '../../cli/cli-error.ts';
import { StoryError } from './story-error.ts';

const refusalSchema = z.object({ problem: z.object({ code: z.literal('ACT_REJECTED'), revert: z.string() }) });

/** An act that the ledger must refuse; `revert` is the contract's own error. */
export async function expectLedgerRefusal(
  act: () => Promise<unknown>,
): Promise<{ readonly code: string; readonly revert: string }> {
  try {
    await act();
  } catch (error) {
    const refusal = refusalSchema.safeParse(error instanceof CliError ? error.facts : null);
    if (refusal.success) return refusal.data.problem;
    throw error;
  }
  throw new StoryError('UNEXPECTED_ANSWER', 'The ledger took an act that it must refuse');
}
