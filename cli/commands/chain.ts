import type { Command } from 'commander';
import { z } from 'zod';

import { openSession } from '../session.ts';

export const chainStatus = z.looseObject({
  block: z.looseObject({ number: z.int() }).nullable(),
  heads: z.record(z.string(), z.looseObject({ seq: z.int() })).nullable(),
  stale_reason: z.string().nullable(),
});

export function addChainCommands(program: Command): void {
  const chain = program.command('chain').description('the ledger behind the gateway / 账本');
  chain
    .command('status')
    .description('the block that the gateway has proved, and the length of each history')
    .action(async (_options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const { body } = await client.getPublic('/v1/chain');
      const { block, heads, stale_reason: staleReason } = chainStatus.parse(body);
      const { deployment, keyId } = await client.identity();
      output.show({
        chainId: deployment.chainId,
        profile: deployment.profile,
        gateway: keyId,
        block,
        heads,
        staleReason,
      });
    });
}
